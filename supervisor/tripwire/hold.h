#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/unique_fd.h"
#include "capture/held_container.h"
#include "supervisor/loop/workers.h"
#include "supervisor/tripwire/freeze.h"

namespace headroom {

/// How long a container may be held after its wire tripped.
inline constexpr std::chrono::milliseconds kHoldBudget{250};
/// How many containers of a host are held at the same time; one more is lifted at once.
inline constexpr int kMostHolds = 4;

/// One tripped wire, until it is lifted. Shared by the thread that photographs, the timer that
/// enforces the deadline and the event thread; whoever is first lifts.
class Hold final : public HeldContainer {
 public:
  enum class LiftedBy { kNobody, kPhotographDone, kDeadline, kNoHold, kActionDone };

  /// `memory_high` is the hold's own descriptor; `ours` the value that may be lifted.
  /// `holds` counts those of this host and outlives them; one slot is taken until the lift.
  /// `for_action`: how much longer it is held at most once the photograph is done, for what the
  /// policy wants done before the kill; 0: nothing is, and it is lifted then.
  Hold(UniqueFd memory_high, Bytes ours, BootTime tripped_at, std::atomic<int>& holds,
       std::chrono::milliseconds for_action = std::chrono::milliseconds(0))
      : memory_high_(std::move(memory_high)),
        ours_(ours),
        tripped_at_(tripped_at),
        holds_(holds),
        for_action_(for_action),
        deadline_((tripped_at + kHoldBudget).count()),
        has_slot_(holds.fetch_add(1) < kMostHolds && memory_high_.valid()) {}

  /// False: too many are held already, or memory.high could not be opened. Lift at once then.
  [[nodiscard]] bool has_slot() const { return has_slot_; }

  /// It is to stand still as well. Before any other thread knows of this hold.
  void AddFreeze(std::shared_ptr<Freeze> freeze) { freeze_ = std::move(freeze); }
  [[nodiscard]] bool freezes() const { return freeze_ != nullptr; }
  void StandStill() override;
  /// Its lift could not thaw it, and it still stands still.
  [[nodiscard]] bool cannot_thaw() const { return freeze_ && freeze_->cannot_thaw(); }
  /// Tries that again, where it is so. Any thread.
  void ThawAgain();
  [[nodiscard]] std::optional<std::chrono::nanoseconds> stood_still_for() const override;
  [[nodiscard]] std::string why_not_still() const override;

  /// Writes memory.high=max and thaws it, once. Any thread; only the thaw may wait, for whoever
  /// moves processes between cgroups (cgroup_mutex).
  void Lift(LiftedBy who);
  /// Its memory.high alone, for who cannot wait: Lift() has to follow.
  void LiftHigh() const;

  void Release() override;
  /// What it was prolonged for is done. Not before Release(): then it is an earlier hold's action
  /// that ends late, and the photograph that this one is for is still being taken.
  void EndAction();
  /// Half of the budget, which leaves the other half for the largest process.
  [[nodiscard]] BootTime table_deadline() const override { return tripped_at_ + kHoldBudget / 2; }
  [[nodiscard]] bool overdue() const override {
    return lifted_by() == LiftedBy::kDeadline && !released_.load();
  }
  [[nodiscard]] BootTime tripped_at() const { return tripped_at_; }
  [[nodiscard]] BootTime deadline() const { return BootTime(deadline_.load()); }
  /// The latest that deadline() may become.
  [[nodiscard]] BootTime last_deadline() const { return tripped_at_ + kHoldBudget + for_action_; }
  [[nodiscard]] bool for_action() const { return for_action_.count() > 0; }
  [[nodiscard]] LiftedBy lifted_by() const { return lifted_by_.load(); }
  /// From the event's read to the lift's write, or to where it is held for the action alone;
  /// nullopt while it is held for the photograph.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> held_for() const override;

 private:
  UniqueFd memory_high_;
  Bytes ours_;
  BootTime tripped_at_;
  std::atomic<int>& holds_;
  std::chrono::milliseconds for_action_;
  std::atomic<std::int64_t> deadline_;
  bool has_slot_;
  std::atomic<LiftedBy> lifted_by_{LiftedBy::kNobody};
  std::atomic<std::int64_t> released_at_{0};
  std::shared_ptr<Freeze> freeze_;     ///< nullptr: it is only slowed down
  std::atomic<bool> released_{false};  ///< by the photograph; it may be held for an action since
};

/// The independent timer: lifts every hold at its deadline, whatever the other threads wait for,
/// and has those that stand still thawed by a thread of their own. Watch() from any thread; does
/// not wait for a lift.
class HoldTimer {
 public:
  HoldTimer();
  HoldTimer(const HoldTimer&) = delete;
  HoldTimer& operator=(const HoldTimer&) = delete;
  ~HoldTimer();

  void Watch(std::shared_ptr<Hold> hold);

 private:
  void Loop();
  /// Out of those that are watched. The mutex is held.
  [[nodiscard]] std::vector<std::shared_ptr<Hold>> TakeDue(BootTime now);
  void LiftAtDeadline(const std::shared_ptr<Hold>& hold);
  void WaitForNext(std::unique_lock<std::mutex>& lock);

  Workers thawers_{1U};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::shared_ptr<Hold>> holds_;  ///< guarded by mutex_
  bool stopping_ = false;                     ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace headroom
