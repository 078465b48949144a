#pragma once

#include "container/enrolment/throttle.h"
#include "supervisor/tripwire/high_machine.h"
#include "supervisor/tripwire/stall_breaker.h"

namespace headroom {

/// Mode throttle: memory.high stands, until the container makes no progress. Then it is lifted,
/// and stands again after ten minutes; after each further stall for twice as long, up to a day.
class ThrottleMachine final : public HighMachine {
 public:
  explicit ThrottleMachine(const Throttle& throttle) : breaker_(throttle) {}

  [[nodiscard]] Action OnHighEvent(const Look& look) override;
  [[nodiscard]] Action OnLook(const Look& look) override;
  void OnPhotographed(BootTime /*now*/) override {}
  void OnReverted(BootTime now) override;
  void OnReleased() override;
  void OnFailed(BootTime now) override;
  void OnForeignValue() override { state_ = State::kForeign; }

  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] bool near_limit(const Look& look) const override;
  [[nodiscard]] std::optional<StallRecord> stall() const override { return stall_; }

 private:
  static constexpr std::chrono::nanoseconds kFirstPause = std::chrono::minutes(10);
  void Down(BootTime not_before);

  State state_ = State::kDown;
  BootTime not_before_{};
  BootTime last_break_{};
  std::chrono::nanoseconds pause_ = kFirstPause;
  StallBreaker breaker_;
  std::optional<StallRecord> stall_;
};

}  // namespace headroom
