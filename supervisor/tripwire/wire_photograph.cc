// What a wire has photographed, and how long the container is held for it.
#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "supervisor/tripwire/wire.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;
using State = HighMachine::State;

constexpr std::chrono::nanoseconds kThawInterval = 100ms;

}  // namespace

void Wire::BeginPhotograph(std::shared_ptr<Hold> hold, const HighMachine::Look& look,
                           const char* trigger) {
  last_sample_ = look.now;
  last_photographed_ = look.unreclaimable;
  photographs_.insert(look.now);
  PhotographRequest request{.host = services_.host,
                            .cgroup = place_.subject,
                            .max = Limit(place_.max),
                            .high = hold ? high_ : Bytes{},
                            .unreclaimable = look.unreclaimable,
                            .trigger = trigger,
                            .hold = std::move(hold)};
  owner_.complete_request(request);
  const bool tripped = std::string_view(trigger) == "tripwire";
  request.on_essential = [weak = weak_from_this(), tripped,
                          &loop = services_.loop](std::shared_ptr<const Photograph> essential) {
    loop.Post([weak, tripped, essential = std::move(essential)] {
      if (const auto wire = weak.lock()) wire->OnEssential(essential, tripped);
    });
  };
  TakeInBackground(std::move(request), look.now);
}

void Wire::OnEssential(const std::shared_ptr<const Photograph>& essential, bool tripped) {
  if (tripped && owner_.act) {
    owner_.act(*essential, [weak = weak_from_this()] {
      if (const auto acted = weak.lock()) acted->OnActionDone();
    });
  }
  owner_.on_photograph(essential);
}

void Wire::TakeInBackground(PhotographRequest request, BootTime begun) {
  const bool held = request.hold != nullptr;
  if (held) ++services_.photographing;
  Workers& workers = held ? services_.photographers : services_.samplers;
  workers.Run(
      [request = std::move(request), begun, held, weak = weak_from_this(), &services = services_] {
        auto photograph = TakePhotograph(request);
        if (held) --services.photographing;
        services.loop.Post([weak, photograph = std::move(photograph), begun, held] {
          if (const auto wire = weak.lock()) wire->OnPhotographed(photograph, begun, held);
        });
      });
}

void Wire::OnPhotographed(std::shared_ptr<const Photograph> photograph, BootTime begun, bool held) {
  photographs_.erase(photographs_.find(begun));
  if (held) {
    photographed_ = true;
    FinishHold();
  }
  owner_.on_photograph(std::move(photograph));
}

void Wire::OnActionDone() {
  if (hold_) hold_->EndAction();
  FinishHold();
}

void Wire::FinishHoldIn(std::chrono::nanoseconds time) {
  auto timer = services_.loop.After(time, 10ms, [this] { FinishHold(); });
  if (timer) action_timer_ = std::move(*timer);
}

/// Once the photograph is there and nothing is held any more; comes again at the deadline, at which
/// the timer's thread lifts.
void Wire::FinishHold() {
  if (!hold_ || !photographed_) return;
  if (hold_->lifted_by() == Hold::LiftedBy::kNobody) {
    return FinishHoldIn(std::max<BootTime>(hold_->deadline() - NowBoot(), 0ms) + 10ms);
  }
  hold_->ThawAgain();
  if (hold_->cannot_thaw()) return FinishHoldIn(kThawInterval);
  // The guardian hears of the thaw before it hears that the wire is down; once more for that.
  if (may_be_frozen_ && !std::exchange(waited_for_thaw_, true)) return FinishHoldIn(10ms);
  action_timer_.Cancel();
  hold_.reset();
  photographed_ = false;
  machine_->OnPhotographed(NowBoot());
  // A wire that was put up again meanwhile stays the guardian's business.
  if (machine_->state() != State::kUp) Lift();
}

}  // namespace headroom
