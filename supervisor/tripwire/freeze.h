#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "kernel/cgroup/freezer.h"
#include "kernel/host_view.h"

namespace headroom {

/// One container standing still while its essential part is read. Never one that somebody else has
/// frozen or wants frozen, and never thawed where somebody froze it meanwhile: from then on it is
/// theirs. Begin() in the thread that reads; End() in any.
class Freeze {
 public:
  /// For the processes to stop: what runs on is read all the same, as it is slowed down.
  static constexpr std::chrono::milliseconds kPatience{20};

  [[nodiscard]] static Result<std::shared_ptr<Freeze>> Prepare(HostView host,
                                                               const CgroupDir& cgroup);

  /// Called by End(), in its thread, where it is not frozen by us any more: not where that failed.
  /// To be set before anybody else knows of this object.
  void OnEnd(std::function<void()> told) { told_ = std::move(told); }
  /// Freezes it, and waits at most kPatience.
  void Begin();
  /// It runs on, unless it is somebody else's now. Does not wait for its processes. Once, but where
  /// that failed, when cannot_thaw() says so: then it tries again.
  void End();

  /// It was ended and still stands still: its cgroup.freeze could not be written.
  [[nodiscard]] bool cannot_thaw() const;
  /// Why it was not frozen, for people; empty: it was.
  [[nodiscard]] std::string why_not() const;
  /// From the write to the thaw; nullopt: it was not frozen, or is still.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> frozen_for() const;
  /// cgroup.freeze, for the guardian.
  [[nodiscard]] int descriptor() const { return freezer_.descriptor(); }
  /// An inotify instance, for the guardian: has an event once somebody has written cgroup.freeze
  /// since our own write, were it we who thaw. None before Begin().
  [[nodiscard]] int changes_by_others() const { return by_others_.get(); }

 private:
  Freeze(HostView host, Freezer freezer, std::string procs, UniqueFd changes, UniqueFd by_others)
      : host_(std::move(host)),
        freezer_(std::move(freezer)),
        procs_(std::move(procs)),
        changes_(std::move(changes)),
        by_others_(std::move(by_others)) {}
  [[nodiscard]] std::string WhyNotNow() const;
  [[nodiscard]] bool IsTraced() const;
  [[nodiscard]] bool TakeChanges() const;
  void TellGuardianFromHere() const;
  void Thaw();

  HostView host_;
  Freezer freezer_;
  std::string procs_;  ///< path of its cgroup.procs
  std::function<void()> told_;
  UniqueFd changes_;  ///< inotify: somebody wrote cgroup.freeze
  UniqueFd by_others_;

  mutable std::mutex mutex_;
  bool ended_ = false;  ///< guarded by mutex_, as what follows
  std::string why_not_ = "it was over before it began";
  std::optional<BootTime> began_;
  std::optional<std::chrono::nanoseconds> frozen_for_;
  std::atomic<bool> failed_{
      false};  ///< to thaw it; read without the mutex, behind which writes wait
};

}  // namespace headroom
