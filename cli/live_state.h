#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "container/enrolment/enrolment.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/host_view.h"

namespace headroom {

/// Whether the container's init is still the process that was enrolled.
[[nodiscard]] bool IsRunning(const HostView& host, const Enrolment& enrolment);

/// What the cgroup of a running container says now. Read only where it still is the enrolled one.
struct LiveFigures {
  std::optional<Bytes> current;
  std::optional<Limit> max;
  bool foreign_high = false;           ///< memory.high is set, and not by headroomd
  bool has_pressure = false;           ///< its memory.pressure can be read
  std::optional<std::uint64_t> kills;  ///< oom_kill since it was enrolled
  std::string events_file;             ///< path of the file that counts them
};
/// The file of its cgroup that counts kills: memory.events, on v1 memory.oom_control.
[[nodiscard]] std::string_view CounterFile(const Enrolment& enrolment);
[[nodiscard]] LiveFigures ReadLiveFigures(const HostView& host, const Enrolment& enrolment);

/// Whether memory.high is exactly what headroomd writes for this limit. Any other number has been
/// put there by somebody else, and is theirs.
[[nodiscard]] bool IsTripwire(const MemoryLimits& limits);
/// The same of the container's own cgroup: there it may be what mode throttle wants.
[[nodiscard]] bool IsOurs(const MemoryLimits& limits, const Enrolment& enrolment);

/// Whether a headroomd runs on this run directory: it holds a lock on a file there.
[[nodiscard]] bool SupervisorIsAlive(const std::string& run_dir);

}  // namespace headroom
