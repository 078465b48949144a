#pragma once

#include <string>

#include "kernel/host_view.h"

namespace headroom {

/// Where the guardian of a run directory listens for headroomd.
[[nodiscard]] std::string GuardianSocketPath(const std::string& run_dir);

/// Whether a process has that socket, whether or not it answers. Nothing is sent and nobody is
/// connected to: a guardian notices nothing of it. Never waits. True where it cannot be told.
[[nodiscard]] bool GuardianIsThere(const std::string& run_dir);

/// Whether a headroomd runs that was started for want of one (decision 028), and nobody guards it:
/// no wire stands then, and nobody but the next start of something to watch brings a guardian back.
/// False of one that stays, whose guardian is somebody else's affair: systemd's, or of whoever has
/// started it.
[[nodiscard]] bool HasLostItsGuardian(const HostView& host, const std::string& run_dir);

}  // namespace headroom
