#include "supervisor/tripwire/wire.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "kernel/cgroup/memory_high.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/cgroup/memory_stat.h"
#include "kernel/pressure/pressure.h"
#include "supervisor/tripwire/machine.h"
#include "supervisor/tripwire/throttle_machine.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;
using Action = HighMachine::Action;
using State = HighMachine::State;

/// memory.stat costs a flush: at most twenty a second on `max` events.
constexpr std::chrono::nanoseconds kLookInterval = 50ms;
constexpr std::chrono::nanoseconds kSampleInterval = 1s;
constexpr std::chrono::nanoseconds kThresholdInterval = 5ms;
/// What the kernel has not reclaimed by then, who charges more reclaims under the number.
constexpr std::chrono::nanoseconds kLongestWrite = 250ms;
/// By how much of its limit it has to hold more than in the last photograph to be worth another.
constexpr double kWorthAnother = 0.02;
/// The guardian gives our own timer this much to be first.
constexpr std::chrono::nanoseconds kGuardianGrace = 50ms;

/// Whether `after` is a later count than `before`; a count that was never read is not.
bool Grew(std::optional<std::uint64_t>& before, std::optional<std::uint64_t> after) {
  const auto old = std::exchange(before, after);
  return after.has_value() && after.value_or(0) > old.value_or(0);
}

std::optional<std::chrono::microseconds> ReadStalled(const CgroupDir& cgroup) {
  const auto pressure = ReadMemoryPressure(cgroup);
  if (!pressure || !pressure->full) return std::nullopt;
  return pressure->full->total;
}

std::optional<Bytes> HeightOf(const Wire::Place& place, const ThrottleModel& model) {
  // Nothing is decided on memory.stat there, so that no limit is too small.
  if (place.throttle) return ThrottleHigh(*place.throttle, place.max);
  return TripwireHigh(place.max, model);
}

std::unique_ptr<HighMachine> MachineFor(const Wire::Place& place) {
  if (place.throttle) return std::make_unique<ThrottleMachine>(*place.throttle);
  return std::make_unique<TripwireMachine>();
}

/// Nothing of it stands any more, and no write is under way.
void ForgetWire(WireServices& services, const CgroupDir& limit, std::uint64_t number) {
  services.guardian.TellWireDown(number);
  if (services.marked.Clear(limit.inode(), number)) services.armed_marks.Clear(limit);
}

}  // namespace

std::shared_ptr<Wire> Wire::Create(WireServices& services, Place place, Owner owner) {
  std::shared_ptr<Wire> wire(new Wire(services, std::move(place), std::move(owner)));
  wire->AdoptPresentHigh();
  return wire;
}

Wire::Wire(WireServices& services, Place place, Owner owner)
    : services_(services),
      place_(std::move(place)),
      asked_to_hold_(place_.may_hold),
      owner_(std::move(owner)),
      number_(services.next_wire++),
      machine_(MachineFor(place_)) {
  const auto high = HeightOf(place_, services_.model);
  if (!high) {
    owner_.on_note(fmt::format("{}: a limit of {} is too small for a tripwire, only observed",
                               place_.limit->path(), ToText(place_.max)));
    place_.may_hold = false;
  }
  high_ = high.value_or(place_.max);
  // The counts so far belong to the past.
  if (const auto events = ReadMemoryEvents(*place_.limit, EventScope::kLocal)) {
    high_events_ = events->high;
    max_events_ = events->max;
  }
}

Wire::~Wire() {
  if (may_be_frozen_ && hold_) {
    hold_->Lift(Hold::LiftedBy::kNoHold);
    hold_->ThawAgain();
    // The guardian thaws it when it hears that the wire is down, and should it fail, the mark stays
    // for whoever comes next.
    if (hold_->cannot_thaw()) may_be_frozen_ = false;
  }
  OnThawed();  // the word of it cannot reach this object any more
  if (!memory_high_.valid()) return;
  // Whatever is under way: a write that lands later is undone by its own thread, a hold lifts
  // itself, and the guardian must not keep the descriptor of a cgroup that is gone.
  if (write_) services_.marked.AddLate(place_.limit->inode(), high_);
  if (write_ || machine_->state() == State::kUp || machine_->state() == State::kHolding) Lift();
}

