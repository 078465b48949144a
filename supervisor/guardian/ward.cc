#include "supervisor/guardian/ward.h"

#include <algorithm>
#include <utility>

#include "kernel/cgroup/freezer.h"
#include "kernel/cgroup/memory_high.h"

namespace headroom {
namespace {

/// How often the wires of a silent headroomd are looked at.
constexpr std::chrono::seconds kLookAgain{1};

}  // namespace

Status Ward::Take(GuardianDelivery delivery, BootTime now) {
  last_beat_ = now;  // whatever it says, it is alive
  silent_ = false;
  const GuardianMessage& message = delivery.message;
  switch (message.verb) {
    case GuardianVerb::kBeat:
      return {};
    case GuardianVerb::kWireUp:
      if (!delivery.descriptor.valid()) {
        return Malformed("guardian message", "tells of a wire without its memory.high");
      }
      wires_.insert_or_assign(message.wire, Held{.memory_high = std::move(delivery.descriptor),
                                                 .high = message.high,
                                                 .deadline = std::nullopt});
      return {};
    case GuardianVerb::kWireDown:
      if (const auto found = wires_.find(message.wire); found != wires_.end()) {
        (void)Thaw(found->second);  // had it been thawed, we would have been told
        wires_.erase(found);
      }
      return {};
    case GuardianVerb::kHold:
      if (const auto found = wires_.find(message.wire); found != wires_.end()) {
        found->second.deadline = message.deadline;
      }
      return {};
    case GuardianVerb::kFreeze:
      return TakeFreeze(std::move(delivery));
    case GuardianVerb::kThaw:
      if (const auto found = wires_.find(message.wire); found != wires_.end()) {
        found->second.freeze.Reset();
        found->second.thaw_at = BootTime::max();
      }
      return {};
  }
  return {};
}

Status Ward::TakeFreeze(GuardianDelivery delivery) {
  if (!delivery.descriptor.valid()) {
    return Malformed("guardian message", "tells of a freeze without its cgroup.freeze");
  }
  const auto found = wires_.find(delivery.message.wire);
  if (found == wires_.end()) return {};
  found->second.freeze = std::move(delivery.descriptor);
  found->second.thaw_at = delivery.message.deadline;
  return {};
}

bool Ward::Release(Held& wire) {
  wire.deadline.reset();
  const bool thawed = Thaw(wire);
  return LiftIfOurs(wire.memory_high.get(), wire.high) || thawed;
}

/// Looked at again until headroomd says that it is over: its own write may still be under way.
bool Ward::Thaw(Held& wire) { return wire.freeze.valid() && ThawIfFrozen(wire.freeze.get()); }

int Ward::Enforce(BootTime now) {
  if (now - last_beat_ >= kBeatPatience) {
    if (silent_ && now < look_again_) return 0;
    look_again_ = now + kLookAgain;
    if (!std::exchange(silent_, true)) return ReleaseAll();
    const int late = ReleaseWires();
    if (late > 0) ++releases_;
    return late;
  }
  int released = 0;
  for (auto& [number, wire] : wires_) {
    if (wire.deadline && now >= *wire.deadline && Release(wire)) ++released;
    if (wire.freeze.valid() && now >= wire.thaw_at) {
      wire.thaw_at = now + kLookAgain;
      if (Thaw(wire)) ++released;
    }
  }
  releases_ += static_cast<std::uint64_t>(released);
  return released;
}

int Ward::ReleaseWires() {
  int released = 0;
  // The wires stay known: a write that was under way when headroomd was stopped lands after it is
  // continued, and must be found then.
  for (auto& [number, wire] : wires_) {
    if (Release(wire)) ++released;
  }
  return released;
}

int Ward::ReleaseAll() {
  const int released = ReleaseWires();
  // Counted even when nothing stood: headroomd must look again at what it believed.
  ++releases_;
  return released;
}

BootTime Ward::NextDue() const {
  BootTime due = last_beat_ + kBeatPatience;
  if (silent_) due = wires_.empty() ? BootTime::max() : look_again_;
  for (const auto& [number, wire] : wires_) {
    if (wire.deadline) due = std::min(due, *wire.deadline);
    if (!silent_) due = std::min(due, wire.thaw_at);
  }
  return due;
}

}  // namespace headroom
