#include "supervisor/tripwire/machine.h"

#include <algorithm>

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kLongestBackoff = 10min;
constexpr std::chrono::nanoseconds kAfterRevert = 1s;
constexpr std::chrono::nanoseconds kAfterFailure = 5s;

}  // namespace

TripwireMachine::Action TripwireMachine::PutUp() {
  state_ = State::kUp;
  return Action::kPutUp;
}

bool TripwireMachine::MayStand(const Look& look) const {
  if (look.swap_has_room) return false;
  const double share = Share(look.unreclaimable, look.high);
  // At the trip share the next high event is worth a photograph whatever the cache does: waiting
  // out a back-off that cache had caused would miss the kill.
  if (share >= kTripShare) return true;
  if (look.now < not_before_) return false;
  return share >= kArmShare || Share(look.current, look.high) < kClearOfWire;
}

TripwireMachine::Action TripwireMachine::OnHighEvent(const Look& look) {
  if (state_ != State::kUp) return Action::kNone;  // an event of a sleeper from before the lift
  if (Share(look.unreclaimable, look.high) >= kTripShare && !look.swap_has_room) {
    state_ = State::kHolding;
    return Action::kPhotographAndLift;
  }
  // Cache met the wire. Doubling keeps the cost of a container that lives on its cache at one
  // event every ten minutes; a long quiet time starts it over.
  if (look.now - last_false_trip_ > 2 * backoff_) backoff_ = kFirstBackoff;
  last_false_trip_ = look.now;
  not_before_ = look.now + backoff_;
  backoff_ = std::min(2 * backoff_, kLongestBackoff);
  state_ = State::kDown;
  return Action::kLift;
}

TripwireMachine::Action TripwireMachine::OnLook(const Look& look) {
  switch (state_) {
    case State::kDown:
      return MayStand(look) ? PutUp() : Action::kNone;
    case State::kUp:
      if (!look.swap_has_room) return Action::kNone;
      state_ = State::kDown;
      return Action::kLift;
    case State::kPhotographed:
      if (Share(look.unreclaimable, look.high) >= kClearShare) return Action::kNone;
      backoff_ = kFirstBackoff;
      not_before_ = {};
      state_ = State::kDown;
      return MayStand(look) ? PutUp() : Action::kNone;
    case State::kHolding:
    case State::kForeign:
      return Action::kNone;
  }
  return Action::kNone;
}

void TripwireMachine::OnPhotographed(BootTime /*now*/) {
  if (state_ == State::kHolding) state_ = State::kPhotographed;
}

void TripwireMachine::OnReverted(BootTime now) {
  if (state_ != State::kUp) return;
  state_ = State::kDown;
  not_before_ = now + kAfterRevert;
}

void TripwireMachine::OnReleased() {
  if (state_ == State::kUp || state_ == State::kHolding) state_ = State::kDown;
}

void TripwireMachine::OnFailed(BootTime now) {
  if (state_ == State::kForeign) return;
  state_ = State::kDown;
  not_before_ = now + kAfterFailure;
}

}  // namespace headroom
