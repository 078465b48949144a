#pragma once

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "container/enrolment/enrolment.h"
#include "container/enrolment/generation_notes.h"
#include "container/enrolment/registry_dir.h"
#include "evidence/level_counters.h"
#include "evidence/recorder.h"
#include "supervisor/incident/closing.h"
#include "supervisor/incident/incident.h"
#include "supervisor/incident/ledger.h"
#include "supervisor/incident/open_incident.h"
#include "supervisor/incident/outbox.h"
#include "supervisor/incident/pace.h"
#include "supervisor/incident/photograph_shelf.h"
#include "supervisor/prekill/call.h"
#include "supervisor/registry/adoption.h"
#include "supervisor/registry/closed_notes.h"
#include "supervisor/registry/conmon_oom_file.h"
#include "supervisor/registry/end_of_init.h"
#include "supervisor/registry/rescan_pace.h"
#include "supervisor/registry/sibling_kills.h"
#include "supervisor/tripwire/subtree.h"
#include "supervisor/watch/ancestors.h"
#include "supervisor/watch/file_changes.h"
#include "supervisor/watch/kernel_log.h"
#include "supervisor/watch/population.h"
#include "supervisor/watch/pressure_watch.h"
#include "supervisor/watch/sampler.h"

namespace headroom {

/// What bundles tell of a generation already, when it is adopted.
struct Reported {
  std::optional<std::uint64_t> up_to;  ///< the oom_kill count; nullopt: nothing is known to be
  /// The store could not be read: there may be more, which is looked at before anything is written.
  bool store_unread = false;
};

/// What all watched containers share. Outlives them.
struct ContainerServices {
  WireServices& wires;
  Workers& errands;  ///< what may have to wait for a file system or for many cgroups
  FileChanges& changes;
  Ancestors& ancestors;
  SiblingKills& siblings;
  KernelLog& kernel_log;
  SignalWatch& signals;
  ExitWatch& exits;
  std::string run_dir;
  PhotographShelf& shelf;
  MemoryBudget& waiting;  ///< of what is in the outboxes
  /// Whether it was published, and what was read around it for that.
  using OnPublished = std::function<void(bool, std::shared_ptr<const std::vector<Section>> around)>;
  /// Writes a bundle in another thread, which the result tells whether it was published; so does
  /// `on_done` in the loop's thread.
  std::function<std::shared_future<bool>(CapturedIncident, OnPublished on_done)> publish;
  /// The supervisor ends: writes these in their order, if `before`, where it is one, was published,
  /// and up to the first that cannot be. A bundle behind a gap would be reported again.
  std::function<void(std::deque<CapturedIncident>, std::shared_future<bool> before)> publish_last;
  /// When a later generation of the same cgroup path was enrolled; nullopt: none was.
  std::function<std::optional<BootTime>(const Enrolment&)> superseded_at;
  /// Enrolments were found, or rung for, that are not watched yet: what a level above has counted
  /// may be theirs.
  std::function<bool()> adopting;
  /// Every container that is watched reads its own counter, unless that was done since any level
  /// above was last seen to have counted.
  std::function<void()> check_all;
  /// Every container reads its own counter soon; what the level has more than they is nobody's
  /// then.
  std::function<void(const std::string& level)> balance_soon;
  /// The generation is over and all of it is on disk.
  std::function<void(const RegistryDir::Entry&)> on_finished;
};

/// One generation of a container from adoption to its end: counts its kills, keeps its latest
/// photograph and its recording, and hands out each incident once. Event thread only.
class WatchedContainer : public std::enable_shared_from_this<WatchedContainer> {
 public:
  [[nodiscard]] static std::shared_ptr<WatchedContainer> Create(
      ContainerServices& services, RegistryDir::Entry entry,
      std::shared_ptr<const Enrolment> enrolment, Adoption adoption, Reported reported);
  WatchedContainer(const WatchedContainer&) = delete;
  WatchedContainer& operator=(const WatchedContainer&) = delete;

  /// Starts watching, and reports what happened while nobody did.
  /// An error other than kGone is to be tried again with a new object; nothing was reported then.
  [[nodiscard]] Status Start();
  /// The supervisor ends: what is open is published as it is.
  void CloseForStop();
  /// The guardian came: wires may stand. It went: they may not.
  void OnGuardianReady() { Rest(); }
  void OnGuardianLost();
  /// The kernel's log has a new kill.
  void OnKillLogged();
  /// A slow look whether anything was missed.
  void Check();

  [[nodiscard]] const Enrolment& enrolment() const { return *enrolment_; }
  [[nodiscard]] const RegistryDir::Entry& entry() const { return entry_; }
  [[nodiscard]] bool ended() const { return ended_; }
  /// Kills counted since the container started; nullopt when its counters were never read.
  [[nodiscard]] std::optional<std::uint64_t> KillsSinceStart() const;
  /// How its init ended; nullopt: not known, or it lives.
  [[nodiscard]] const std::optional<InitExit>& InitEnd() const { return end_.exit(); }