/// A number that stands in memory.high already is somebody's, unless it is exactly the one that we
/// would write: then a supervisor and its guardian died together, and nobody else will lift it.
void Wire::AdoptPresentHigh() {
  if (!place_.may_hold) return;
  auto file = place_.limit->OpenFile("memory.high", O_RDWR | O_NONBLOCK);
  if (!file) {
    place_.may_hold = false;
    owner_.on_note(file.error().Message() + "; only observed");
    return;
  }
  memory_high_ = std::move(*file);
  if (!LiftIfOurs(memory_high_.get(), high_)) OnHighWritten();
}

std::optional<HighMachine::Look> Wire::ReadLook() {
  // The usage first: what is charged between the two is in the figures then, not beside them.
  const auto current = ReadBytes(*place_.limit, "memory.current");
  const auto stat = ReadMemoryStat(*place_.limit);
  if (!stat || !current) return std::nullopt;  // removed, or being so
  const SwapRoom swap = ReadSwapRoom(services_.host, *place_.limit);
  last_look_ = NowBoot();
  HighMachine::Look look{.now = last_look_,
                         .current = *current,
                         .unreclaimable = Unreclaimable(*stat, swap.free),
                         .in_no_figure = InNoFigure(*stat, *current),
                         .high = high_,
                         .swap_has_room = swap.ample,
                         .stalled = {},
                         .refaults = stat->workingset_refault_file};
  if (place_.throttle) look.stalled = ReadStalled(*place_.limit);
  hot_ = Share(look.unreclaimable, high_) >= kArmShare;
  return look;
}

void Wire::OnEvents(const EventReading& reading) {
  const auto& events = reading.local ? reading.local : reading.subtree;
  if (!events) return;
  // Of mode throttle they come without end, and say nothing: that is what it is for.
  const bool tripped =
      Grew(high_events_, events->high) && machine_->state() == State::kUp && !place_.throttle;
  const bool at_limit = Grew(max_events_, events->max);
  if (!tripped && (!at_limit || NowBoot() - last_look_ < kLookInterval)) return;
  const auto look = ReadLook();
  if (tripped) return OnTripped(look);
  if (!look) return;
  if (place_.may_hold) Act(machine_->OnLook(*look), *look);
  SampleWhenDue(*look, "limit-event");
}

void Wire::OnTripped(const std::optional<HighMachine::Look>& look) {
  if (!look) {
    let_through_ = LetThrough{.at = NowBoot(), .most_unreclaimable = {}, .high = high_};
    return Release();  // better blind than holding without knowing why
  }
  const Action action = machine_->OnHighEvent(*look);
  if (action == Action::kLift) {
    let_through_ =
        LetThrough{.at = look->now, .most_unreclaimable = look->MostUnreclaimable(), .high = high_};
  }
  Act(action, *look);
}

/// A container that fills up fast gets from the one to its end in less than kSampleInterval; one
/// whose page cache comes and goes crosses them without end.
void Wire::OnThreshold() {
  if (NowBoot() - last_look_ < kThresholdInterval) return;
  const auto look = ReadLook();
  if (!look) return;
  const bool grew = Share(look->unreclaimable - last_photographed_, place_.max) >= kWorthAnother;
  if (grew) last_sample_ = {};
  SampleWhenDue(*look, "threshold");
}

void Wire::Look() {
  if (machine_->state() == State::kUp) OnHighWritten();  // a change that no notification told of
  const auto look = ReadLook();
  if (!look) return;
  if (place_.may_hold) Act(machine_->OnLook(*look), *look);
  SampleWhenDue(*look, "sample");
}

void Wire::Act(Action action, const HighMachine::Look& look) {
  switch (action) {
    case Action::kNone:
      return;
    case Action::kPutUp:
      PutUp();
      return;
    case Action::kLift:
      Lift();
      return;
    case Action::kPhotographAndLift:
      Trip(look);
      return;
    case Action::kBreak:
      Break(look);
      return;
  }
}

/// A description of its own each time: the kernel lets one operation at a time through an open file
/// (kernfs, of->mutex), and arming reclaims inside its write. Whoever lifts must never wait for it.
UniqueFd Wire::OpenHigh() const {
  auto file = place_.limit->OpenFile("memory.high", O_RDWR | O_NONBLOCK);
  return file ? std::move(*file) : UniqueFd();
}

