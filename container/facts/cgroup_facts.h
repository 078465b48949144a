#pragma once

#include <optional>

#include "container/facts/facts.h"
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

/// The same of the levels above a cgroup that is not there yet, the `asked_cgroup` of facts from a
/// config.json: ancestors, ancestors_known, and what they make of pids. `host` as OnMemoryHierarchy
/// has it. A level that is not there yet will be made by the runtime, without a limit, but for a
/// slice, which systemd makes with the limits of its unit: then, where one cannot be opened, and
/// of more than 64, none is known, and nothing changes.
void CollectAskedAncestors(const HostView& host, ContainerFacts& facts);

/// Whether the words of cgroup.controllers hold `name`. Pure.
[[nodiscard]] bool HasController(std::string_view controllers, std::string_view name);

}  // namespace headroom
