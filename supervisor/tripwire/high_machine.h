#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/clock.h"
#include "evidence/stall.h"

namespace headroom {

/// When memory.high of one cgroup is ours, and what is done about it: a pure state machine, one for
/// each mode that writes it. No I/O, no clock of its own.
///
/// The caller does what an action says and reports back; between the two the machine is in a
/// waiting state and asks for nothing else. One thread.
class HighMachine {
 public:
  enum class State {
    kDown,          ///< not ours; may be put up again
    kUp,            ///< memory.high is ours
    kHolding,       ///< tripped; a photograph is being taken, the container is throttled
    kPhotographed,  ///< lifted after a photograph; the container lives near its limit
    kForeign,       ///< memory.high has an owner other than us: never touched again
  };
  enum class Action {
    kNone,
    kPutUp,              ///< write memory.high
    kLift,               ///< write memory.high=max at once
    kPhotographAndLift,  ///< photograph within the hold budget, then memory.high=max
    kBreak,              ///< memory.high=max at once, then tell of the stall
  };

  /// One look at the cgroup's memory.
  struct Look {
    BootTime now{};
    Bytes current;  ///< everything charged, cache included
    Bytes unreclaimable;
    Bytes in_no_figure;          ///< charged, and nobody knows yet what it is
    Bytes high;                  ///< where memory.high stands or would stand
    bool swap_has_room = false;  ///< a tenth or more of the swap it may use is free
    /// How long all its processes waited for memory, cumulative (PSI full); nullopt: not read.
    std::optional<std::chrono::microseconds> stalled;
    /// Pages of files that were read again soon after reclaim had dropped them, cumulative.
    std::optional<std::uint64_t> refaults;

    /// What reclaim cannot free, at most: the figures lag behind what is charged, and a container
    /// that fills up within that time would look empty at the wire.
    [[nodiscard]] Bytes MostUnreclaimable() const { return unreclaimable + in_no_figure; }
  };

  HighMachine() = default;
  HighMachine(const HighMachine&) = default;
  HighMachine& operator=(const HighMachine&) = default;
  virtual ~HighMachine() = default;

  /// A `high` event of this cgroup itself.
  [[nodiscard]] virtual Action OnHighEvent(const Look& look) = 0;
  /// Adoption, a `max` event, or a slow sample.
  [[nodiscard]] virtual Action OnLook(const Look& look) = 0;

  virtual void OnPhotographed(BootTime now) = 0;
  /// memory.high was found at "max" though we had put a number there (systemd reverts it): it is
  /// down, and may stand again after a second.
  virtual void OnReverted(BootTime now) = 0;
  /// The limit changed, or the guardian released: it is down, and may stand again at once.
  virtual void OnReleased() = 0;
  /// It could not be put up, or the photograph not be taken.
  virtual void OnFailed(BootTime now) = 0;
  virtual void OnForeignValue() = 0;

  [[nodiscard]] virtual State state() const = 0;
  /// Photographs that hold nothing are due about once a second: near the limit nothing else will
  /// have the memory before a kill.
  [[nodiscard]] virtual bool near_limit(const Look& look) const = 0;
  /// What the last kBreak was for.
  [[nodiscard]] virtual std::optional<StallRecord> stall() const { return std::nullopt; }
};

/// Shares of `high` that the protocol decides by.
inline constexpr double kTripShare = 0.90;    ///< from here on a high event is worth a photograph
inline constexpr double kArmShare = 0.60;     ///< from here on a wire is worth a false trip
inline constexpr double kClearOfWire = 0.80;  ///< current below this: a wire costs nothing yet
inline constexpr double kClearShare = 0.80;   ///< below this a photographed container has recovered

}  // namespace headroom
