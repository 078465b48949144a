#pragma once

#include "evidence/level_counters.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// What a cgroup counts and where its limit stands, read now. One that was removed has no events.
/// Blocks on nothing but kernfs.
[[nodiscard]] LevelReading ReadLevel(const CgroupDir& cgroup, LevelRole role);

}  // namespace headroom
