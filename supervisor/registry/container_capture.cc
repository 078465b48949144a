#include <fmt/format.h>

#include <utility>

#include "capture/level_reading.h"
#include "supervisor/registry/container.h"

namespace headroom {

/// Its counters are those that the range of the incident was closed with: a kill since then is in
/// neither.
LevelReading WatchedContainer::ReadOwn() const {
  const CgroupBaseline& at = enrolment_->cgroup;
  LevelReading own{.path = at.path, .inode = at.inode, .events = last_reading_, .memory_max = {}};
  own.removed = !cgroup_ || !cgroup_->IsAlive();
  if (own.removed) return own;
  if (const auto limits = ReadMemoryLimits(*cgroup_)) own.memory_max = limits->max;
  return own;
}

LevelReading WatchedContainer::ReadAncestor(std::size_t index) const {
  const CgroupBaseline& at = enrolment_->ancestors[index];
  if (const auto* level = ancestors_[index].level()) {
    return ReadLevel(level->cgroup(), LevelRole::kAncestor);
  }
  return {.path = at.path,
          .inode = at.inode,
          .role = LevelRole::kAncestor,
          .events = {},
          .memory_max = {},
          .removed = true};
}

std::vector<LevelReading> WatchedContainer::ReadLevels() const {
  std::vector<LevelReading> readings{ReadOwn()};
  for (std::size_t i = 0; i < ancestors_.size(); ++i) readings.push_back(ReadAncestor(i));
  if (subtree_) {
    for (const auto& cgroup : subtree_->Descendants()) {
      readings.push_back(ReadLevel(*cgroup, LevelRole::kDescendant));
    }
  }
  return readings;
}

/// What was counted at every level since the incident before, or since the start.
std::vector<IncidentLevel> WatchedContainer::TakeLevels() { return counters_.Take(ReadLevels()); }

std::string WatchedContainer::WhyNoPhotograph(BootTime first_kill) const {
  if (open_.counted_before) {
    return "the headroomd that counted the kill ended before it had written a bundle";
  }
  if (open_.confidence == "inferred") return "it was killed while no supervisor watched it";
  if (!subtree_) return "the container's cgroup was gone before it was adopted";
  auto why = WhyNoneInTime(Photographs(), first_kill, NowBoot(), why_not_used_);
  if (!why.empty()) return why;
  if (photograph_.made_room()) {
    return fmt::format(
        "the last one made room for those of other containers, of which headroomd keeps {} at most",
        ToText(PhotographShelf::kMost));
  }
  if (!subtree_->why_observed().empty()) return subtree_->why_observed();
  if (const auto met = subtree_->let_through()) return WhyLetThrough(*met, first_kill);
  return "the tripwire was not up when the kill came, or was not met before it";
}

CapturedIncident WatchedContainer::Capture(const KillLedger::Range& range,
                                           std::vector<OomEvent> events) {
  services_.signals.Drain();
  end_.Look(*enrolment_, init_.get());
  CapturedIncident incident;
  incident.container = enrolment_;
  incident.id = {.generation = enrolment_->GenerationKey(), .from = range.from, .to = range.to};
  incident.may_be_reported = store_unread_;
  incident.record = {.generation = incident.id.generation,
                     .oom_kill_from = range.from,
                     .oom_kill_to = range.to,
                     .confidence = open_.confidence,
                     .detected_by = open_.detected_by,
                     .detected_boot = range.first_seen,
                     .detected_wall = open_.detected_wall,
                     .log_clock_lag = services_.kernel_log.Lag(),
                     .levels = TakeLevels(),
                     .init = enrolment_->init,
                     .init_alive = init_alive_,
                     .init_exit = end_.exit()};
  if (open_.confidence == "subtree") incident.record.candidates = {enrolment_->ContainerKey()};
  if (!open_.candidates.empty()) incident.record.candidates = open_.candidates;
  incident.record.suppressed = range.merged;
  incident.record.host_available = open_.host_available;
  incident.photograph = photograph_.get();
  incident.why_no_photograph = WhyNoPhotograph(range.first_seen);
  incident.live = open_.live;
  incident.neighbours = open_.neighbours;
  incident.why_no_neighbours = open_.why_no_neighbours;
  incident.oom_events = std::move(events);
  incident.signals = end_.Record(range.first_seen);
  incident.signals_unavailable = end_.unavailable();
  incident.log_unavailable = services_.kernel_log.unavailable();
  incident.log_overruns = services_.kernel_log.overruns();
  incident.pre_kill = PreKillOf(range.first_seen);
  incident.noticed = range.last_seen;
  incident.found_afterwards = !live_ || open_.detected_by == "adoption";
  incident.recorder_path = entry_.path + "/recorder";
  if (auto recording = ReadRecording(incident.recorder_path)) {
    incident.recording = std::move(*recording);
  }
  incident.cgroup = cgroup_;
  return incident;
}

}  // namespace headroom
