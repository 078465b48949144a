#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace headroom {

/// How far the clock of the kernel's log (local_clock(), kernel/sched/clock.c) is behind
/// CLOCK_MONOTONIC. By a constant of some tens of milliseconds where the kernel takes the
/// processor's counter for unstable; else by what time servers have slewed the other one since
/// boot, which may be a minute in a month. No file tells, so it is measured. Pure.
class LogClock {
 public:
  using Time = std::chrono::microseconds;

  /// `guess` holds until a record was seen as it came.
  explicit LogClock(Time guess) : lag_(guess) {}

  /// A record stamped `stamp` was read at `now` (CLOCK_MONOTONIC), soon after it was written: it
  /// cannot be further behind than that. The least counts, but for what may be slewed meanwhile.
  void OnLive(Time now, Time stamp) {
    const Time most = now - stamp;
    lag_ = measured_at_ ? std::min(most, lag_ + (now - *measured_at_) / kSlew) : most;
    measured_at_ = now;
  }
  [[nodiscard]] Time lag() const { return lag_; }
  /// Whether a record was seen as it came, or lag() is but the guess.
  [[nodiscard]] bool measured() const { return measured_at_.has_value(); }

 private:
  static constexpr int kSlew = 2000;  ///< one part in so many, the most that the kernel slews
  Time lag_;
  std::optional<Time> measured_at_;
};

}  // namespace headroom
