#include "supervisor/watch/sampler.h"

#include <algorithm>

#include "kernel/cgroup/memory_limits.h"
#include "kernel/cgroup/memory_stat.h"
#include "kernel/pressure/pressure.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kIdle = 10s;
constexpr std::chrono::nanoseconds kBusy = 1s;
constexpr std::chrono::nanoseconds kHot = 100ms;
constexpr std::chrono::nanoseconds kYoung = 10s;  ///< a container that just started changes most
constexpr double kBusyShare = 0.7;
/// Below this share of its limit nobody photographs it, whatever its memory consists of.
constexpr double kQuietShare = 0.5;
/// A change by this share of the limit, or by so much, is looked into.
constexpr std::uint64_t kMovedPart = 20;
constexpr Bytes kMoved = Mebibytes(4);
constexpr int kLooksPerStat = 10;

template <typename T>
std::optional<T> Known(const Result<T>& result) {
  return result ? std::optional<T>(*result) : std::nullopt;
}

std::optional<std::uint64_t> Micros(const std::optional<PressureLine>& line) {
  if (!line) return std::nullopt;
  return static_cast<std::uint64_t>(line->total.count());
}

void AddStat(const CgroupDir& cgroup, Sample& sample) {
  const auto stat = ReadMemoryStat(cgroup);
  if (!stat) return;
  sample.anon = stat->anon;
  sample.file = stat->file;
  sample.shmem = stat->shmem;
  sample.kernel = stat->kernel;
  sample.refaults = stat->workingset_refault_file;
}

/// Where it is not known any more, or again, anything may have happened. One that never is, as
/// `high` on cgroup v1, tells nothing: a hot container would fill its record with samples of ten
/// seconds.
bool Rose(const std::optional<std::uint64_t>& now, const std::optional<std::uint64_t>& before) {
  return now != before;
}

bool Moved(const Sample& sample, const Sample& kept, Limit limit) {
  constexpr std::uint64_t kHundredth = 100;
  if (!sample.current || !kept.current || limit.unlimited()) return true;
  const Bytes apart = std::max(*sample.current - *kept.current, *kept.current - *sample.current);
  return apart.value >= limit.bytes().value / kHundredth;
}

/// Not known counts as much.
bool IsQuiet(const Sample& sample, const Situation& situation) {
  if (!situation.settled || !sample.current) return false;
  const Limit limit = situation.limit;
  return limit.unlimited() ||
         (limit.bytes().value > 0 && Share(*sample.current, limit.bytes()) < kQuietShare);
}

bool HasMoved(Bytes now, Bytes before, Limit limit) {
  const Bytes apart = std::max(now - before, before - now);
  const Bytes part = limit.unlimited() ? kMoved : Bytes{limit.bytes().value / kMovedPart};
  return apart >= std::min(part, kMoved);
}

}  // namespace

bool SaysMore(const Sample& sample, const Sample& kept, Limit limit) {
  const bool has_parts = sample.anon.has_value() || sample.some_us.has_value();
  const bool long_since = sample.at - kept.at >= kIdle;
  return long_since || has_parts || sample.armed != kept.armed ||
         Rose(sample.oom_kill, kept.oom_kill) || Rose(sample.high, kept.high) ||
         Rose(sample.max, kept.max) || Moved(sample, kept, limit);
}

bool Sampler::IsStatDue(const Sample& sample, const Situation& situation) const {
  const auto since = sample.at - last_stat_;
  const bool young = sample.at - started_ < kYoung;
  if (young || sample.at < pressed_until_ || !IsQuiet(sample, situation)) {
    return since >= kLooksPerStat * kHot;
  }
  return since >= kLooksPerStat * kIdle ||
         HasMoved(*sample.current, at_last_stat_, situation.limit);
}

Sample Sampler::Read(const CgroupDir& cgroup, const EventReading& events,
                     const Situation& situation, BootTime now) {
  Sample sample{.at = now, .wall = NowWall()};
  sample.current = Known(ReadBytes(cgroup, "memory.current"));
  sample.swap = Known(ReadBytes(cgroup, "memory.swap.current"));
  sample.armed = situation.armed;
  if (events.subtree) sample.oom_kill = events.subtree->oom_kill;
  if (events.local) {
    sample.high = events.local->high;
    sample.max = events.local->max;
  }
  last_had_stat_ = IsStatDue(sample, situation);
  if (last_had_stat_) {
    last_stat_ = sample.at;
    at_last_stat_ = sample.current.value_or(Bytes{});
    AddStat(cgroup, sample);
    if (const auto pressure = ReadMemoryPressure(cgroup)) {
      sample.some_us = Micros(pressure->some);
      sample.full_us = Micros(pressure->full);
    }
  }
  last_current_ = sample.current.value_or(Bytes{});
  return sample;
}

bool Sampler::Near(Limit limit) const {
  return !limit.unlimited() && Share(last_current_, limit.bytes()) >= kBusyShare;
}

std::chrono::nanoseconds Sampler::Interval(BootTime now, Limit limit, bool hot) const {
  if (hot) return kHot;
  const bool young = now - started_ < kYoung;
  return Near(limit) || young || now < pressed_until_ ? kBusy : kIdle;
}

}  // namespace headroom
