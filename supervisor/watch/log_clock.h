#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace headroom {

/// How far the clock of the kernel's log (local_clock(), kernel/sched/clock.c) is behind
/// CLOCK_MONOTONIC. By a constant of some tens of milliseconds where the kernel takes the
/// processor's counter for unstable; else by what time servers have slewed the other one since
/// boot, which may be a minute in a month. The scheduler's debug file tells where it can be read;
/// else it is measured by the records themselves. Pure.
class LogClock {
 public:
  using Time = std::chrono::microseconds;

  /// `guess` holds until something was measured.
  explicit LogClock(Time guess) : lag_(guess) {}

  /// At `now` (CLOCK_MONOTONIC) the log's clock was at `stamp` or past it, as when a record is read
  /// soon after it was written: it cannot be further behind than that. The least counts, but for
  /// what may be slewed meanwhile; so the first is to be a good one.
  void OnLive(Time now, Time stamp) {
    const Time most = now - stamp;
    lag_ = measured_at_ ? std::min(most, lag_ + (now - *measured_at_) / kSlew) : most;
    measured_at_ = now;
  }
  [[nodiscard]] Time lag() const { return lag_; }
  /// Whether lag() is more than the guess.
  [[nodiscard]] bool measured() const { return measured_at_.has_value(); }

 private:
  static constexpr int kSlew = 2000;  ///< one part in so many, the most that the kernel slews
  Time lag_;
  std::optional<Time> measured_at_;
};

}  // namespace headroom
