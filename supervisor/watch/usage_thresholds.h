#pragma once

#include <functional>
#include <vector>

#include "base/unique_fd.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_limits.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// What stands in for the tripwire on cgroup v1: the kernel tells when the usage of a cgroup
/// crosses 90, 95 or 98 % of its limit, of memory alone or of memory and swap together, in either
/// direction. Page cache counts as well, so that it is a reason to look and nothing else; nothing
/// is held. One thread.
class UsageThresholds {
 public:
  /// Registers what `limits` have of them (see ReadMemoryLimits); empty on v2, and where the kernel
  /// takes none. `on_cross` runs in the loop's thread, at most once for all that were crossed
  /// meanwhile, also when the cgroup is removed.
  [[nodiscard]] static UsageThresholds Watch(EventLoop& loop, const CgroupDir& cgroup,
                                             const MemoryLimits& limits,
                                             const std::function<void()>& on_cross);

  /// What it was registered for.
  [[nodiscard]] const MemoryLimits& limits() const { return limits_; }

 private:
  struct Crossing {
    UniqueFd event;
    EventLoop::Source source;  ///< ends before `event` is closed
  };
  MemoryLimits limits_;
  std::vector<Crossing> crossings_;
};

/// The thresholds for `limit`, rising. Pure.
[[nodiscard]] std::vector<Bytes> ThresholdsOf(Bytes limit);

}  // namespace headroom
