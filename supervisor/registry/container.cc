#include "supervisor/registry/container.h"

#include <fmt/format.h>
#include <sys/inotify.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/thread_time.h"
#include "capture/cgroup_sections.h"
#include "capture/neighbours.h"
#include "kernel/proc/meminfo.h"
#include "supervisor/incident/replaces.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kLogRecheck = 20ms;
constexpr std::chrono::nanoseconds kPublishRetry = 30s;
constexpr std::chrono::nanoseconds kSettleRecheck = 100ms;

std::size_t VictimsIn(const std::vector<OomEvent>& events) {
  std::size_t victims = 0;
  for (const OomEvent& event : events) victims += event.victims.size();
  return victims;
}

}  // namespace

std::shared_ptr<WatchedContainer> WatchedContainer::Create(
    ContainerServices& services, RegistryDir::Entry entry,
    std::shared_ptr<const Enrolment> enrolment, Adoption adoption, Reported reported) {
  return std::shared_ptr<WatchedContainer>(new WatchedContainer(
      services, std::move(entry), std::move(enrolment), std::move(adoption), reported));
}

WatchedContainer::WatchedContainer(ContainerServices& services, RegistryDir::Entry entry,
                                   std::shared_ptr<const Enrolment> enrolment, Adoption adoption,
                                   Reported reported)
    : services_(services),
      entry_(std::move(entry)),
      enrolment_(std::move(enrolment)),
      cgroup_(std::move(adoption.cgroup)),
      init_(std::move(adoption.init)),
      init_alive_(adoption.init_alive),
      why_not_held_(std::move(adoption.why_not_held)),
      ledger_(std::max(reported.up_to.value_or(0), BaselineKills(*enrolment_))),
      store_unread_(reported.store_unread),
      counters_(*enrolment_),
      end_(services.wires, services.exits, services.signals),
      outbox_(services.waiting),
      photograph_(services.shelf) {}

Status WatchedContainer::Start() {
  if (auto recorder = Recorder::Open(entry_.path + "/recorder")) {
    recorder_ = std::move(*recorder);
  } else {
    Log(LogLevel::kWarning, recorder.error().Message() + "; continuing without a timeline");
  }
  JoinAncestors();
  if (cgroup_) {
    const auto started = StartLive();
    // Anything but its removal (no descriptors left, say) may pass: it is tried again later.
    if (!started && started.error().code != ErrorCode::kGone) return started;
    if (!started) cgroup_.reset();
  }
  // Not before it is certain that this object stays: one that is made anew would skip as much
  // again.
  const std::uint64_t reported = ledger_.accounted() - BaselineKills(*enrolment_);
  closed_ = GenerationNotes(RegistryDir(services_.run_dir), entry_).ReadClosed();
  SkipReportedInLog(reported);
  if (reported > 0) counters_.ForgetBaselines();
  if (!cgroup_) CountWhatWasNoted();
  JoinSiblings();
  WatchInit();
  if (!cgroup_ && (!init_alive_ || !enrolment_->cgroup.path.empty())) {
    End();
    return {};
  }
  services_.kernel_log.Drain();
  const std::uint64_t logged = services_.kernel_log.position();
  Check();
  SkipOlderInLog(logged);
  // Nothing happened meanwhile, so all that was counted until now is reported.
  if (reported > 0 && !ledger_.open()) (void)TakeLevels();
  live_ = true;
  for (const CgroupBaseline& level : enrolment_->ancestors) {
    if (services_.siblings.HasMore(level.path)) services_.balance_soon(level.path);
  }
  Sample();
  LookForEnd();
  return {};
}

void WatchedContainer::CloseForStop() {
  PublishStall();
  if (services_.siblings.settled_at()) CloseIncident();
  if (ended_ && IsKilledByOther()) outbox_.Add(CaptureEnd());
  const auto before = outbox_.under_way() ? writing_ : std::shared_future<bool>();
  services_.publish_last(outbox_.TakeWaiting(), before);
}

