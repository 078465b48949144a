#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.h"

namespace headroom {

/// How fast one container that lives on may fill the store: so many incidents one after the other,
/// then one a minute. Those that come faster stay in the one that is open, so that no kill is lost
/// (a leaking worker that is killed and started again every few seconds makes 10,000 bundles a day
/// otherwise). The generic cell rate algorithm: one time is all that it remembers. Pure.
class IncidentPace {
 public:
  static constexpr int kAtOnce = 20;
  static constexpr std::chrono::minutes kInterval{1};

  /// When the next incident may be closed at the earliest; a time in the past: now.
  [[nodiscard]] BootTime Earliest() const { return full_at_ - (kAtOnce - 1) * kInterval; }
  void OnClosed(BootTime now) { full_at_ = std::max(full_at_, now) + kInterval; }

 private:
  BootTime full_at_{};  ///< when as many are free again as at first
};

}  // namespace headroom
