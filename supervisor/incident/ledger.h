#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace headroom {

/// Which kills of one generation have been accounted for: every counted kill ends up in exactly one
/// incident. Pure; the counter is the container's own hierarchical oom_kill.
class KillLedger {
 public:
  /// Kills within this time are one incident.
  static constexpr std::chrono::nanoseconds kTogether = std::chrono::seconds(2);

  /// An incident is closed after this long even while kills go on.
  static constexpr std::chrono::nanoseconds kLongest = std::chrono::seconds(10);

  /// Counter values (from, to] that belong to one incident.
  struct Range {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    BootTime first_seen{};
    BootTime last_seen{};
    /// Incidents of their own but for HoldOpenUntil(), before the last one.
    std::uint64_t merged = 0;
    [[nodiscard]] std::uint64_t kills() const { return to - from; }
  };

  /// Everything up to `accounted` is in a bundle, or was there before the container.
  explicit KillLedger(std::uint64_t accounted) : accounted_(accounted), seen_(accounted) {}

  /// A reading of the counter. True when it shows kills that were not seen before. A reading below
  /// an earlier one (it cannot be this cgroup's) is ignored.
  bool Observe(std::uint64_t count, BootTime now);

  [[nodiscard]] bool open() const { return seen_ > accounted_; }
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] std::uint64_t accounted() const { return accounted_; }
  /// Of the open incident; meaningless when none is open.
  [[nodiscard]] BootTime first_seen() const { return first_seen_; }
  /// When the counter last rose; nullopt: not since this object is there.
  [[nodiscard]] std::optional<BootTime> last_kill() const {
    return rose_ ? std::optional(last_seen_) : std::nullopt;
  }
  /// When the open incident is over at the latest; nullopt when none is open.
  [[nodiscard]] std::optional<BootTime> due() const;
  /// The open incident, and kills until then in it: the store is to get no bundle before.
  void HoldOpenUntil(BootTime time) { held_until_ = time; }
  /// Of the open incident; a time in the past: it is not held.
  [[nodiscard]] BootTime held_until() const { return held_until_; }
  /// Ends the open incident and returns its range, which counts as accounted from here on.
  [[nodiscard]] std::optional<Range> Close();

 private:
  std::uint64_t accounted_;
  std::uint64_t seen_;
  BootTime first_seen_{};
  BootTime last_seen_{};
  BootTime burst_began_{};  ///< of kills that would be an incident if it was not held open
  BootTime held_until_{};
  std::uint64_t merged_ = 0;
  bool rose_ = false;
};

}  // namespace headroom
