#pragma once

#include <chrono>
#include <cstdint>

#include "base/bytes.h"
#include "base/clock.h"

namespace headroom {

/// When a tripwire stands, when it is lifted and when a photograph is taken: the protocol of
/// docs/architecture.md as a pure state machine. No I/O, no clock of its own.
///
/// The caller does what an action says and reports back; between the two the machine is in a
/// waiting state and asks for nothing else. One thread.
class TripwireMachine {
 public:
  enum class State {
    kDown,          ///< no wire; may be put up again
    kUp,            ///< memory.high is ours
    kHolding,       ///< tripped; a photograph is being taken, the container is throttled
    kPhotographed,  ///< lifted after a photograph; the container lives near its limit
    kForeign,       ///< memory.high has an owner other than us: never touched again
  };
  enum class Action {
    kNone,
    kPutUp,             ///< write memory.high
    kLift,              ///< write memory.high=max at once
    kPhotographAndLift  ///< photograph within the hold budget, then memory.high=max
  };

  /// One look at the cgroup's memory.
  struct Look {
    BootTime now{};
    Bytes current;  ///< everything charged, cache included
    Bytes unreclaimable;
    Bytes high;                  ///< where the wire stands or would stand
    bool swap_has_room = false;  ///< a tenth or more of the swap it may use is free
  };

  /// A `high` event of this cgroup itself.
  [[nodiscard]] Action OnHighEvent(const Look& look);
  /// Adoption, a `max` event, or a slow sample.
  [[nodiscard]] Action OnLook(const Look& look);

  void OnPhotographed(BootTime now);
  /// memory.high was found at "max" though we had put a number there (systemd reverts it): the
  /// wire is down, and may stand again after a second.
  void OnReverted(BootTime now);
  /// The limit changed, or the guardian released: the wire is down, and may stand again at once.
  void OnReleased();
  /// The wire could not be put up or the photograph not be taken.
  void OnFailed(BootTime now);
  void OnForeignValue() { state_ = State::kForeign; }

  [[nodiscard]] State state() const { return state_; }
  /// Looks that only sample, nothing held, are due about once a second in this state.
  [[nodiscard]] bool near_limit() const { return state_ == State::kPhotographed; }
  [[nodiscard]] std::chrono::nanoseconds backoff() const { return backoff_; }

 private:
  Action PutUp();
  [[nodiscard]] bool MayStand(const Look& look) const;

  State state_ = State::kDown;
  BootTime not_before_{};  ///< for a wire put up while cache fills the container
  std::chrono::nanoseconds backoff_ = kFirstBackoff;
  BootTime last_false_trip_{};

  static constexpr std::chrono::nanoseconds kFirstBackoff = std::chrono::milliseconds(50);
};

/// Shares of `high` that the protocol decides by.
inline constexpr double kTripShare = 0.90;    ///< from here on a high event is worth a photograph
inline constexpr double kArmShare = 0.60;     ///< from here on a wire is worth a false trip
inline constexpr double kClearOfWire = 0.80;  ///< current below this: a wire costs nothing yet
inline constexpr double kClearShare = 0.80;   ///< below this a photographed container has recovered

}  // namespace headroom