Status WatchedContainer::StartLive() {
  Subtree::Owner owner;
  owner.on_events = [this](const EventReading& reading) { OnEvents(reading); };
  owner.wire.complete_request = [this](PhotographRequest& request) {
    request.init = init_alive_ ? enrolment_->init : ProcessId{};
    request.previous = photograph_.get();
    request.counted = cgroup_;
  };
  owner.wire.on_photograph = [this](std::shared_ptr<const Photograph> photograph) {
    OnPhotograph(std::move(photograph));
  };
  if (enrolment_->pre_kill.wanted() && enrolment_->mode == Mode::kTripwire) {
    owner.wire.act = [this](const Photograph& photograph, std::function<void()> done) {
      ActBeforeKill(photograph, std::move(done));
    };
    owner.wire.hold_for_act = enrolment_->pre_kill.hold;
  }
  owner.wire.freeze = enrolment_->freeze && enrolment_->mode == Mode::kTripwire;
  owner.wire.on_stall = [this](const StallRecord& stall) { OnStall(stall); };
  owner.wire.on_note = [this](const std::string& note) {
    Log(LogLevel::kInfo, fmt::format("{}: {}", enrolment_->DisplayName(), note));
  };
  owner.why_not_held = why_not_held_;
  if (!why_not_held_.empty()) owner.wire.on_note("only observed: " + why_not_held_);
  subtree_.emplace(services_.wires, services_.changes, *enrolment_, cgroup_, std::move(owner));
  if (auto started = subtree_->Start(); !started) {
    subtree_.reset();
    return started;
  }
  sampler_.Start(NowBoot());
  WatchPopulation();
  FindConmon();
  return {};
}

void WatchedContainer::OnPhotograph(std::shared_ptr<const Photograph> photograph) {
  if (Replaces(*photograph, photograph_.get().get(), ledger_)) {
    known_pids_.clear();
    for (const ProcessId& id : photograph->processes) known_pids_.push_back(id.pid);
    photograph_.Put(std::move(photograph));
  } else {
    why_not_used_ = WhyNotUsed(*photograph, ledger_);
  }
  SettleStall();
  SettleIncident();
}

void WatchedContainer::WatchInit() {
  if (init_alive_) {
    // Not within the caller's frame, which may be putting an incident together.
    end_.Watch(*enrolment_, [this] {
      if (std::exchange(sample_posted_, true)) return;
      services_.wires.loop.Post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->sample_posted_ = false;
        self->Sample();
      });
    });
  }
  if (!init_.valid()) return;
  auto source = services_.wires.loop.OnReady(init_.get(), EPOLLIN, [this](std::uint32_t) {
    init_source_.Cancel();
    init_alive_ = false;
    OnInitEnd();
    LookForEnd();
  });
  if (source) init_source_ = std::move(*source);
}

void WatchedContainer::WatchPopulation() {
  population_.Watch(services_.wires.loop, cgroup_, [this] { LookForEnd(); });
  const std::string& path = cgroup_->path();
  const std::size_t slash = path.rfind('/');
  const std::string parent = services_.wires.host.cgroup_root + path.substr(0, slash);
  auto removal = services_.changes.Add(
      parent.empty() ? "/" : parent, IN_DELETE,
      [this, leaf = path.substr(slash + 1)](std::uint32_t mask, const std::string& entry) {
        const bool ours = (mask & IN_Q_OVERFLOW) != 0 || entry == leaf;
        if (ours) LookForEnd();
      });
  if (removal) removal_ = std::move(*removal);
}

void WatchedContainer::JoinAncestors() {
  for (const CgroupBaseline& level : enrolment_->ancestors) {
    auto joined = services_.ancestors.Join(level.path, level.inode,
                                           [this, path = level.path](const EventReading& reading) {
                                             OnAncestorChange(path, reading);
                                           });
    // A level that is gone or has no memory files tells nothing; the others still do.
    ancestors_.push_back(joined ? std::move(*joined) : Ancestors::Membership());
  }
}

void WatchedContainer::Rest() {
  if (subtree_) subtree_->Look();
}

void WatchedContainer::OnGuardianLost() {
  if (subtree_) subtree_->Release();
}

void WatchedContainer::OnEvents(const EventReading& reading) {
  last_reading_ = reading;
  if (!reading.subtree->oom_kill) return;
  if (Count(*reading.subtree->oom_kill)) {
    const bool v1 = enrolment_->cgroup_version == CgroupVersion::kV1;
    const char* file = v1 ? "memory.oom_control" : "memory.events";
    OnKills(live_ ? file : "adoption", live_ ? "observed" : "inferred");
  }
}

/// A thousand may lie below it: its own counter each reads in the look that follows, once for all
/// that happens until then.
void WatchedContainer::OnAncestorChange(const std::string& path, const EventReading& reading) {
  SeeLevel(path, reading);
  if (subtree_) subtree_->OnAncestor(path, reading);
  services_.balance_soon(path);
}