 private:
  WatchedContainer(ContainerServices& services, RegistryDir::Entry entry,
                   std::shared_ptr<const Enrolment> enrolment, Adoption adoption,
                   Reported reported);
  void Rest();
  [[nodiscard]] Status StartLive();
  void WatchInit();
  void WatchPopulation();
  void FindConmon();
  void StandInForConmon();
  void JoinAncestors();
  void JoinSiblings();
  void SeeLevels();
  [[nodiscard]] bool MustWaitForSiblings(bool unclaimed) const;
  void SeeLevel(const std::string& path, const EventReading& reading);
  bool Count(std::uint64_t counter, const std::vector<std::string>& candidates = {});
  void CountWhatWasNoted();
  void SkipReportedInLog(std::uint64_t reported);
  void SkipOlderInLog(std::uint64_t position);
  void NoteClosed(const GenerationNotes::Closed& note);
  void OnCgroupGone();
  [[nodiscard]] std::optional<SiblingKills::Unclaimed> UnclaimedAbove() const;
  bool CountKillsAbove(const SiblingKills::Unclaimed& unclaimed);
  void OnEvents(const EventReading& reading);
  void OnAncestorChange(const std::string& path, const EventReading& reading);
  void OnKills(const char* detected_by, const char* confidence);
  void SeeNeighbours();
  void SettleIncident();
  void CloseIncident();
  void PublishNext();
  void OnPublished(bool published, std::shared_ptr<const std::vector<Section>> around);
  void LookForEnd();
  void End();
  bool ReadLast();
  void OnInitEnd();
  void SettleEnd();
  void SettleEndAgain();
  bool CountLateKills();
  [[nodiscard]] bool MustWaitForEnd() const;
  [[nodiscard]] bool IsKilledByOther() const;
  [[nodiscard]] CapturedIncident CaptureEnd();
  [[nodiscard]] bool MustAskLog() const;
  bool CountKillsOfTheLog();
  void Finish();
  void Sample();
  void RescanWhenRested();
  [[nodiscard]] LevelReading ReadOwn() const;
  [[nodiscard]] LevelReading ReadAncestor(std::size_t index) const;
  [[nodiscard]] std::vector<LevelReading> ReadLevels() const;
  [[nodiscard]] std::vector<IncidentLevel> TakeLevels();
  [[nodiscard]] CapturedIncident Capture(const KillLedger::Range& range,
                                         std::vector<OomEvent> events);
  [[nodiscard]] KernelLog::Query LogQuery(bool consume) const;
  void OnPhotograph(std::shared_ptr<const Photograph> photograph);
  void ActBeforeKill(const Photograph& photograph, std::function<void()> done);
  [[nodiscard]] PreKillState PreKillOf(BootTime first_kill) const;
  void OnStall(const StallRecord& stall);
  void SettleStall();
  void PublishStall();
  [[nodiscard]] CapturedIncident CaptureStall() const;
  [[nodiscard]] PhotographState Photographs() const;
  [[nodiscard]] std::string WhyNoPhotograph(BootTime first_kill) const;

  ContainerServices& services_;
  RegistryDir::Entry entry_;
  std::shared_ptr<const Enrolment> enrolment_;
  std::shared_ptr<const CgroupDir> cgroup_;  ///< nullptr: was gone at adoption
  UniqueFd init_;
  bool init_alive_;
  std::string why_not_held_;  ///< why nothing is written to its cgroup; empty: it may be
  KillLedger ledger_;
  bool store_unread_;  ///< Reported::store_unread, until a bundle was written
  IncidentPace pace_;
  LevelCounters counters_;
  bool live_ = false;           ///< watching its counters (kills are observed)
  bool joined_ = false;         ///< its kills are told from those that others beside it have
  bool counted_above_ = false;  ///< kills are in a bundle that may be another's
  bool ended_ = false;
  ClosedNotes closed_;               ///< of its last incidents, the oldest first
  std::uint64_t log_after_ = 0;      ///< OomEventBook::Query::after
  std::uint64_t log_own_after_ = 0;  ///< and own_after
  std::optional<BootTime> gone_at_;  ///< its cgroup went before its counter was read last
  EndOfInit end_;
  bool sample_posted_ = false;         ///< one that somebody's SIGTERM asked for
  bool end_told_ = false;              ///< its bundle of the kind "killed" is in the outbox
  std::vector<Section> end_sections_;  ///< the cgroup's files as they were when the init ended
  Outbox outbox_;                      ///< incidents that are not on disk yet
  std::shared_future<bool> writing_;   ///< of the one that is under way, if any is
  EventReading last_reading_;
  std::shared_ptr<const ConmonOomFile> conmon_;  ///< nullptr: not found (yet), or done with
  std::optional<Subtree> subtree_;
  RescanPace rescan_pace_;
  std::vector<Ancestors::Membership> ancestors_;
  std::optional<Recorder> recorder_;
  Sampler sampler_;
  headroom::Sample last_recorded_;  ///< what the recorder has last; nothing at first
  PressureWatch pressure_;
  PhotographShelf::Place photograph_;  ///< the latest
  std::string why_not_used_;  ///< of the last photograph that was not; empty: none since then
  EventLoop::Source init_source_;
  Population population_;
  EventLoop::Source population_timer_;
  FileChanges::Watch removal_;
  EventLoop::Source sample_timer_;
  EventLoop::Source settle_timer_;
  EventLoop::Source retry_timer_;

  std::unique_ptr<PreKillCall> pre_kill_call_;  ///< while it is under way, and until the next one
  std::optional<BootTime> pre_kill_began_;      ///< of the last one
  std::optional<PreKillResult> pre_kill_;       ///< of the last one; nullopt: it has not ended

  /// Mode throttle was given up, and that is not in the outbox yet.
  struct OpenStall {
    StallRecord record;
    BootTime at{};
    WallTime wall{};
    std::vector<Section> live;
  };
  std::optional<OpenStall> stall_;
  EventLoop::Source stall_timer_;

  OpenIncident open_;  ///< as it is made where none is open
  std::vector<int> known_pids_;
};

}  // namespace headroom
