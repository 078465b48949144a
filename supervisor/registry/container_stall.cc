#include <utility>

#include "capture/cgroup_sections.h"
#include "kernel/proc/meminfo.h"
#include "supervisor/registry/container.h"

namespace headroom {
namespace {

/// As long as its photograph is waited for: a process of it may hold what the photograph needs.
constexpr std::chrono::seconds kPatience{10};

}  // namespace

void WatchedContainer::OnStall(const StallRecord& stall) {
  stall_ = {.record = stall, .at = NowBoot(), .wall = NowWall(), .live = {}};
  if (cgroup_) stall_->live = ReadLiveSections(services_.wires.host, *cgroup_);
  auto timer = services_.wires.loop.After(kPatience, std::chrono::milliseconds(100),
                                          [this] { PublishStall(); });
  if (timer) stall_timer_ = std::move(*timer);
}

/// A photograph is there, or part of it, or room in the outbox: publishes once nothing can be
/// added.
void WatchedContainer::SettleStall() {
  if (!stall_) return;
  const bool under_way = subtree_ && subtree_->photographing_since();
  const bool there = photograph_.get() && photograph_.get()->taken_boot >= stall_->at;
  if (!under_way && (there || NowBoot() - stall_->at >= kPatience)) PublishStall();
}

void WatchedContainer::PublishStall() {
  if (!stall_ || outbox_.full()) return;
  stall_timer_.Cancel();
  outbox_.Add(CaptureStall());
  stall_.reset();
  PublishNext();
}

/// Beside the incident of kills that may be open meanwhile, and takes nothing of what that one
/// tells: no range, no line of the log, no level's count.
CapturedIncident WatchedContainer::CaptureStall() const {
  const std::uint64_t count = ledger_.accounted();
  const std::string generation = enrolment_->GenerationKey();
  CapturedIncident incident;
  incident.kind = BundleKind::kStall;
  incident.container = enrolment_;
  incident.id = {.generation = generation, .from = count, .to = count};
  incident.record = {.generation = generation,
                     .oom_kill_from = count,
                     .oom_kill_to = count,
                     .confidence = "observed",
                     .detected_by = "memory.pressure",
                     .detected_boot = stall_->at,
                     .detected_wall = stall_->wall,
                     .log_clock_lag = services_.kernel_log.Lag(),
                     .levels = LevelCounters(counters_).Take(ReadLevels()),
                     .init = enrolment_->init,
                     .init_alive = init_alive_,
                     .init_exit = end_.exit(),
                     .stall = stall_->record};
  if (const auto meminfo = ReadMeminfo(services_.wires.host)) {
    incident.record.host_available = meminfo->available;
  }
  incident.photograph = photograph_.get();
  incident.why_no_photograph = "none could be taken within 10 s of the lift";
  incident.live = stall_->live;
  incident.signals = end_.Record(stall_->at);
  incident.signals_unavailable = end_.unavailable();
  incident.why_no_neighbours = "nobody was killed";
  incident.log_unavailable = services_.kernel_log.unavailable();
  incident.log_overruns = services_.kernel_log.overruns();
  incident.pre_kill.why_none = "nobody was killed";
  incident.noticed = stall_->at;
  incident.recorder_path = entry_.path + "/recorder";
  incident.cgroup = cgroup_;
  return incident;
}

}  // namespace headroom
