#include "supervisor/supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "container/enrolment/generation_notes.h"
#include "container/marks/undo_left.h"
#include "container/supervision/told_to_end.h"
#include "supervisor/incident/around_sections.h"
#include "supervisor/incident/publish.h"
#include "supervisor/registry/ended_record.h"
#include "supervisor/registry/host_lock.h"
#include "supervisor/registry/idle_end.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kRescan = 60s;
/// Adoption at one go: the loop has other things to do.
constexpr std::chrono::nanoseconds kLongestAdoption = 200ms;

/// A runtime takes longer than that from its hook to the container's first instruction.
constexpr std::chrono::nanoseconds kListingMayLag = 20ms;

}  // namespace

Result<std::unique_ptr<Supervisor>> Supervisor::Create(HostView host, StatePaths paths,
                                                       Lifetime lifetime) {
  const bool until_idle = lifetime == Lifetime::kUntilIdle;
  auto lock =
      TakeHostLock(host, paths.run_dir, until_idle ? LockHolder::kGivesWay : LockHolder::kStays);
  if (!lock) return std::unexpected(lock.error());
  ForgetToldToEnd(paths.run_dir);
  auto loop = EventLoop::Create();
  if (!loop) return std::unexpected(loop.error());
  std::unique_ptr<Supervisor> supervisor(
      new Supervisor(std::move(host), std::move(paths), std::move(*loop), std::move(*lock)));
  supervisor->until_idle_ = until_idle;
  if (auto opened = supervisor->Open(); !opened) return std::unexpected(opened.error());
  return supervisor;
}

Supervisor::Supervisor(HostView host, StatePaths paths, std::unique_ptr<EventLoop> loop,
                       UniqueFd lock)
    : host_(std::move(host)),
      paths_(std::move(paths)),
      registry_(paths_.run_dir),
      successors_(registry_, kListingMayLag),
      store_(paths_.store_dir),
      loop_(std::move(loop)),
      lock_(std::move(lock)),
      ancestors_(*loop_, host_),
      level_notes_(paths_.run_dir),
      siblings_(&level_notes_),
      guardian_(*loop_, GuardianSocketPath(paths_.run_dir),
                {.on_ready = [this] { OnGuardianReady(); },
                 .on_lost = [this](const std::string& why) { OnGuardianLost(why); },
                 .on_stranger =
                     [](const std::string& why) {
                       Log(LogLevel::kError,
                           fmt::format("no tripwire can stand, as no guardian answers: {}; if it "
                                       "goes on: systemctl restart headroom-guardian headroomd",
                                       why));
                     }}),
      scan_(*loop_, [this] { Scan(); }),
      look_(*loop_, [this] { LookAtAll(); }),
      photographers_(std::make_unique<Workers>(static_cast<unsigned>(kMostHolds))),
      samplers_(std::make_unique<Workers>(2U)),
      chores_(std::make_unique<Workers>(2U)),
      errands_(std::make_unique<Workers>(2U)),
      publishers_(std::make_unique<Workers>(2U)),
      keeper_(std::make_unique<StoreKeeper>(*loop_, paths_)) {}

Supervisor::~Supervisor() {
  containers_.clear();  // takes the wires down
  publishers_.reset();  // finishes what was to be published
  chores_.reset();
  // Of a wire that ended during its write: the number is gone, and nobody else is left to say so.
  if (wires_) (void)UndoWhatWasLeft(host_, paths_.run_dir);
  errands_.reset();
  samplers_.reset();
  photographers_.reset();
}

Status Supervisor::OpenDoorbell() {
  if (doorbell_) return {};
  auto doorbell = Doorbell::Open(*loop_, paths_.run_dir, [this] { scan_.Soon(); });
  if (!doorbell) return std::unexpected(doorbell.error());
  doorbell_ = std::move(*doorbell);
  return {};
}

