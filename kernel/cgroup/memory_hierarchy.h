#pragma once

#include <string>
#include <string_view>

#include "kernel/host_view.h"

namespace headroom {

/// `host` with its cgroup_root where the memory controller is: as it is on cgroup v2, and on v1 the
/// mount of the controller's own hierarchy, which /proc/mounts names. Without the controller as it
/// is. Reads one small file on v2; a program asks once, when it starts.
[[nodiscard]] HostView OnMemoryHierarchy(HostView host);

/// Where the lines of /proc/mounts have a v1 hierarchy with that controller mounted, the first;
/// empty: nowhere. Pure.
[[nodiscard]] std::string MountOfV1(std::string_view mounts, std::string_view controller);
[[nodiscard]] std::string MountOfMemoryV1(std::string_view mounts);

}  // namespace headroom
