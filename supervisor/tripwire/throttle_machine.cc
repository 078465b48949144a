#include "supervisor/tripwire/throttle_machine.h"

#include <algorithm>

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kLongestPause = 24h;
constexpr std::chrono::nanoseconds kAfterRevert = 1s;
constexpr std::chrono::nanoseconds kAfterFailure = 5s;

}  // namespace

void ThrottleMachine::Down(BootTime not_before) {
  state_ = State::kDown;
  not_before_ = std::max(not_before_, not_before);
  breaker_.Forget();
}

HighMachine::Action ThrottleMachine::OnHighEvent(const Look& look) { return OnLook(look); }

HighMachine::Action ThrottleMachine::OnLook(const Look& look) {
  if (state_ == State::kDown) {
    if (look.now < not_before_) return Action::kNone;
    state_ = State::kUp;
    return Action::kPutUp;
  }
  if (state_ != State::kUp) return Action::kNone;
  auto stall = breaker_.Observe(look.now, look.stalled, look.refaults, look.high);
  if (!stall) return Action::kNone;
  stall_ = std::move(stall);
  // A container that went on for long after the last one has not earned a longer pause.
  if (look.now - last_break_ > 2 * pause_) pause_ = kFirstPause;
  last_break_ = look.now;
  Down(look.now + pause_);
  pause_ = std::min(2 * pause_, kLongestPause);
  return Action::kBreak;
}

void ThrottleMachine::OnReverted(BootTime now) {
  if (state_ == State::kUp) Down(now + kAfterRevert);
}

void ThrottleMachine::OnReleased() {
  if (state_ == State::kUp) Down(not_before_);
}

void ThrottleMachine::OnFailed(BootTime now) {
  if (state_ != State::kForeign) Down(now + kAfterFailure);
}

/// Also while it stands: memory.high slows down, and does not keep from being killed.
bool ThrottleMachine::near_limit(const Look& look) const {
  return state_ != State::kForeign && Share(look.unreclaimable, look.high) >= kClearShare;
}

}  // namespace headroom