void WatchedContainer::Check() {
  if (!subtree_ || ended_) return;
  if (const auto reading = subtree_->ReadRoot()) {
    OnEvents(*reading);
  } else {
    LookForEnd();
  }
}

/// What vanishes first is read first, in the same wake-up.
void WatchedContainer::OnKills(const char* detected_by, const char* confidence) {
  // Its engine asks once the container has ended, and not again. Not where it may be another's
  // kill.
  if (open_.candidates.empty()) StandInForConmon();
  if (!open_.detected_wall) {
    open_.detected_wall = NowWall();
    open_.detected_by = detected_by;
    // Where the cgroup is shared, the counter counts the neighbours' processes as well.
    open_.confidence = enrolment_->own_cgroup ? confidence : "subtree";
    if (cgroup_) open_.live = ReadLiveSections(services_.wires.host, *cgroup_);
    if (const auto meminfo = ReadMeminfo(services_.wires.host)) {
      open_.host_available = meminfo->available;
    }
    SeeNeighbours();
  }
  SettleIncident();
}

/// Whom it shared the memory with that ran out: in another thread, as a machine may have thousands
/// of cgroups, and at once, as what they hold changes from now on.
void WatchedContainer::SeeNeighbours() {
  if (open_.confidence == "inferred") {
    open_.why_no_neighbours = "the kill was found afterwards";
    return;
  }
  std::vector<LevelReading> readings{ReadOwn()};
  for (std::size_t i = 0; i < ancestors_.size(); ++i) readings.push_back(ReadAncestor(i));
  std::optional<std::string> level;
  // A limit is met on v1 as well where page cache was given back in time: there the log alone
  // tells.
  if (enrolment_->cgroup_version != CgroupVersion::kV1) level = counters_.LevelMet(readings);
  if (!level) level = services_.kernel_log.LimitMet(LogQuery(false));  // its own counters are gone
  if (!level || *level == enrolment_->cgroup.path) {
    open_.why_no_neighbours = level ? "the limit that was met is the container's own"
                                    : "whose limit was met was not known when the kill was noticed";
    return;
  }
  auto promise = std::make_shared<std::promise<Result<Neighbours>>>();
  open_.neighbours = promise->get_future().share();
  services_.errands.Run([promise, host = services_.wires.host, level = *level] {
    promise->set_value(LookAround(host, level));
  });
}

KernelLog::Query WatchedContainer::LogQuery(bool consume) const {
  const auto superseded = services_.superseded_at(*enrolment_);
  std::set<int> processes(known_pids_.begin(), known_pids_.end());
  processes.insert(enrolment_->init.pid);
  return {.cgroup = enrolment_->cgroup.path,
          .since = services_.kernel_log.TimeOf(enrolment_->enrolled_boot),
          .processes = std::move(processes),
          .consume = consume,
          .until = superseded ? services_.kernel_log.TimeOf(*superseded)
                              : std::chrono::microseconds::max(),
          .after = log_after_,
          .own_after = log_own_after_};
}

PhotographState WatchedContainer::Photographs() const {
  return {.present = photograph_.get().get(),
          .under_way = subtree_ ? subtree_->photographing_since() : std::nullopt};
}

/// Publishes the open incident once nothing can be added to it: 2 s after its last kill, or at once
/// when the container has ended and the kernel's log has named as many victims as were counted; and
/// not before a photograph from before the kill, for some time. And not before all that were
/// enrolled when the supervisor started are adopted: only then are the levels' notes written, which
/// have to have every kill that a bundle has. A supervisor that comes after this one would else
/// find the level ahead of all that are below it, and give the difference to one that is gone.
void WatchedContainer::SettleIncident() {
  if (!ledger_.open()) return;
  if (!services_.siblings.settled_at()) {
    auto timer = services_.wires.loop.After(kSettleRecheck, 10ms, [this] { SettleIncident(); });
    if (timer) settle_timer_ = std::move(*timer);
    return;
  }
  const BootTime now = NowBoot();
  const bool over = ended_ || (!init_alive_ && population_.known() && !population_.populated());
  const bool named = over && (!services_.kernel_log.unavailable().empty() ||
                              VictimsIn(services_.kernel_log.Find(LogQuery(false))) > 0);
  const PhotographState photographs = Photographs();
  const BootTime close_at = ClosingTime(ledger_, now, over, named, photographs);
  if (now >= close_at) {
    // While the store takes none it goes on counting; the next one that is written comes here.
    if (!outbox_.full()) CloseIncident();
    return;
  }
  // The completion of a photograph comes here again; a line in the log that names nobody does not.
  const bool look_again = (ended_ || !init_alive_) && !photographs.under_way;
  const auto wait = look_again ? std::min<BootTime>(kLogRecheck, close_at - now) : close_at - now;
  auto timer = services_.wires.loop.After(wait, 1ms, [this] { SettleIncident(); });
  if (timer) settle_timer_ = std::move(*timer);
}

