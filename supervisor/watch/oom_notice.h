#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/watch/event_file.h"

namespace headroom {

/// memory.oom_control of one cgroup of v1. Its eventfd is signalled when the cgroup or one above it
/// has met its limit and the kernel is about to look for a victim: so the counter is looked at
/// again for some time after. It is signalled too when it is registered while that is under way,
/// and when the cgroup is removed. oom_kill_disable is never written: processes would wait for ever
/// for a supervisor that died. One thread.
class OomNotice : public EventFile::Source, public std::enable_shared_from_this<OomNotice> {
 public:
  /// `cgroup` is borrowed, and `on_wake` called, as for EventFile::Watch. Where it cannot be
  /// registered, as on a kernel for real-time work (PREEMPT_RT), it is one that never wakes.
  [[nodiscard]] static Result<std::shared_ptr<Source>> Watch(
      EventLoop& loop, const CgroupDir& cgroup, std::function<void(const EventReading&)> on_wake,
      MayRegister may_register);

  OomNotice(EventLoop& loop, const CgroupDir& cgroup,
            std::function<void(const EventReading&)> on_wake)
      : loop_(loop), cgroup_(cgroup), on_wake_(std::move(on_wake)) {}

  [[nodiscard]] Result<EventReading> Read() const override;

 private:
  void OnNotice();
  void Look();

  EventLoop& loop_;
  const CgroupDir& cgroup_;
  std::function<void(const EventReading&)> on_wake_;
  UniqueFd event_;
  EventLoop::Source source_;
  EventLoop::Source timer_;
  std::size_t looks_ = 0;  ///< since the last notice
};

}  // namespace headroom
