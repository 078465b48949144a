#include "supervisor/tripwire/hold.h"

#include <algorithm>

#include "supervisor/guardian/ward.h"

namespace headroom {

void Hold::Lift(LiftedBy who) {
  auto nobody = LiftedBy::kNobody;
  if (!lifted_by_.compare_exchange_strong(nobody, who)) return;
  (void)LiftIfOurs(memory_high_.get(), ours_);  // not ours any more, or gone: nothing is held
  lifted_at_.store(NowBoot().count());
  --holds_;
}

std::optional<std::chrono::nanoseconds> Hold::held_for() const {
  const std::int64_t lifted_at = lifted_at_.load();
  if (lifted_at == 0) return std::nullopt;
  return std::chrono::nanoseconds(lifted_at) - tripped_at_;
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
