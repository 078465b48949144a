#include "supervisor/tripwire/hold.h"

#include <algorithm>

#include "kernel/cgroup/memory_high.h"

namespace headroom {

void Hold::Lift(LiftedBy who) {
  auto nobody = LiftedBy::kNobody;
  if (!lifted_by_.compare_exchange_strong(nobody, who)) return;
  (void)LiftIfOurs(memory_high_.get(), ours_);  // not ours any more, or gone: nothing is held
  if (freeze_) freeze_->End();
  std::int64_t not_yet = 0;
  released_at_.compare_exchange_strong(not_yet, NowBoot().count());
  --holds_;
}

/// The timer looks at the deadline anew when it wakes at the old one; whoever is first, wins.
void Hold::Release() {
  if (!for_action()) return Lift(LiftedBy::kPhotographDone);
  const BootTime now = NowBoot();
  std::int64_t not_yet = 0;
  if (!released_at_.compare_exchange_strong(not_yet, now.count())) return;
  if (freeze_) freeze_->End();
  released_.store(true);
  deadline_.store((now + for_action_).count());
}

void Hold::StandStill() {
  if (freeze_) freeze_->Begin();
}

void Hold::ThawAgain() {
  if (cannot_thaw()) freeze_->End();
}

std::optional<std::chrono::nanoseconds> Hold::stood_still_for() const {
  return freeze_ ? freeze_->frozen_for() : std::nullopt;
}

std::string Hold::why_not_still() const { return freeze_ ? freeze_->why_not() : ""; }

void Hold::EndAction() {
  if (released_.load()) Lift(LiftedBy::kActionDone);
}

std::optional<std::chrono::nanoseconds> Hold::held_for() const {
  const std::int64_t released_at = released_at_.load();
  if (released_at == 0) return std::nullopt;
  return std::chrono::nanoseconds(released_at) - tripped_at_;
}

HoldTimer::HoldTimer() : thread_([this] { Loop(); }) {}

HoldTimer::~HoldTimer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void HoldTimer::Watch(std::shared_ptr<Hold> hold) {
  {
    const std::lock_guard lock(mutex_);
    holds_.push_back(std::move(hold));
  }
  wake_.notify_all();
}

void HoldTimer::Loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const BootTime now = NowBoot();
    BootTime next = BootTime::max();
    for (const auto& hold : holds_) {
      if (stopping_ || hold->deadline() <= now) hold->Lift(Hold::LiftedBy::kDeadline);
      next = std::min(next, hold->deadline());
    }
    std::erase_if(holds_,
                  [](const auto& hold) { return hold->lifted_by() != Hold::LiftedBy::kNobody; });
    if (stopping_) return;
    if (holds_.empty()) {
      wake_.wait(lock);
    } else {
      wake_.wait_for(lock, next - now);
    }
  }
}

}  // namespace headroom
