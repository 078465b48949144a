#include <algorithm>
#include <utility>

#include "capture/cgroup_sections.h"
#include "supervisor/registry/container.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kEndRecheck = 100ms;
/// On v1, where nothing tells when the last process has left: those that outlive the init.
constexpr std::chrono::nanoseconds kPopulationRecheck = 500ms;

/// The photograph has its own, which may be the later one.
std::optional<Section> LaterShm(const std::optional<Section>& shm, const Photograph* photograph) {
  if (!shm || !shm->row.captured_boot || photograph == nullptr) return shm;
  const bool later = *shm->row.captured_boot >= photograph->taken_boot;
  const bool has_own = std::ranges::any_of(photograph->sections, [](const Section& section) {
    return section.row.section == "before/shm.json" && section.row.outcome == Outcome::kComplete;
  });
  return later || !has_own ? shm : std::nullopt;
}

}  // namespace

/// What vanishes with the cgroup is read at once, where it may be wanted.
void WatchedContainer::OnInitEnd() {
  if (end_.ended_at()) return;
  end_.OnEnd(*enrolment_, init_.get(), NowBoot());
  if (cgroup_ && end_.LooksKilled(enrolment_->init.pid)) {
    end_sections_ = ReadLiveSections(services_.wires.host, *cgroup_);
  }
}

void WatchedContainer::LookForEnd() {
  if (ended_) return;
  const bool alive = cgroup_ && cgroup_->IsAlive();
  // Whoever else lies in a cgroup that is not only its own may stay for long after it; its end is
  // its init's there, and nobody else tells of it where the hook is not called.
  const bool populated =
      alive && enrolment_->own_cgroup && (!population_.known() || population_.populated());
  if (populated && !init_alive_ && !population_.tells()) {
    auto timer = services_.wires.loop.After(kPopulationRecheck, 50ms, [this] { LookForEnd(); });
    if (timer) population_timer_ = std::move(*timer);
  }
  if (populated || (init_alive_ && !cgroup_)) return;
  if (init_alive_ && alive) return;  // between cgroup and process: its exit is about to be seen
  End();
}

/// False: its counters went before they were read after its last process.
bool WatchedContainer::ReadLast() {
  if (!subtree_) return false;
  const auto reading = subtree_->ReadRoot();
  if (reading) OnEvents(*reading);
  return reading.has_value();
}

void WatchedContainer::End() {
  // The last reading while the counters are there; a removed cgroup leaves the ones before it.
  const bool counted = ReadLast();
  ended_ = true;
  init_alive_ = false;
  if (!counted) OnCgroupGone();
  if (live_) OnInitEnd();
  sample_timer_.Cancel();
  PublishStall();
  if (MustAskLog() && CountKillsOfTheLog()) {
    OnKills("kernel log", live_ ? "observed" : "inferred");
  }
  if (ledger_.open()) {
    SettleIncident();
  } else {
    SettleEnd();
  }
}

bool WatchedContainer::IsKilledByOther() const {
  // Without the counter of before, every kill that it shows may be the container's.
  return !end_told_ && end_.IsKilledByOther(enrolment_->init.pid,
                                            {.count = ledger_.seen() - BaselineKills(*enrolment_),
                                             .last = ledger_.last_kill()});
}

/// For the status, which is told when somebody has reaped the init; and where it tells of a kill,
/// for the OOM killer's word, which may come later than the end itself.
bool WatchedContainer::MustWaitForEnd() const {
  const auto ended_at = end_.ended_at();
  if (!ended_at || end_told_ || NowBoot() >= *ended_at + kLogPatience) return false;
  return !end_.exit() || IsKilledByOther();
}

void WatchedContainer::SettleEndAgain() {
  auto timer = services_.wires.loop.After(kEndRecheck, 1ms, [this] { SettleEnd(); });
  if (timer) settle_timer_ = std::move(*timer);
}

