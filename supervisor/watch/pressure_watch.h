#pragma once

#include <functional>

#include "base/unique_fd.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// A memory pressure trigger of one cgroup, only while it is near its limit: opened by a privileged
/// process it costs the kernel one real-time thread a cgroup. Event thread only.
class PressureWatch {
 public:
  /// Opens the trigger when `near` becomes true and closes it when it becomes false. `on_pressure`
  /// runs at most once in 2 s while some task was stalled for a tenth of them. A kernel without
  /// PSI is asked once and then left alone.
  void Follow(EventLoop& loop, const CgroupDir& cgroup, bool near,
              const std::function<void()>& on_pressure);

 private:
  bool offered_ = true;
  UniqueFd trigger_;
  EventLoop::Source source_;
};

}  // namespace headroom
