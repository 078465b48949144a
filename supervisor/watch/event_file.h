#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/result.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_events.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// Whether a watch may write to cgroup.event_control of a cgroup of v1. That changes no setting,
/// but mode observe promises that nothing is written under cgroupfs.
enum class MayRegister { kNo, kYes };

/// memory.events of one cgroup, watched with EPOLLPRI on the open file (inotify comes later,
/// through a work queue). The kernel coalesces events within 10 to 20 ms and forgets a pending one
/// when the cgroup is removed: a wake-up means "look", and its absence nothing.
///
/// On v1 it is memory.oom_control, told of by an eventfd (watch/oom_notice.h) where that may be
/// registered; else nothing wakes, and whoever reads it sees what was counted.
class EventFile {
 public:
  /// What is read and how it wakes, as the version of the cgroup has it.
  class Source {
   public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;
    [[nodiscard]] virtual Result<EventReading> Read() const = 0;
  };

  /// `cgroup` is borrowed for longer than this lives. `on_wake` runs in the loop's thread with the
  /// new reading, which re-arms the watch; not any more once the cgroup is gone.
  [[nodiscard]] static Result<EventFile> Watch(EventLoop& loop, const CgroupDir& cgroup,
                                               std::function<void(const EventReading&)> on_wake,
                                               MayRegister on_v1 = MayRegister::kNo);

  /// Reads both files now. kGone when the cgroup has been removed.
  [[nodiscard]] Result<EventReading> Read() const { return source_->Read(); }

 private:
  explicit EventFile(std::shared_ptr<Source> source) : source_(std::move(source)) {}
  std::shared_ptr<Source> source_;
};

}  // namespace headroom
