#pragma once

#include "base/clock.h"
#include "supervisor/tripwire/subtree.h"

namespace headroom {

/// When the samples of one container may look through its cgroups again: a look rests as long as
/// RescanDelay() says, as one that a change asks for does. Pure.
class RescanPace {
 public:
  [[nodiscard]] bool IsDue(BootTime now) const { return now >= not_before_; }
  void OnLooked(BootTime begun, BootTime ended) {
    not_before_ = ended + RescanDelay(ended - begun);
  }

 private:
  BootTime not_before_{};
};

}  // namespace headroom