/// Whoever may have to lift it in our place: who comes after both of us, and the guardian.
bool Wire::TellBeforeWriting(int guardians_memory_high) {
  if (const auto marked = services_.armed_marks.Set(*place_.limit, high_); !marked) {
    if (!std::exchange(said_unmarked_, true)) {
      owner_.on_note(
          fmt::format("{}: no tripwire as long as it cannot be noted for who may come after us: {}",
                      place_.limit->path(), marked.error().Message()));
    }
    machine_->OnFailed(NowBoot());
    return false;
  }
  said_unmarked_ = false;
  services_.marked.Set(place_.limit->inode(), number_);
  if (services_.guardian.TellWireUp(number_, high_, guardians_memory_high)) return true;
  machine_->OnReleased();  // we are told to look again when the guardian is there
  TellDown();
  return false;
}

/// One write at a time: a void one may still be in the kernel, and workers are few.
void Wire::PutUp() {
  if (write_) {
    wanted_again_ = true;
    machine_->OnReleased();
    return;
  }
  const UniqueFd guardians = OpenHigh();
  UniqueFd own = OpenHigh();
  if (!guardians.valid() || !own.valid()) {
    machine_->OnFailed(NowBoot());
    return;
  }
  if (!TellBeforeWriting(guardians.get())) return;
  let_through_.reset();
  write_ = std::make_shared<HighWrite>(std::move(own), high_);
  InterruptWriteIn(kLongestWrite);
  services_.chores.Run([write = write_, limit = place_.limit, number = number_,
                        weak = weak_from_this(), &services = services_] {
    const bool written = write->Run();
    services.loop.Post([write, limit, number, weak, written, &services] {
      if (const auto wire = weak.lock()) return wire->OnPutUp(written);
      // Its wire has ended; the number is gone only now.
      services.marked.RemoveLate(limit->inode(), write->high());
      ForgetWire(services, *limit, number);
    });
  });
}

/// Again as long as it is under way: one that has not begun yet cannot be.
void Wire::InterruptWriteIn(std::chrono::nanoseconds time) {
  auto timer = services_.loop.After(time, time / 10, [this] {
    if (!write_) return;
    write_->Interrupt();
    InterruptWriteIn(kLongestWrite);
  });
  if (timer) write_timer_ = std::move(*timer);
}

void Wire::OnPutUp(bool written) {
  write_.reset();
  write_timer_.Cancel();
  if (machine_->state() == State::kHolding) {
    // It tripped while it was written, and stays the guardian's until the photograph is done. Where
    // the hold was over before the number landed, nobody else would lift it.
    if (hold_ && hold_->lifted_by() != Hold::LiftedBy::kNobody) {
      (void)LiftIfOurs(memory_high_.get(), high_);
    }
    return;
  }
  if (machine_->state() != State::kUp) {
    TellDown();
    OnHighWritten();
    if (std::exchange(wanted_again_, false)) Look();
    return;
  }
  if (!written) {
    machine_->OnFailed(NowBoot());
    TellDown();
  }
  OnHighWritten();  // what was written while our own write was under way has not been looked at
}

void Wire::TellDown() {
  // While a write is under way it must still be known of; who sees it end comes here again.
  if (!write_) ForgetWire(services_, *place_.limit, number_);
}

void Wire::Lift() {
  if (write_) write_->Void();
  (void)LiftIfOurs(memory_high_.get(), high_);
  TellDown();
}

void Wire::Release() {
  if (!place_.may_hold) return;
  Lift();
  machine_->OnReleased();
}

/// nullptr: it may be held, and the guardian knows. Nobody is held who would only wait for a
/// photographer.
const char* Wire::WhyNotHeld(const Hold& hold) {
  if (!hold.has_slot()) return "too many are held already";
  if (services_.photographing.load() >= kMostHolds) return "all photographers still read";
  const BootTime deadline = hold.last_deadline() + kGuardianGrace;
  return services_.guardian.TellHold(number_, deadline) ? nullptr : "the guardian cannot be told";
}

