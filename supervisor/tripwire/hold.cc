#include "supervisor/tripwire/hold.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "kernel/cgroup/memory_high.h"

namespace headroom {

/// Where it is not ours any more, or gone, nothing is held.
void Hold::LiftHigh() const { (void)LiftIfOurs(memory_high_.get(), ours_); }

void Hold::Lift(LiftedBy who) {
  auto nobody = LiftedBy::kNobody;
  if (!lifted_by_.compare_exchange_strong(nobody, who)) return;
  LiftHigh();
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

std::vector<std::shared_ptr<Hold>> HoldTimer::TakeDue(BootTime now) {
  std::erase_if(holds_,
                [](const auto& hold) { return hold->lifted_by() != Hold::LiftedBy::kNobody; });
  const auto due = std::ranges::partition(
      holds_, [&](const auto& hold) { return !stopping_ && hold->deadline() > now; });
  std::vector<std::shared_ptr<Hold>> taken(due.begin(), due.end());
  holds_.erase(due.begin(), due.end());
  return taken;
}

void HoldTimer::LiftAtDeadline(const std::shared_ptr<Hold>& hold) {
  if (!hold->freezes()) return hold->Lift(Hold::LiftedBy::kDeadline);
  hold->LiftHigh();
  thawers_.Run([hold] { hold->Lift(Hold::LiftedBy::kDeadline); });
}

void HoldTimer::WaitForNext(std::unique_lock<std::mutex>& lock) {
  if (holds_.empty()) return wake_.wait(lock);
  const auto next = std::ranges::min(holds_ | std::views::transform(&Hold::deadline));
  wake_.wait_for(lock, next - NowBoot());
}

void HoldTimer::Loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool last = stopping_;
    const auto due = TakeDue(NowBoot());
    if (!due.empty()) {
      lock.unlock();
      for (const auto& hold : due) LiftAtDeadline(hold);
      lock.lock();
      continue;  // whoever has come meanwhile may be due
    }
    if (last) return;
    WaitForNext(lock);
  }
}

}  // namespace headroom
