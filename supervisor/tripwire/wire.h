#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "capture/photograph.h"
#include "container/enrolment/throttle.h"
#include "container/marks/armed_marks.h"
#include "container/marks/frozen_marks.h"
#include "evidence/stall.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/tripwire_high.h"
#include "kernel/host_view.h"
#include "supervisor/guardian/client.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/loop/workers.h"
#include "supervisor/tripwire/high_machine.h"
#include "supervisor/tripwire/high_write.h"
#include "supervisor/tripwire/hold.h"
#include "supervisor/tripwire/let_through.h"
#include "supervisor/tripwire/marked_cgroups.h"
#include "supervisor/tripwire/nested_roots.h"
#include "supervisor/watch/event_file.h"

namespace headroom {

/// What every wire of this host shares. Outlives all wires.
struct WireServices {
  EventLoop& loop;
  Workers& photographers;  ///< as many threads as there may be holds, and for holds alone
  Workers& samplers;       ///< photographs that hold nothing: they may wait for a busy process
  Workers& chores;         ///< writes that the kernel may block
  HoldTimer& timer;
  GuardianClient& guardian;
  HostView host;
  ThrottleModel model;
  FrozenMarks frozen_marks;
  ArmedMarks armed_marks;
  std::atomic<int> holds{0};
  /// Photographers that have one to take, or are at one: behind its hold they still read.
  std::atomic<int> photographing{0};
  std::uint64_t next_wire = 1;
  MarkedCgroups marked = {};
  NestedRoots roots = {};
};

/// The watch over one memory limit: decides by a HighMachine, writes memory.high, and has the
/// memory below photographed just before the limit is met. A tripwire, or where the container's
/// mode is throttle, a memory.high that stays until nothing moves below it any more.
///
/// Where it may not hold (mode observe, an ancestor's limit, a cgroup that is not only the
/// container's, memory.high in foreign hands) it writes nothing and takes samples near the limit
/// instead. Event thread only; asynchronous results come back to it there.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  /// `limit` is the cgroup whose memory.max counts, `subject` the one whose processes are
  /// photographed: the same, but for a container below a tighter ancestor.
  struct Place {
    std::shared_ptr<const CgroupDir> limit;
    std::shared_ptr<const CgroupDir> subject;
    Bytes max;
    bool may_hold = false;
    std::optional<Throttle> throttle;  ///< nullopt: a tripwire
  };
  struct Owner {
    std::function<void(PhotographRequest&)> complete_request;  ///< adds what only the owner knows
    /// Twice each: with the essential part as soon as that is there, and with all of it.
    std::function<void(std::shared_ptr<const Photograph>)> on_photograph;
    std::function<void(const std::string&)> on_note;  ///< one line for the log
    /// Mode throttle was given up, and the container runs on; a photograph of the trigger "stall"
    /// follows.
    std::function<void(const StallRecord&)> on_stall;
    /// What the policy wants done before a kill, begun once the essential part of a tripped wire's
    /// photograph is there; it calls `done` when it is over. nullptr: nothing.
    std::function<void(const Photograph&, std::function<void()> done)> act;
    bool freeze = false;  ///< it stands still while the essential part is read
    std::chrono::milliseconds hold_for_act{0};  ///< how much longer it is held for that at most
  };
  [[nodiscard]] static std::shared_ptr<Wire> Create(WireServices& services, Place place,
                                                    Owner owner);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  /// A wake-up of memory.events of the limit's cgroup.
  void OnEvents(const EventReading& reading);
  /// The usage crossed a threshold near the limit (cgroup v1): look, and where more than before
  /// cannot be reclaimed, photograph it, however short ago the last photograph was.
  void OnThreshold();
  /// A slow sample is due, or the guardian is ready: look, and put the wire up where it may stand.
  void Look();
  /// Somebody, perhaps we, wrote memory.high.
  void OnHighWritten();
  /// The guardian does not stand behind us any more: memory.high=max now.
  void Release();

