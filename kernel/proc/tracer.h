#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

#include "kernel/host_view.h"

namespace headroom {

/// Who traces a process, by the "TracerPid:" line of /proc/PID/status; 0: nobody. nullopt: the text
/// has no such line. Pure.
[[nodiscard]] std::optional<pid_t> ParseTracer(std::string_view status_text);

/// The same of a process; nullopt also where it is gone.
[[nodiscard]] std::optional<pid_t> ReadTracer(const HostView& host, pid_t pid);

}  // namespace headroom
