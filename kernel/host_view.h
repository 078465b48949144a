#pragma once

#include <string>

namespace headroom {

/// Where the kernel's file systems are looked for. Tests point it at a temporary tree built from
/// literals; programs use what OnMemoryHierarchy makes of the defaults and take no setting for it.
struct HostView {
  std::string proc = "/proc";
  /// Where the hierarchy with the memory controller is mounted: cgroup v2, or that of v1 once
  /// OnMemoryHierarchy (kernel/cgroup/memory_hierarchy.h) has found it.
  std::string cgroup_root = "/sys/fs/cgroup";
};

}  // namespace headroom
