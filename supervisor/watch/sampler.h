#pragma once

#include <chrono>
#include <optional>

#include "base/bytes.h"
#include "evidence/recorder.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "supervisor/watch/event_file.h"

namespace headroom {

/// Whether `sample` says more than `kept`, the last one that the recorder has: the parts of memory,
/// a count that rose, a change of a hundredth of the limit, or that somebody still looked, where
/// that was kept ten seconds ago: a longer pause is a time in which nobody did. Near its limit a
/// container is looked at ten times a second, and a plateau there would fill the ring within 13 s
/// with samples that say the same: what had led to it would be lost.
[[nodiscard]] bool SaysMore(const headroom::Sample& sample, const headroom::Sample& kept,
                            Limit limit);

/// What is known of a container when it is sampled.
struct Situation {
  bool armed = false;
  Limit limit;  ///< the one that it meets first
  /// While its usage stays far below that limit, a look at anything else would change nothing.
  bool settled = false;
};

/// How often a container is looked at, and what is read then. A healthy, idle container costs one
/// cheap read every ten seconds; memory.stat, which makes the kernel flush its counters, and all
/// else that is looked at as slowly, is read at a tenth of the rate.
class Sampler {
 public:
  /// Reads one sample at `now`. Figures that cannot be read are absent in it.
  [[nodiscard]] headroom::Sample Read(const CgroupDir& cgroup, const EventReading& events,
                                      const Situation& situation, BootTime now = NowBoot());

  /// When to look next. `hot`: the tripwire's limit is near.
  [[nodiscard]] std::chrono::nanoseconds Interval(BootTime now, Limit limit, bool hot) const;
  /// Whether the last sample was above 70 % of `limit`.
  [[nodiscard]] bool Near(Limit limit) const;
  [[nodiscard]] bool last_had_stat() const { return last_had_stat_; }
  /// Pressure was reported: look more often for a while.
  void OnPressure(BootTime now) { pressed_until_ = now + std::chrono::seconds(10); }
  void Start(BootTime now) { started_ = now; }

 private:
  [[nodiscard]] bool IsStatDue(const headroom::Sample& sample, const Situation& situation) const;

  BootTime started_{};
  BootTime last_stat_{};
  Bytes at_last_stat_;  ///< its usage then
  BootTime pressed_until_{};
  Bytes last_current_;
  bool last_had_stat_ = false;
};

}  // namespace headroom