Status Supervisor::Open() {
  // First: who finds the lock held and nobody listening takes us for one that ends.
  if (auto opened = OpenDoorbell(); !opened) return opened;
  auto changes = FileChanges::Create(*loop_);
  if (!changes) return std::unexpected(changes.error());
  changes_ = std::move(*changes);
  kernel_log_ = KernelLog::Open(*loop_, [this] { OnKillLogged(); });
  if (!kernel_log_->unavailable().empty()) {
    Log(LogLevel::kWarning,
        kernel_log_->unavailable() + "; continuing without the kernel's own words");
  }
  signals_watch_ = SignalWatch::Open(*loop_, host_);
  if (!signals_watch_->unavailable().empty()) {
    Log(LogLevel::kWarning,
        signals_watch_->unavailable() + "; continuing without who sends signals");
  }
  exits_ = ExitWatch::Open(*loop_, host_);
  if (!exits_->unavailable().empty()) {
    Log(LogLevel::kWarning, exits_->unavailable() + "; continuing without most exit statuses");
  }
  auto watch = changes_->Add(registry_.containers_dir(), IN_CREATE | IN_MOVED_TO,
                             [this](auto, const auto&) { LookForNew(); });
  if (watch) directory_watch_ = std::move(*watch);
  if (const auto swept = store_.Sweep(); !swept && swept.error().code != ErrorCode::kNotFound) {
    Log(LogLevel::kWarning, swept.error().Message());
  }
  (void)UndoWhatWasLeft(host_, paths_.run_dir);
  wires_.reset(new WireServices{.loop = *loop_,
                                .photographers = *photographers_,
                                .samplers = *samplers_,
                                .chores = *chores_,
                                .timer = hold_timer_,
                                .guardian = guardian_,
                                .host = host_,
                                .model = ThrottleModelOfThisHost(),
                                .frozen_marks = FrozenMarks(paths_.run_dir),
                                .armed_marks = ArmedMarks(paths_.run_dir)});
  services_.emplace(ContainerServices{
      .wires = *wires_,
      .errands = *errands_,
      .changes = *changes_,
      .ancestors = ancestors_,
      .siblings = siblings_,
      .kernel_log = *kernel_log_,
      .signals = *signals_watch_,
      .exits = *exits_,
      .run_dir = paths_.run_dir,
      .shelf = shelf_,
      .waiting = waiting_,
      .publish =
          [this](CapturedIncident incident, ContainerServices::OnPublished on_done) {
            return Publish(std::move(incident), std::move(on_done));
          },
      .publish_last =
          [this](std::deque<CapturedIncident> incidents, std::shared_future<bool> before) {
            PublishLast(std::move(incidents), std::move(before));
          },
      .superseded_at =
          [this](const Enrolment& enrolment) { return successors_.SupersededAt(enrolment); },
      .adopting = [this] { return adopting(); },
      .check_all =
          [this] {
            if (checked_at_ <= siblings_.risen_at()) CheckAll();
          },
      .balance_soon =
          [this](const std::string& level) {
            changed_levels_.insert(level);
            look_.Soon();
          },
      .on_finished = [this](const RegistryDir::Entry& entry) { OnFinished(entry); }});
  return {};
}

Status Supervisor::Run() {
  for (const int number : {SIGTERM, SIGINT}) {
    auto source = loop_->OnSignal(number, [this] { OnToldToEnd(); });
    if (!source) return std::unexpected(source.error());
    signals_.push_back(std::move(*source));
  }
  loop_->EnableWatchdog();
  guardian_.Start();
  Rescan();
  if (adopt_timer_.active()) AdoptSome();  // as many as can be, before it is said that we are ready
  keeper_->Start();
  EndWhenIdle();
  (void)sd_notify(0, "READY=1");
  Log(LogLevel::kInfo,
      fmt::format("watching {} containers; bundles go to {}", containers_.size(), store_.dir()));
  auto ended = loop_->Run();
  (void)sd_notify(0, "STOPPING=1");
  for (const auto& [path, container] : containers_) {
    container->OnGuardianLost();
    container->CloseForStop();
  }
  return ended;
}

/// Noted while the lock is held: whoever takes it next forgets it.
void Supervisor::OnToldToEnd() {
  if (const auto noted = NoteToldToEnd(paths_.run_dir); !noted) {
    Log(LogLevel::kWarning,
        noted.error().Message() + "; a container that starts now may start a headroomd again");
  }
  loop_->Stop();
}

void Supervisor::EndWhenIdle() {
  constexpr std::chrono::nanoseconds kIdle = 30s;
  if (!until_idle_) return;
  const bool idle = !IsAnythingEnrolled(registry_) && containers_.empty();
  if (!idle || busy_at_ == BootTime{}) busy_at_ = NowBoot();
  // Nothing is under way that our end would wait for, while nobody watches whoever comes.
  if (NowBoot() - busy_at_ >= kIdle && !IsAtWork()) {
    if (CloseAndLook(doorbell_, registry_) == LastLook::kNothing) {
      Log(LogLevel::kInfo,
          "nothing is left to watch; this supervisor was started for it, and ends");
      ended_idle_ = true;
      loop_->Stop();
      return;
    }
    busy_at_ = NowBoot();
    if (const auto opened = OpenDoorbell(); !opened) {
      Log(LogLevel::kWarning, opened.error().Message() + "; continuing without a doorbell");
    }
    scan_.Soon();
  }
  auto timer = loop_->After(5s, 1s, [this] { EndWhenIdle(); });
  if (timer) idle_timer_ = std::move(*timer);
}

