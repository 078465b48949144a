#pragma once

#include <vector>

#include "evidence/store.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"

namespace headroom {

/// The files that a bundle keeps of a cgroup and of those above it (cgroup/...), read now. Blocks
/// on nothing but kernfs.
[[nodiscard]] std::vector<Section> ReadLiveSections(const HostView& host, const CgroupDir& cgroup);

/// The files of a cgroup that a photograph has (before/...), read now, memory.stat first: on v1
/// under the names that they have there.
[[nodiscard]] std::vector<Section> ReadPhotographSections(const HostView& host,
                                                          const CgroupDir& cgroup);

}  // namespace headroom
