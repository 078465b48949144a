#pragma once

#include <optional>

#include "container/facts.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/proc/process.h"

namespace headroom {

/// Fills in what the container's cgroup and those above it hold: cgroup_version, cgroup, ancestors,
/// memory_min, memory_low, pids, io_controller, and hugetlb where `facts.host` says that this host
/// has huge pages. Without a cgroup to be found, not_own_reason says why.
///
/// Returns the container's cgroup, open; nullopt when there is none.
[[nodiscard]] std::optional<CgroupDir> CollectCgroup(const HostView& host,
                                                     const ProcessCgroup& membership,
                                                     ContainerFacts& facts);

/// Whether the words of cgroup.controllers hold `name`. Pure.
[[nodiscard]] bool HasController(std::string_view controllers, std::string_view name);

}  // namespace headroom
