#pragma once

#include <chrono>

#include "base/clock.h"
#include "supervisor/tripwire/subtree.h"

namespace headroom {

/// When the samples of one container may look through its cgroups again: a look rests as long as
/// RescanDelay() says, as one that a change asks for does. Pure.
class RescanPace {
 public:
  [[nodiscard]] bool IsDue(BootTime now) const { return now >= not_before_; }
  /// `cost`: processor time (base/thread_time.h).
  void OnLooked(BootTime now, std::chrono::nanoseconds cost) {
    not_before_ = now + RescanDelay(cost);
  }

 private:
  BootTime not_before_{};
};

}  // namespace headroom
