#include "capture/level_reading.h"

#include "kernel/cgroup/memory_limits.h"

namespace headroom {

LevelReading ReadLevel(const CgroupDir& cgroup, LevelRole role) {
  LevelReading reading{
      .path = cgroup.path(), .inode = cgroup.inode(), .role = role, .events = {}, .memory_max = {}};
  if (auto events = ReadMemoryEvents(cgroup, EventScope::kSubtree))
    reading.events.subtree = *events;
  if (auto events = ReadMemoryEvents(cgroup, EventScope::kLocal)) reading.events.local = *events;
  if (const auto limits = ReadMemoryLimits(cgroup)) reading.memory_max = limits->max;
  reading.removed = !reading.events.subtree;
  return reading;
}

}  // namespace headroom
