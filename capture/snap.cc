#include "capture/snap.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/text.h"
#include "capture/cgroup_sections.h"
#include "capture/host_sections.h"
#include "capture/level_reading.h"
#include "capture/log_section.h"
#include "capture/photograph.h"
#include "capture/section.h"
#include "capture/timeline_section.h"
#include "evidence/incident.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/proc/meminfo.h"

namespace headroom {
namespace {

constexpr const char* kNotEnrolled = "the container is not enrolled";

std::shared_ptr<const Photograph> Photographed(const SnapRequest& request,
                                               const std::shared_ptr<const CgroupDir>& cgroup,
                                               const MemoryLimits& limits) {
  PhotographRequest wanted{.host = request.host,
                           .cgroup = cgroup,
                           .counted = cgroup,
                           .init = request.container.init,
                           .max = limits.max.value_or(Limit::Unlimited()),
                           .high = {},
                           .unreclaimable = {},
                           .trigger = "snap",
                           .hold = nullptr,
                           .previous = nullptr};
  if (limits.high && !limits.high->unlimited()) wanted.high = limits.high->bytes();
  return TakePhotograph(wanted);
}

/// The container's level and those above it.
std::vector<LevelReading> ReadLevels(const HostView& host, const CgroupDir& cgroup) {
  std::vector<LevelReading> readings{ReadLevel(cgroup, LevelRole::kContainer)};
  for (const std::string& path : AncestorPaths(cgroup.path())) {
    if (const auto level = CgroupDir::Open(host, path)) {
      readings.push_back(ReadLevel(*level, LevelRole::kAncestor));
    }
  }
  return readings;
}

/// What was counted since the enrolment. Without one the counters say nothing: where they stood
/// when the container started is not known, and that is not zero.
std::vector<IncidentLevel> LevelsOf(const SnapRequest& request, const CgroupDir& cgroup) {
  auto levels = LevelCounters(request.container).Take(ReadLevels(request.host, cgroup));
  for (IncidentLevel& level : levels) {
    if (request.enrolled) break;
    level.events = {};
    level.events_local.reset();
  }
  return levels;
}

Incident Record(const SnapRequest& request, const CgroupDir& cgroup, const Photograph& photograph,
                std::uint64_t kills) {
  Incident record{.generation = request.container.GenerationKey(),
                  .oom_kill_from = kills,
                  .oom_kill_to = kills,
                  .confidence = "observed",
                  .detected_by = "snap",
                  .detected_boot = photograph.taken_boot,
                  .detected_wall = photograph.taken_wall,
                  .log_clock_lag = {},
                  .candidates = {},
                  .levels = LevelsOf(request, cgroup),
                  .init = request.container.init,
                  .init_alive = true,
                  .host_available = {}};
  if (const auto meminfo = ReadMeminfo(request.host)) record.host_available = meminfo->available;
  return record;
}

Section ContainerSection(const SnapRequest& request) {
  Section section = TextSection("container.json", SerializeEnrolment(request.container));
  if (!request.enrolled) {
    section.row.outcome = Outcome::kPartial;
    section.row.reason = fmt::format(
        "{}: this is what its runtime says now, and its baseline is where the counters stand",
        kNotEnrolled);
  }
  return section;
}

Section Timeline(const SnapRequest& request) {
  if (request.enrolled) return ReadTimelineSection(request.recorder_path);
  return AbsentSection("timeline.json", Outcome::kUnavailable, kNotEnrolled);
}

/// Where it is not enrolled, its log may have earlier runs in it: nobody knows when it started.
Section Log(const SnapRequest& request) {
  LogSpan span;
  if (request.enrolled) span.since = RunBegan(request.container);
  return ReadLogSection(request.container, span);
}

void Add(std::vector<Section> more, std::vector<Section>& sections) {
  for (Section& section : more) sections.push_back(std::move(section));
}

Status CheckAlive(const SnapRequest& request, const CgroupDir& cgroup) {
  const std::string who = EscapedForPeople(request.container.DisplayName());
  const auto stat = ReadProcessStat(request.host, request.container.init.pid);
  const bool same = stat && stat->id == request.container.init && stat->state != 'Z';
  if (!same || cgroup.inode() != request.container.cgroup.inode) {
    return MakeError(ErrorCode::kGone, who, "has ended");
  }
  return {};
}

Result<CgroupDir> OpenCgroup(const SnapRequest& request) {
  const std::string& path = request.container.cgroup.path;
  const std::string who = EscapedForPeople(request.container.DisplayName());
  if (path.empty()) {
    return MakeError(ErrorCode::kNotFound, who, "has no cgroup with memory to be looked at");
  }
  auto cgroup = CgroupDir::Open(request.host, path);
  if (!cgroup && cgroup.error().code == ErrorCode::kNotFound) {
    return MakeError(ErrorCode::kGone, who, "has ended: its cgroup is gone");
  }
  return cgroup;
}

}  // namespace

Result<Store::Draft> TakeSnap(const SnapRequest& request) {
  auto opened = OpenCgroup(request);
  if (!opened) return std::unexpected(opened.error());
  const auto cgroup = std::make_shared<const CgroupDir>(std::move(*opened));
  if (auto alive = CheckAlive(request, *cgroup); !alive) return std::unexpected(alive.error());
  const auto events = ReadMemoryEvents(*cgroup, EventScope::kSubtree);
  if (!events) return std::unexpected(events.error());
  if (!events->oom_kill)
    return Malformed(cgroup->path(), "counts no oom_kill, as Linux 4.13 and later do");
  const auto photograph =
      Photographed(request, cgroup, ReadMemoryLimits(*cgroup).value_or(MemoryLimits{}));
  const std::uint64_t kills = *events->oom_kill;
  Store::Draft draft{.container = request.container,
                     .kind = BundleKind::kSnap,
                     .incident = {request.container.GenerationKey(), kills, kills},
                     .at = photograph->taken_wall,
                     .sections = {}};
  draft.sections.push_back(ContainerSection(request));
  draft.sections.push_back(TextSection(
      "incident.json", SerializeIncident(Record(request, *cgroup, *photograph, kills))));
  Add(photograph->sections, draft.sections);
  Add(ReadLiveSections(request.host, *cgroup), draft.sections);
  for (const char* name : {"kernel/oom.log", "kernel/oom.json"}) {
    draft.sections.push_back(
        AbsentSection(name, Outcome::kUnavailable, "a snap is of no kill: it asks no kernel log"));
  }
  Add(ReadHostSections(request.host), draft.sections);
  draft.sections.push_back(AbsentSection("after/survivors.json", Outcome::kUnavailable,
                                         "the container lived: before/processes.json has it"));
  draft.sections.push_back(Log(request));
  draft.sections.push_back(Timeline(request));
  return draft;
}

}  // namespace headroom
