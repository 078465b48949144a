#pragma once

#include <string>

namespace headroom {

/// Where the kernel's file systems are looked for. Tests point it at a temporary tree built from
/// literals; programs use the defaults and take no setting for it.
struct HostView {
  std::string proc = "/proc";
  std::string cgroup_root = "/sys/fs/cgroup";  ///< where cgroup v2 is mounted
};

}  // namespace headroom
