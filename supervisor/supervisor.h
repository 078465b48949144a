#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"
#include "container/enrolment/registry_dir.h"
#include "container/enrolment/state_paths.h"
#include "evidence/store.h"
#include "kernel/host_view.h"
#include "supervisor/guardian/client.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/loop/paced.h"
#include "supervisor/loop/workers.h"
#include "supervisor/registry/container.h"
#include "supervisor/registry/level_notes.h"
#include "supervisor/registry/refusals.h"
#include "supervisor/registry/sibling_kills.h"
#include "supervisor/registry/successors.h"
#include "supervisor/retention/keeper.h"
#include "supervisor/tripwire/hold.h"
#include "supervisor/tripwire/wire.h"
#include "supervisor/watch/ancestors.h"
#include "supervisor/watch/doorbell.h"
#include "supervisor/watch/exit_watch.h"
#include "supervisor/watch/file_changes.h"
#include "supervisor/watch/kernel_log.h"
#include "supervisor/watch/signal_watch.h"

namespace headroom {

/// headroomd: adopts every enrolment that it finds, at start and whenever the doorbell rings or the
/// directory changes, and publishes what happens to them. Files are its only memory: killed at any
/// moment, it finds everything again.
class Supervisor {
 public:
  /// How long one runs.
  enum class Lifetime {
    kUntilToldToEnd,  ///< on SIGTERM; takes over from one that was started for want of it
    kUntilIdle,       ///< or when nothing has been enrolled for half a minute
  };
  /// Takes the lock of the run directory (one supervisor a host), opens the kernel's log and the
  /// doorbell. kExists: another one runs.
  [[nodiscard]] static Result<std::unique_ptr<Supervisor>> Create(HostView host, StatePaths paths,
                                                                  Lifetime lifetime);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor();

  /// Until SIGTERM or SIGINT, or until it is idle; every wire is down when it returns.
  [[nodiscard]] Status Run();

  /// Whether Run() has returned because nothing was enrolled any more.
  [[nodiscard]] bool ended_idle() const { return ended_idle_; }
  /// The lock of the run directory, for who has to do something between our end and its.
  [[nodiscard]] UniqueFd TakeLock() { return std::move(lock_); }

 private:
  Supervisor(HostView host, StatePaths paths, std::unique_ptr<EventLoop> loop, UniqueFd lock);
  void OnToldToEnd();
  void EndWhenIdle();
  [[nodiscard]] bool IsAtWork() const;
  [[nodiscard]] Status OpenDoorbell();
  [[nodiscard]] Status Open();
  void Scan();
  void Rescan();
  void LookForNew();
  void AdoptSoon();
  void AdoptSome();
  void AdoptAgain();
  void Adopt(const RegistryDir::Entry& entry);
  [[nodiscard]] Reported ReportedOf(const RegistryDir::Entry& entry,
                                    const Enrolment& enrolment) const;
  [[nodiscard]] std::shared_future<bool> Publish(CapturedIncident incident,
                                                 ContainerServices::OnPublished on_done);
  void PublishLast(std::deque<CapturedIncident> incidents, std::shared_future<bool> before);
  void OnPublished(const Enrolment& container, BundleKind kind, const IncidentId& id);
  void OnFinished(const RegistryDir::Entry& entry);
  void OnGuardianReady();
  void OnGuardianLost(const std::string& why);
  void OnKillLogged();
  void CheckAll();
  [[nodiscard]] bool adopting() const;
  void LookAtAll();

  HostView host_;
  StatePaths paths_;
  bool until_idle_ = false;
  bool ended_idle_ = false;
  BootTime busy_at_{};  ///< when something was enrolled last, as far as was looked
  EventLoop::Source idle_timer_;
  RegistryDir registry_;
  Successors successors_;
  Store store_;
  std::unique_ptr<EventLoop> loop_;
  UniqueFd lock_;
  std::unique_ptr<FileChanges> changes_;
  FileChanges::Watch directory_watch_;
  std::unique_ptr<KernelLog> kernel_log_;
  std::unique_ptr<SignalWatch> signals_watch_;
  std::unique_ptr<ExitWatch> exits_;
  std::optional<Doorbell> doorbell_;
  Ancestors ancestors_;
  LevelNotes level_notes_;
  SiblingKills siblings_;
  GuardianClient guardian_;
  HoldTimer hold_timer_;
  Paced scan_;
  Paced look_;
  EventLoop::Source made_timer_;
  EventLoop::Source adopt_timer_;
  EventLoop::Source adopt_again_timer_;
  EventLoop::Source rescan_timer_;
  std::vector<EventLoop::Source> signals_;
  std::unique_ptr<WireServices> wires_;
  PhotographShelf shelf_;
  MemoryBudget waiting_{Outbox::kMostMemory};
  std::optional<ContainerServices> services_;
  std::map<std::string, std::shared_ptr<WatchedContainer>> containers_;  ///< by the entry's path
  std::set<std::string> changed_levels_;     ///< that have counted a kill and are to be balanced
  BootTime checked_at_{};                    ///< when the last look at every counter began
  bool kill_logged_ = false;                 ///< since the last look
  std::deque<RegistryDir::Entry> to_adopt_;  ///< found and not looked at yet
  Refusals refusals_;
  // Last, so that their threads have ended before anything that they use goes.
  std::unique_ptr<Workers> photographers_;
  std::unique_ptr<Workers> samplers_;
  std::unique_ptr<Workers> chores_;
  std::unique_ptr<Workers> errands_;
  std::unique_ptr<Workers> publishers_;
  std::unique_ptr<StoreKeeper> keeper_;
};

}  // namespace headroom