void Wire::Trip(const HighMachine::Look& look) {
  // Half of the slots stay for photographs, which take no more than their budget.
  const bool may_act = owner_.act && services_.holds.load() < kMostHolds / 2;
  const auto for_action = may_act ? owner_.hold_for_act : std::chrono::milliseconds(0);
  auto hold = std::make_shared<Hold>(OpenHigh(), high_, look.now, services_.holds, for_action);
  if (write_) write_->Interrupt();  // what the wire has met cannot be reclaimed
  const char* const why_not = WhyNotHeld(*hold);
  if (why_not) {
    hold->Lift(Hold::LiftedBy::kNoHold);
    Lift();
    machine_->OnPhotographed(look.now);
    owner_.on_note(fmt::format("{}: tripped, but lifted without holding it: {}",
                               place_.limit->path(), why_not));
    BeginPhotograph(nullptr, look, "tripwire");
    return;
  }
  if (owner_.freeze) PrepareFreeze(*hold);
  services_.timer.Watch(hold);
  if (hold_) hold_->ThawAgain();
  hold_ = hold;
  photographed_ = false;
  BeginPhotograph(std::move(hold), look, "tripwire");
}

/// Whoever is left must know of it before it stands still: the guardian, and the next headroomd.
void Wire::PrepareFreeze(Hold& hold) {
  const auto note = [this](const std::string& why) {
    owner_.on_note(
        fmt::format("{}: it is slowed down and does not stand still while it is read: {}",
                    place_.limit->path(), why));
  };
  auto freeze = Freeze::Prepare(services_.host, *place_.limit);
  if (!freeze) return note(freeze.error().Message());
  if (const auto marked = services_.frozen_marks.Set(*place_.limit); !marked) {
    return note(marked.error().Message());
  }
  may_be_frozen_ = true;
  waited_for_thaw_ = false;
  const BootTime deadline = hold.tripped_at() + kHoldBudget + kGuardianGrace;
  if (!services_.guardian.TellFreeze(number_, deadline, place_.limit->inode(),
                                     (*freeze)->descriptor(), (*freeze)->changes_by_others())) {
    OnThawed();
    return note("the guardian cannot be told");
  }
  // Whoever ends it may be another thread, and the guardian is to know soon: it thaws at its
  // deadline.
  (*freeze)->OnEnd([weak = weak_from_this(), &loop = services_.loop] {
    loop.Post([weak] {
      if (const auto wire = weak.lock()) wire->OnThawed();
    });
  });
  hold.AddFreeze(std::move(*freeze));
}

/// Its hold has thawed it, or never froze it.
void Wire::OnThawed() {
  if (!std::exchange(may_be_frozen_, false)) return;
  services_.guardian.TellThaw(number_);
  services_.frozen_marks.Clear(*place_.limit);
}

/// The container first: it has waited long enough.
void Wire::Break(const HighMachine::Look& look) {
  Lift();
  const auto stall = machine_->stall();
  if (!stall) return;
  owner_.on_stall(*stall);
  BeginPhotograph(nullptr, look, "stall");
}

void Wire::SampleWhenDue(const HighMachine::Look& look, const char* trigger) {
  const bool observed_near =
      !place_.may_hold || machine_->state() == State::kForeign || !services_.guardian.ready();
  const bool near = machine_->near_limit(look) ||
                    (observed_near && Share(look.unreclaimable, high_) >= kClearShare);
  if (!near || photographing_since() || look.now - last_sample_ < kSampleInterval) return;
  BeginPhotograph(nullptr, look, trigger);
}

void Wire::OnHighWritten() {
  if (!memory_high_.valid() || write_) return;
  const auto limits = ReadMemoryLimits(*place_.limit);
  if (!limits || !limits->high) return;
  if (limits->high->unlimited()) {
    if (machine_->state() != State::kUp) return;
    machine_->OnReverted(NowBoot());
    TellDown();
    return;
  }
  if (machine_->state() == State::kForeign) return;
  if (*limits->high == Limit(high_)) {
    // A number of ours that landed where no wire stands (any more).
    const bool stands = machine_->state() == State::kUp || machine_->state() == State::kHolding;
    if (!stands) (void)LiftIfOurs(memory_high_.get(), high_);
    return;
  }
  if (services_.marked.IsLate(place_.limit->inode(), limits->high->bytes())) {
    (void)LiftIfOurs(memory_high_.get(), limits->high->bytes());
    return;
  }
  owner_.on_note(
      fmt::format("{}: memory.high was set to {} by somebody else; it is theirs, and "
                  "the container is only observed from now on",
                  place_.limit->path(), ToText(*limits->high)));
  machine_->OnForeignValue();
  TellDown();
}

}  // namespace headroom