/// Once it has ended and its OOM kills are told: tells of a kill by somebody else, and is done.
void WatchedContainer::SettleEnd() {
  if (!ended_ || ledger_.open() || !outbox_.empty()) return;
  end_.Look(*enrolment_, init_.get());
  const bool unclaimed = UnclaimedAbove().has_value();
  if (MustWaitForEnd() || MustWaitForSiblings(unclaimed)) {
    SeeLevels();
    return SettleEndAgain();
  }
  // What the level has counted by now others below it may have had, and not been told of yet: the
  // loop stands still where much is to be read, and then no time that has passed says anything.
  if (unclaimed && services_.check_all) services_.check_all();
  const auto above = UnclaimedAbove();
  // One that was enrolled and killed meanwhile has its kill in what was read just now.
  if (above && services_.adopting()) return SettleEndAgain();
  if ((above || IsKilledByOther()) && CountLateKills()) return SettleIncident();
  if (above && CountKillsAbove(*above)) return SettleIncident();
  if (IsKilledByOther()) {
    outbox_.Add(CaptureEnd());
    end_told_ = true;
    return PublishNext();
  }
  // Not within the caller's frame: Finish() destroys this object.
  services_.wires.loop.Post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Finish();
  });
}

/// An OOM kill that was counted or logged only after the end; true when there is one.
bool WatchedContainer::CountLateKills() {
  (void)ReadLast();
  if (MustAskLog() && CountKillsOfTheLog()) OnKills("kernel log", "observed");
  return ledger_.open();
}

/// No kill of the kernel's is in it: its range of the counter is empty.
CapturedIncident WatchedContainer::CaptureEnd() {
  const BootTime at = *end_.ended_at();
  open_ = {.detected_by = "exit status",
           .confidence = "observed",
           .detected_wall = NowWall() - (NowBoot() - at)};
  if (end_sections_.empty() && cgroup_) {
    end_sections_ = ReadLiveSections(services_.wires.host, *cgroup_);
  }
  const std::uint64_t count = ledger_.accounted();
  CapturedIncident incident =
      Capture({.from = count, .to = count, .first_seen = at, .last_seen = at}, {});
  incident.kind = BundleKind::kKilled;
  incident.shm = LaterShm(end_.shm(), photograph_.get().get());
  incident.live = std::move(end_sections_);
  incident.why_no_photograph = "its memory was not near its limit while it was watched";
  open_ = {};
  return incident;
}

/// Nothing else counts its kills: its cgroup is gone, or is one of v1 before Linux 4.13.
bool WatchedContainer::MustAskLog() const {
  if (!cgroup_ || !cgroup_->IsAlive()) return true;
  return last_reading_.subtree && !last_reading_.subtree->oom_kill;
}

void WatchedContainer::OnKillLogged() {
  const bool v1 = enrolment_->cgroup_version == CgroupVersion::kV1;
  if (v1 && live_ && !ended_ && MustAskLog() && CountKillsOfTheLog()) {
    OnKills("kernel log", "observed");
  }
  SettleIncident();
}

/// Kills whose notification went away with the cgroup: the kernel's log names the cgroup.
bool WatchedContainer::CountKillsOfTheLog() {
  // On top of what is accounted for: the counter may be ahead of the log (whose lines without a
  // cgroup cannot always be matched), and such a lead must not hide the kill that came last.
  const auto unclaimed = services_.kernel_log.UnclaimedKills(LogQuery(false));
  return Count(ledger_.accounted() + unclaimed);
}

std::optional<std::uint64_t> WatchedContainer::KillsSinceStart() const {
  const auto& before = enrolment_->cgroup.events;
  if (!before || !before->oom_kill || counted_above_) return std::nullopt;
  if (!last_reading_.subtree && ledger_.seen() == *before->oom_kill) return std::nullopt;
  return ledger_.seen() - *before->oom_kill;
}

void WatchedContainer::Finish() {
  const auto keep = shared_from_this();  // the owner drops us in the call below
  services_.siblings.Leave(enrolment_->GenerationKey());
  services_.on_finished(entry_);
}

}  // namespace headroom