  /// It stands, or it may not: only the usage, or a change that is told of, can alter that.
  [[nodiscard]] bool settled() const {
    return !place_.may_hold || standing() || machine_->state() == HighMachine::State::kForeign;
  }
  /// Its number is in memory.high, and not only on its way there.
  [[nodiscard]] bool standing() const {
    return machine_->state() == HighMachine::State::kUp && (!write_ || write_->begun());
  }
  /// The limit is near: sample often.
  [[nodiscard]] bool hot() const { return hot_; }
  /// When the first of the photographs that are under way was asked for; nullopt: none is.
  [[nodiscard]] std::optional<BootTime> photographing_since() const {
    return photographs_.empty() ? std::nullopt : std::optional(*photographs_.begin());
  }
  /// It was met and lifted at once, and has not been put up since; nullopt: it was not.
  [[nodiscard]] const std::optional<LetThrough>& let_through() const { return let_through_; }
  [[nodiscard]] Bytes max() const { return place_.max; }
  /// What it was made for; that it may not hold after all is its own affair.
  [[nodiscard]] bool asked_to_hold() const { return asked_to_hold_; }

 private:
  Wire(WireServices& services, Place place, Owner owner);
  [[nodiscard]] std::optional<HighMachine::Look> ReadLook();
  void OnTripped(const std::optional<HighMachine::Look>& look);
  void Act(HighMachine::Action action, const HighMachine::Look& look);
  void PutUp();
  [[nodiscard]] bool TellBeforeWriting(int guardians_memory_high);
  void InterruptWriteIn(std::chrono::nanoseconds time);
  void OnPutUp(bool written);
  void Lift();
  void TellDown();
  [[nodiscard]] UniqueFd OpenHigh() const;
  [[nodiscard]] const char* WhyNotHeld(const Hold& hold);
  void Trip(const HighMachine::Look& look);
  void PrepareFreeze(Hold& hold);
  void OnThawed();
  void Break(const HighMachine::Look& look);
  void SampleWhenDue(const HighMachine::Look& look, const char* trigger);
  void BeginPhotograph(std::shared_ptr<Hold> hold, const HighMachine::Look& look,
                       const char* trigger);
  void OnEssential(const std::shared_ptr<const Photograph>& essential, bool tripped);
  void TakeInBackground(PhotographRequest request, BootTime begun);
  void OnPhotographed(std::shared_ptr<const Photograph> photograph, BootTime begun, bool held);
  void OnActionDone();
  void FinishHold();
  void FinishHoldIn(std::chrono::nanoseconds time);
  void AdoptPresentHigh();

  WireServices& services_;
  Place place_;
  bool asked_to_hold_;
  Owner owner_;
  std::uint64_t number_;
  std::unique_ptr<HighMachine> machine_;
  Bytes high_;                           ///< where it stands or would stand
  UniqueFd memory_high_;                 ///< open while place_.may_hold
  std::shared_ptr<HighWrite> write_;     ///< that a worker is at or will be; nullptr: none
  EventLoop::Source write_timer_;        ///< while there is one
  bool wanted_again_ = false;            ///< it was to be put up while a write was under way
  std::multiset<BootTime> photographs_;  ///< under way: one held, and samples
  std::shared_ptr<Hold> hold_;  ///< until its photograph is done, and what is done after it
  bool may_be_frozen_ = false;  ///< as the guardian and the mark say
  bool waited_for_thaw_ = false;
  bool photographed_ = false;       ///< of hold_: all of it is read
  EventLoop::Source action_timer_;  ///< until hold_'s deadline
  bool hot_ = false;
  bool said_unmarked_ = false;
  BootTime last_look_{};
  BootTime last_sample_{};
  Bytes last_photographed_;  ///< what was unreclaimable then
  std::optional<LetThrough> let_through_;
  std::optional<std::uint64_t> high_events_;
  std::optional<std::uint64_t> max_events_;
};

/// Whether a tenth or more of the swap that `cgroup` may use is free, and how much that is:
/// the least of what every level from it upwards and the host leave. Without swap: nothing.
struct SwapRoom {
  Bytes free;
  bool ample = false;
};
[[nodiscard]] SwapRoom ReadSwapRoom(const HostView& host, const CgroupDir& cgroup);

}  // namespace headroom
