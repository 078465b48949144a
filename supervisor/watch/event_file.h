#pragma once

#include <functional>
#include <optional>

#include "base/result.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_events.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// memory.events of one cgroup, watched with EPOLLPRI on the open file (inotify comes later,
/// through a work queue). The kernel coalesces events within 10 to 20 ms and forgets a pending one
/// when the cgroup is removed: a wake-up means "look", and its absence nothing.
class EventFile {
 public:
  /// `cgroup` is borrowed for longer than this lives. `on_wake` runs in the loop's thread with the
  /// new reading, which re-arms the watch; not any more once the cgroup is gone.
  [[nodiscard]] static Result<EventFile> Watch(EventLoop& loop, const CgroupDir& cgroup,
                                               std::function<void(const EventReading&)> on_wake);

  /// Reads both files now. kGone when the cgroup has been removed.
  [[nodiscard]] Result<EventReading> Read() const;

 private:
  struct Inner;
  std::shared_ptr<Inner> inner_;
};

}  // namespace headroom
