#include "evidence/level_counters.h"

#include <set>

namespace headroom {
namespace {

/// A container may make and remove cgroups without end.
constexpr std::size_t kMostLevels = 1024;

constexpr MemoryEvents kNothingCounted{
    .low = 0, .high = 0, .max = 0, .oom = 0, .oom_kill = 0, .oom_group_kill = 0};

template <typename Combine>
MemoryEvents EachCounter(const MemoryEvents& a, const MemoryEvents& b, Combine combine) {
  return {.low = combine(a.low, b.low),
          .high = combine(a.high, b.high),
          .max = combine(a.max, b.max),
          .oom = combine(a.oom, b.oom),
          .oom_kill = combine(a.oom_kill, b.oom_kill),
          .oom_group_kill = combine(a.oom_group_kill, b.oom_group_kill)};
}

using Counter = std::optional<std::uint64_t>;

MemoryEvents Between(const MemoryEvents& before, const MemoryEvents& after, bool only_zero) {
  return EachCounter(before, after, [only_zero](Counter from, Counter to) {
    const Counter difference = CounterDelta(from, to);
    return only_zero && difference != Counter(0) ? Counter() : difference;
  });
}

/// Counters that a later reading does not have stay as they were.
void Update(std::optional<MemoryEvents>& last, const std::optional<MemoryEvents>& now) {
  if (!now) return;
  last = EachCounter(last.value_or(MemoryEvents{}), *now,
                     [](Counter before, Counter after) { return after ? after : before; });
}

}  // namespace

LevelCounters::LevelCounters(const Enrolment& enrolment) {
  Enrol(enrolment.cgroup);
  for (const CgroupBaseline& ancestor : enrolment.ancestors) Enrol(ancestor);
}

void LevelCounters::Enrol(const CgroupBaseline& baseline) {
  levels_[{baseline.path, baseline.inode}].last = baseline;
}

LevelCounters::Level& LevelCounters::Find(const LevelReading& reading) {
  const auto [found, is_new] = levels_.try_emplace({reading.path, reading.inode});
  Level& level = found->second;
  if (is_new) {
    level.last.events = level.last.local_events = kNothingCounted;
    level.forgotten = forgotten_;
  }
  return level;
}

std::vector<IncidentLevel> LevelCounters::Take(const std::vector<LevelReading>& readings) {
  std::vector<IncidentLevel> rows;
  for (const LevelReading& reading : readings) {
    Level& level = Find(reading);
    const EventReading& now = reading.events;
    CgroupBaseline& last = level.last;
    IncidentLevel row{.path = reading.path, .role = reading.role, .removed = reading.removed};
    row.memory_max = reading.memory_max ? reading.memory_max : last.limits.max;
    if (last.events && now.subtree) {
      row.events = Between(*last.events, *now.subtree, level.forgotten);
    }
    if (last.local_events && now.local) {
      row.events_local = Between(*last.local_events, *now.local, level.forgotten);
    }
    Update(last.events, now.subtree);
    Update(last.local_events, now.local);
    if (now.subtree) level.forgotten = false;
    rows.push_back(std::move(row));
  }
  forgotten_ = false;
  if (levels_.size() > kMostLevels) DropAllBut(readings);
  return rows;
}

std::optional<std::string> LevelCounters::LevelMet(
    const std::vector<LevelReading>& readings) const {
  bool all_known = true;
  for (const LevelReading& reading : readings) {
    const auto found = levels_.find({reading.path, reading.inode});
    if (found == levels_.end() || found->second.forgotten) return std::nullopt;
    const auto rose = [](const std::optional<MemoryEvents>& before,
                         const std::optional<MemoryEvents>& now) {
      if (!before || !now) return std::optional<std::uint64_t>();
      // v1 counts no `oom`, but how often each limit was met.
      const bool counts_oom = before->oom || now->oom;
      return counts_oom ? CounterDelta(before->oom, now->oom) : CounterDelta(before->max, now->max);
    };
    const auto local = rose(found->second.last.local_events, reading.events.local);
    const auto below = rose(found->second.last.events, reading.events.subtree);
    const bool is_container = &reading == &readings.front();
    // Last read before the kill, which the kernel's log told of: they say nothing of it.
    const auto killed =
        found->second.last.events && reading.events.subtree
            ? CounterDelta(found->second.last.events->oom_kill, reading.events.subtree->oom_kill)
            : std::nullopt;
    if (is_container && killed.value_or(0) == 0) return std::nullopt;
    if (local.value_or(0) > 0 || (is_container && below.value_or(0) > 0)) return reading.path;
    all_known = all_known && local;
  }
  return all_known ? std::optional<std::string>("host") : std::nullopt;
}

void LevelCounters::ForgetBaselines() {
  forgotten_ = true;
  for (auto& [key, level] : levels_) level.forgotten = true;
}

void LevelCounters::DropAllBut(const std::vector<LevelReading>& readings) {
  std::set<Key> kept;
  for (const LevelReading& reading : readings) kept.emplace(reading.path, reading.inode);
  std::erase_if(levels_, [&](const auto& entry) { return !kept.contains(entry.first); });
}

}  // namespace headroom
