#pragma once

#include "supervisor/tripwire/high_machine.h"

namespace headroom {

/// When a tripwire stands, when it is lifted and when a photograph is taken: the protocol of
/// docs/architecture.md.
class TripwireMachine final : public HighMachine {
 public:
  [[nodiscard]] Action OnHighEvent(const Look& look) override;
  [[nodiscard]] Action OnLook(const Look& look) override;
  void OnPhotographed(BootTime now) override;
  void OnReverted(BootTime now) override;
  void OnReleased() override;
  void OnFailed(BootTime now) override;
  void OnForeignValue() override { state_ = State::kForeign; }

  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] bool near_limit(const Look& /*look*/) const override {
    return state_ == State::kPhotographed;
  }
  [[nodiscard]] std::chrono::nanoseconds backoff() const { return backoff_; }

 private:
  Action PutUp();
  void BackOff(BootTime now);
  [[nodiscard]] bool MayStand(const Look& look) const;

  State state_ = State::kDown;
  BootTime not_before_{};  ///< for a wire put up while cache fills the container
  std::chrono::nanoseconds backoff_ = kFirstBackoff;
  BootTime last_false_trip_{};
  bool doubtful_ = false;  ///< the last photograph was of memory that may have been cache

  static constexpr std::chrono::nanoseconds kFirstBackoff = std::chrono::milliseconds(50);
};

}  // namespace headroom
