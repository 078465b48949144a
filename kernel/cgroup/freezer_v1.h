#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "kernel/host_view.h"

namespace headroom {

/// Whether the freezer of cgroup v1, a hierarchy of its own, says FROZEN for the cgroup that
/// process `pid` has there (Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst). False also
/// where there is no such hierarchy, or the process is gone.
[[nodiscard]] bool IsFrozenV1(const HostView& host, pid_t pid);

/// Its path in the lines of /proc/PID/cgroup, "N:CONTROLLERS:PATH"; empty: none. Pure.
[[nodiscard]] std::string FreezerPathV1(std::string_view lines);

}  // namespace headroom