bool Supervisor::IsAtWork() const {
  return keeper_->IsLooking() || publishers_->IsBusy() || chores_->IsBusy() || errands_->IsBusy() ||
         samplers_->IsBusy() || photographers_->IsBusy();
}

/// The hook makes the container's directory first and rings when the generation is in place; a ring
/// that was lost is made up for here.
void Supervisor::LookForNew() {
  if (made_timer_.active()) return;
  auto timer = loop_->After(100ms, 50ms, [this] {
    made_timer_.Cancel();
    scan_.Soon();
  });
  if (timer) made_timer_ = std::move(*timer);
}

void Supervisor::Scan() {
  const auto entries = registry_.List();
  if (!entries) {
    // Whoever is there may not be watched.
    if (refusals_.Add(registry_.containers_dir(), entries.error(), NowBoot())) {
      Log(LogLevel::kError, entries.error().Message());
    }
    if (refusals_.AnyAwaited(NowBoot())) AdoptAgain();
  } else {
    refusals_.KeepOnly(*entries);
    to_adopt_.assign(entries->begin(), entries->end());
    // Those that were refused come last: they must not keep the others waiting.
    std::stable_partition(to_adopt_.begin(), to_adopt_.end(),
                          [&](const auto& entry) { return !refusals_.Has(entry.path); });
    AdoptSoon();
  }
}

bool Supervisor::adopting() const {
  return scan_.pending() || !to_adopt_.empty() || refusals_.AnyAwaited(NowBoot()) ||
         (doorbell_ && doorbell_->HasRung());
}

/// What every event should have told already. At its own pace, however often somebody rings.
void Supervisor::Rescan() {
  CheckAll();
  if (const auto swept = registry_.SweepIncoming(NowBoot()); !swept) {
    Log(LogLevel::kDebug, swept.error().Message());
  }
  Scan();
  auto timer = loop_->After(kRescan, kRescan / 10, [this] { Rescan(); });
  if (timer) rescan_timer_ = std::move(*timer);
}

/// Not all at once: after a time without a supervisor there may be hundreds that have ended. Were
/// all adopted before the loop turns and is done with the first, systemd's watchdog would end us
/// before that, and the next start would find them all again, and more.
void Supervisor::AdoptSome() {
  adopt_timer_.Cancel();
  const BootTime until = NowBoot() + kLongestAdoption;
  while (!to_adopt_.empty()) {
    const RegistryDir::Entry entry = std::move(to_adopt_.front());
    to_adopt_.pop_front();
    if (containers_.contains(entry.path)) continue;
    Adopt(entry);
    if (NowBoot() >= until) break;
  }
  if (!to_adopt_.empty()) return AdoptSoon();
  // What a level has counted may be a refused one's, which tells of it once it is adopted.
  if (refusals_.AnyAwaited(NowBoot())) return AdoptAgain();
  siblings_.Settle(NowBoot());
  if (!changed_levels_.empty()) look_.Soon();
}

void Supervisor::AdoptSoon() {
  auto timer = loop_->After(0ns, 0ns, [this] { AdoptSome(); });
  if (timer) adopt_timer_ = std::move(*timer);
}

void Supervisor::AdoptAgain() {
  auto timer = loop_->After(1s, 100ms, [this] { scan_.Soon(); });
  if (timer) adopt_again_timer_ = std::move(*timer);
}

void Supervisor::Adopt(const RegistryDir::Entry& entry) {
  const auto refuse = [&](const Error& error) {
    if (refusals_.Add(entry.path, error, NowBoot())) {  // told once, not at every scan
      Log(LogLevel::kError, fmt::format("{} is not watched: {}", entry.path, error.Message()));
    }
  };
  auto enrolment = registry_.Read(entry);
  if (!enrolment) return refuse(enrolment.error());
  auto adoption = VerifyEnrolment(host_, *enrolment);
  if (!adoption && adoption.error().code == ErrorCode::kGone) {
    (void)registry_.Remove(entry);
    return;
  }
  if (!adoption) return refuse(adoption.error());
  const Reported reported = ReportedOf(entry, *enrolment);
  auto container = WatchedContainer::Create(*services_, entry,
                                            std::make_shared<Enrolment>(std::move(*enrolment)),
                                            std::move(*adoption), reported);
  containers_.emplace(entry.path, container);
  if (const auto started = container->Start(); !started) {
    containers_.erase(entry.path);
    return refuse(started.error());
  }
  refusals_.Remove(entry.path);
}

