#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "container/marks/frozen_marks.h"
#include "supervisor/guardian/protocol.h"

namespace headroom {

/// What the guardian knows of one headroomd: its wires, its holds, and when it last was alive.
/// No sockets and no clock, so that every case can be tested. One thread.
class Ward {
 public:
  /// `marks`: those of what headroomd has frozen; what the guardian thaws loses its mark.
  Ward(BootTime now, FrozenMarks marks) : marks_(std::move(marks)), last_beat_(now) {}

  /// Takes one message. A wire or a freeze that comes without its descriptors is refused
  /// (kMalformed).
  [[nodiscard]] Status Take(GuardianDelivery delivery, BootTime now);
  /// Releases what is overdue: holds over their deadline, and everything once the heartbeat has
  /// been silent for kBeatPatience, and from then on whatever lands later: a headroomd that hangs
  /// may have a thread left that writes. Returns how many wires were released.
  int Enforce(BootTime now);
  /// Releases everything: the connection has ended.
  int ReleaseAll();
  /// Somebody else has released everything, as this process did not get to run.
  void NoteUndone() { ++releases_; }
  /// When Enforce has something to do at the latest.
  [[nodiscard]] BootTime NextDue() const;

  /// How often a wire had to be released here. headroomd compares it with what it last saw, and
  /// takes its own view of all wires back when it grew.
  [[nodiscard]] std::uint64_t releases() const { return releases_; }
  [[nodiscard]] std::size_t wires() const { return wires_.size(); }

 private:
  struct Held {
    UniqueFd memory_high;
    Bytes high;
    std::optional<BootTime> deadline;
    UniqueFd freeze;          ///< cgroup.freeze, while headroomd may have it frozen
    UniqueFd changes;         ///< inotify: somebody else has written cgroup.freeze since
    std::uint64_t inode = 0;  ///< of the frozen cgroup
    BootTime thaw_at = BootTime::max();
  };
  [[nodiscard]] Status TakeFreeze(GuardianDelivery delivery);
  [[nodiscard]] Status TakeChanges(GuardianDelivery delivery);
  bool Release(Held& wire);
  bool Thaw(Held& wire);
  static void ForgetFreeze(Held& wire);
  int ReleaseWires();

  FrozenMarks marks_;
  std::map<std::uint64_t, Held> wires_;
  BootTime last_beat_;
  bool silent_ = false;    ///< everything was released for silence
  BootTime look_again_{};  ///< while it is silent
  std::uint64_t releases_ = 0;
};

}  // namespace headroom
