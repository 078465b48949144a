#pragma once

#include <functional>
#include <utility>

#include "base/clock.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// A task that any number of events ask for, such as a look at every container of the host. It runs
/// once for all that have asked since it ran last, and rests nine times as long as it took, a
/// second at most: a host with many containers and many events leaves most of the loop's time to
/// everything else.
/// Event thread only.
class Paced {
 public:
  /// `loop` outlives this. `task` may ask again, and must not destroy this.
  Paced(EventLoop& loop, std::function<void()> task) : loop_(loop), task_(std::move(task)) {}

  /// Runs the task from the loop, at once where it has rested; never within this call.
  void Soon();

  /// Whether it is asked for, and has not begun.
  [[nodiscard]] bool pending() const { return timer_.active(); }

 private:
  void Run();

  EventLoop& loop_;
  std::function<void()> task_;
  EventLoop::Source timer_;
  BootTime not_before_{};
};

}  // namespace headroom