/// A store that cannot be read is no reason to leave a container unwatched.
Reported Supervisor::ReportedOf(const RegistryDir::Entry& entry, const Enrolment& enrolment) const {
  const auto noted = GenerationNotes(registry_, entry).ReadAccounted();
  const auto accounted = store_.AccountedUpTo(enrolment, noted);
  if (accounted) return {.up_to = *accounted};
  Log(LogLevel::kWarning, fmt::format("{}; {} is watched without it", accounted.error().Message(),
                                      EscapedForPeople(enrolment.DisplayName())));
  return {.up_to = noted, .store_unread = true};
}

/// Not among the chores: writing to a disk takes seconds where many wait for it, or for ever, and a
/// tripwire must not.
std::shared_future<bool> Supervisor::Publish(CapturedIncident incident,
                                             ContainerServices::OnPublished on_done) {
  auto result = std::make_shared<std::promise<bool>>();
  publishers_->Run(
      [this, incident = std::move(incident), on_done = std::move(on_done), result]() mutable {
        // Once, however often it is tried to write it: the next time it would tell of that time.
        if (!incident.around) incident.around = ReadAround(host_, incident, NowBoot());
        const bool published = PublishIncident({.host = host_, .paths = paths_}, incident);
        result->set_value(published);
        const BundleKind kind = incident.kind.value_or(BundleKind::kOomKill);
        loop_->Post([this, container = incident.container, kind, id = incident.id,
                     around = incident.around, on_done, published] {
          if (published) OnPublished(*container, kind, id);
          on_done(published, around);
          keeper_->LookSoon();  // after a failure too: there may be no room
        });
      });
  return result->get_future().share();
}

/// What is before them was queued before them, so that waiting for it waits for no thread of ours.
void Supervisor::PublishLast(std::deque<CapturedIncident> incidents,
                             std::shared_future<bool> before) {
  if (incidents.empty()) return;
  publishers_->Run([this, incidents = std::move(incidents), before = std::move(before)] {
    PublishInOrder({.host = host_, .paths = paths_}, incidents, before);
  });
}

/// Before the outbox goes on, so that what is noted never passes over a gap.
void Supervisor::OnPublished(const Enrolment& container, BundleKind kind, const IncidentId& id) {
  if (!CountsKills(kind)) return;
  if (const auto noted = GenerationNotes(registry_, container).NoteAccounted(id.to); !noted) {
    // Its bundles stay as long as it is enrolled.
    Log(LogLevel::kDebug, noted.error().Message());
  }
}

void Supervisor::OnFinished(const RegistryDir::Entry& entry) {
  const auto found = containers_.find(entry.path);
  if (found == containers_.end()) return;
  const WatchedContainer& container = *found->second;
  if (auto written = WriteEndedRecord(paths_.run_dir, container.enrolment(),
                                      container.KillsSinceStart(), container.InitEnd());
      !written) {
    Log(LogLevel::kWarning, written.error().Message());
  }
  if (const auto noted = successors_.BeforeRemoval(container.enrolment()); !noted) {
    Log(LogLevel::kWarning, noted.error().Message());
  }
  if (auto removed = registry_.Remove(entry); !removed) {
    Log(LogLevel::kWarning, removed.error().Message());
  }
  containers_.erase(found);
}

void Supervisor::OnGuardianReady() {
  Log(LogLevel::kInfo, "the guardian is there; tripwires may stand");
  for (const auto& [path, container] : containers_) container->OnGuardianReady();
}

void Supervisor::OnGuardianLost(const std::string& why) {
  Log(LogLevel::kWarning, fmt::format("{}; every tripwire is taken down", why));
  for (const auto& [path, container] : containers_) container->OnGuardianLost();
}

void Supervisor::OnKillLogged() {
  kill_logged_ = true;
  look_.Soon();
}

void Supervisor::CheckAll() {
  checked_at_ = NowBoot();
  for (const auto& [path, container] : std::map(containers_)) container->Check();
}

/// Whatever a level above had counted before this look, those below it have counted by the end of
/// it, as the kernel counts upwards.
void Supervisor::LookAtAll() {
  std::map<std::string, std::uint64_t> levels;
  // One that nobody watches yet may have had it.
  if (!adopting()) {
    for (const std::string& level : std::exchange(changed_levels_, {})) {
      levels.emplace(level, siblings_.SeenAt(level));
    }
  }
  CheckAll();
  if (std::exchange(kill_logged_, false)) {
    for (const auto& [path, container] : std::map(containers_)) container->OnKillLogged();
  }
  for (const auto& [level, seen] : levels) siblings_.Balance(level, seen, NowBoot());
}

}  // namespace headroom
