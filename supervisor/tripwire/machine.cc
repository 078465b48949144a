#include "supervisor/tripwire/machine.h"

#include <algorithm>

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kLongestBackoff = 10min;
constexpr std::chrono::nanoseconds kAfterRevert = 1s;
constexpr std::chrono::nanoseconds kAfterFailure = 5s;

double MostShare(const HighMachine::Look& look) {
  return Share(look.MostUnreclaimable(), look.high);
}

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

/// Doubling keeps the cost of a container that lives on its cache at one event every ten minutes; a
/// long quiet time starts it over.
void TripwireMachine::BackOff(BootTime now) {
  if (now - last_false_trip_ > 2 * backoff_) backoff_ = kFirstBackoff;
  last_false_trip_ = now;
  not_before_ = now + backoff_;
  backoff_ = std::min(2 * backoff_, kLongestBackoff);
}

TripwireMachine::Action TripwireMachine::OnHighEvent(const Look& look) {
  if (state_ != State::kUp) return Action::kNone;  // an event of a sleeper from before the lift
  const bool caught = MostShare(look) >= kTripShare && !look.swap_has_room;
  doubtful_ = Share(look.unreclaimable, look.high) < kTripShare;
  if (!caught || doubtful_) BackOff(look.now);  // cache met the wire, or may have
  state_ = caught ? State::kHolding : State::kDown;
  return caught ? Action::kPhotographAndLift : Action::kLift;
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
      if (MostShare(look) >= kClearShare) return Action::kNone;
      if (!doubtful_) {
        backoff_ = kFirstBackoff;
        not_before_ = {};
      }
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
