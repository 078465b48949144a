#include "supervisor/guardian/ward.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "kernel/cgroup/freezer.h"
#include "kernel/cgroup/memory_high.h"

namespace headroom {
namespace {

/// How often the wires of a silent headroomd are looked at.
constexpr std::chrono::seconds kLookAgain{1};

/// Whether somebody has written since `inotify` tells of that.
bool HasChanges(int inotify) {
  std::array<char, 4096> events{};
  return read(inotify, events.data(), events.size()) > 0;
}

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
        ForgetFreeze(found->second);
      }
      return {};
    case GuardianVerb::kFreezeChanges:
      return TakeChanges(std::move(delivery));
  }
  return {};
}

Status Ward::TakeFreeze(GuardianDelivery delivery) {
  if (!delivery.descriptor.valid()) {
    return Malformed("guardian message", "tells of a freeze without its cgroup.freeze");
  }
  const auto found = wires_.find(delivery.message.wire);
  if (found == wires_.end()) return {};
  if (!found->second.changes.valid()) {
    return Malformed("guardian message", "tells of a freeze before what tells of its changes");
  }
  found->second.freeze = std::move(delivery.descriptor);
  found->second.inode = delivery.message.inode;
  found->second.thaw_at = delivery.message.deadline;
  return {};
}

Status Ward::TakeChanges(GuardianDelivery delivery) {
  if (!delivery.descriptor.valid()) {
    return Malformed("guardian message", "comes without what tells of a freeze's changes");
  }
  const auto found = wires_.find(delivery.message.wire);
  if (found == wires_.end()) return {};
  ForgetFreeze(found->second);  // of one before
  found->second.changes = std::move(delivery.descriptor);
  return {};
}

void Ward::ForgetFreeze(Held& wire) {
  wire.freeze.Reset();
  wire.changes.Reset();
  wire.thaw_at = BootTime::max();
}

bool Ward::Release(Held& wire) {
  wire.deadline.reset();
  const bool thawed = Thaw(wire);
  return LiftIfOurs(wire.memory_high.get(), wire.high) || thawed;
}

/// True: it was ours, and runs on. Where it does not stand still yet, or cannot be thawed, it is
/// looked at again until headroomd says that it is over: its own write may still be under way.
/// There is one such write, so that whatever comes behind a thaw is somebody else's, as is what was
/// written since. The mark goes as well, or that would be undone by whoever comes next.
bool Ward::Thaw(Held& wire) {
  if (!wire.freeze.valid()) return false;
  const bool theirs = HasChanges(wire.changes.get());
  const bool thawed = !theirs && ThawIfFrozen(wire.freeze.get());
  if (!theirs && !thawed) return false;
  marks_.Clear(wire.inode);
  ForgetFreeze(wire);
  return thawed;
}

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