void WatchedContainer::CloseIncident() {
  if (!ledger_.open()) return;
  settle_timer_.Cancel();
  // The log before the counter, which is ahead of it: so every kill that the log's events tell of
  // is in the range, also one whose notification is still on its way.
  if (MustAskLog()) CountKillsOfTheLog();
  std::vector<OomEvent> events = services_.kernel_log.Find(LogQuery(true));
  for (const OomEvent& event : events) {
    for (const OomVictim& victim : event.victims) end_.OnOomVictim(victim.pid);
  }
  if (const auto reading = subtree_ ? subtree_->ReadRoot() : last_reading_) {
    last_reading_ = *reading;
    if (reading->subtree && reading->subtree->oom_kill) {
      (void)Count(*reading->subtree->oom_kill);
    }
  }
  const auto range = ledger_.Close();
  NoteClosed({.up_to = range->to, .log_sequence = services_.kernel_log.position()});
  pace_.OnClosed(NowBoot());
  outbox_.Add(Capture(*range, std::move(events)));
  open_ = {};
  why_not_used_.clear();
  PublishNext();
}

void WatchedContainer::PublishNext() {
  const CapturedIncident* next = outbox_.Next();
  if (next == nullptr) return;
  writing_ = services_.publish(*next, [weak = weak_from_this()](bool published, auto around) {
    if (const auto self = weak.lock()) self->OnPublished(published, std::move(around));
  });
}

void WatchedContainer::OnPublished(bool published,
                                   std::shared_ptr<const std::vector<Section>> around) {
  outbox_.OnWritten(published, std::move(around));
  if (!published) {
    // It stays counted and is tried again: the store may have room later. The enrolment is not
    // removed before, so that a restart finds the kill as well.
    auto timer = services_.wires.loop.After(kPublishRetry, 1s, [this] { PublishNext(); });
    if (timer) retry_timer_ = std::move(*timer);
    return;
  }
  store_unread_ = false;
  PublishNext();
  SettleStall();
  SettleIncident();
  SettleEnd();
}

/// What a look costs is the container's choice, which makes the cgroups that are looked through.
void WatchedContainer::RescanWhenRested() {
  if (!rescan_pace_.IsDue(NowBoot())) return;
  const auto begun = ThreadTime();
  subtree_->Rescan();
  subtree_->Look();
  rescan_pace_.OnLooked(NowBoot(), ThreadTime() - begun);
}

void WatchedContainer::Sample() {
  if (ended_ || !cgroup_ || !subtree_) return;
  const auto reading = subtree_->ReadRoot();
  if (!reading) {
    LookForEnd();
    return;
  }
  OnEvents(*reading);
  const headroom::Sample sample = sampler_.Read(*cgroup_, *reading,
                                                {.armed = subtree_->armed(),
                                                 .limit = subtree_->effective_limit(),
                                                 .settled = subtree_->settled()});
  if (recorder_ && SaysMore(sample, last_recorded_, subtree_->effective_limit())) {
    recorder_->Add(sample);
    last_recorded_ = sample;
  }
  if (sampler_.last_had_stat()) {
    if (init_alive_) end_.OnSample(enrolment_->init);
    RescanWhenRested();
  }
  // A trigger is set by a write to memory.pressure, and mode observe promises that none is made.
  const bool wants_trigger = enrolment_->mode != Mode::kObserve && enrolment_->own_cgroup &&
                             why_not_held_.empty() && sampler_.Near(subtree_->effective_limit());
  pressure_.Follow(services_.wires.loop, *cgroup_, wants_trigger, [this] {
    sampler_.OnPressure(NowBoot());
    Sample();
  });
  const auto interval = sampler_.Interval(sample.at, subtree_->effective_limit(), subtree_->hot());
  auto timer = services_.wires.loop.After(interval, interval / 10, [this] { Sample(); });
  if (timer) sample_timer_ = std::move(*timer);
}

}  // namespace headroom
