#include "supervisor/capture/incident.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "evidence/evidence.h"
#include "evidence/recorder.h"
#include "evidence/section_name.h"
#include "evidence/timeline.h"
#include "explain/verdict.h"
#include "supervisor/capture/kernel_sections.h"
#include "supervisor/capture/process_table.h"
#include "supervisor/capture/section.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestHostFile = 1U << 20U;

constexpr const char* kContainerFiles[] = {
    "memory.current",      "memory.peak",       "memory.max",      "memory.high",
    "memory.low",          "memory.min",        "memory.stat",     "memory.events",
    "memory.events.local", "memory.oom.group",  "memory.pressure", "memory.swap.current",
    "memory.swap.max",     "memory.swap.events"};
constexpr const char* kAncestorFiles[] = {
    "memory.current",  "memory.max",          "memory.high",
    "memory.stat",     "memory.events",       "memory.events.local",
    "memory.pressure", "memory.swap.current", "memory.swap.max"};

/// Both are of this incident alone: the log's events are given once, and what is counted is the
/// difference since the incident before.
BundleKind KindOf(const CapturedIncident& incident) {
  const bool logged = std::any_of(incident.oom_events.begin(), incident.oom_events.end(),
                                  [](const OomEvent& event) { return event.group_kill; });
  const IncidentLevel* own = incident.record.Own();
  const bool counted = own != nullptr && own->events.oom_group_kill.value_or(0) > 0;
  return logged || counted ? BundleKind::kGroupKill : BundleKind::kOomKill;
}

void AddPhotograph(const CapturedIncident& incident, std::vector<Section>& sections) {
  if (incident.photograph) {
    sections.insert(sections.end(), incident.photograph->sections.begin(),
                    incident.photograph->sections.end());
    return;
  }
  for (const std::string_view name : kBundleSections) {
    if (!name.starts_with("before/")) continue;
    sections.push_back(
        AbsentSection(std::string(name), Outcome::kUnavailable, incident.why_no_photograph));
  }
}

Section TimelineSection(const CapturedIncident& incident) {
  return MakeSection("timeline.json", [&]() -> Result<std::string> {
    const auto recording = ReadRecording(incident.recorder_path);
    if (!recording) return std::unexpected(recording.error());
    return SerializeTimeline(*recording);
  });
}

Section SurvivorsSection(const HostView& host, const CapturedIncident& incident) {
  if (!incident.cgroup || !incident.cgroup->IsAlive()) {
    return AbsentSection("after/survivors.json", Outcome::kTooLate,
                         "the container's cgroup was removed");
  }
  const auto live = CollectProcesses(host, *incident.cgroup, {.limit = {}, .most = 128});
  return TextSection("after/survivors.json", SerializeProcesses(live.Table()));
}

void AddHost(const HostView& host, std::vector<Section>& sections) {
  for (const char* file : {"meminfo", "vmstat", "pressure/memory", "version"}) {
    sections.push_back(MakeSection(fmt::format("host/{}", file), [&] {
      return ReadFileAt(AT_FDCWD, fmt::format("{}/{}", host.proc, file), kLargestHostFile);
    }));
  }
  sections.push_back(MakeSection("host/sysctl.json", [&]() -> Result<std::string> {
    json values = json::object();
    for (const char* name : {"overcommit_memory", "panic_on_oom", "oom_kill_allocating_task",
                             "oom_dump_tasks", "swappiness"}) {
      const auto text =
          ReadFileAt(AT_FDCWD, fmt::format("{}/sys/vm/{}", host.proc, name), kLargestHostFile);
      if (text) values[fmt::format("vm.{}", name)] = std::string(Trimmed(*text));
    }
    return DumpJson(values);
  }));
}

void AddVerdict(Store::Draft& draft) {
  const Verdict verdict = Explain(EvidenceOf(draft));
  draft.sections.push_back(TextSection("summary.json", VerdictJson(verdict)));
  draft.sections.push_back(TextSection("report.txt", VerdictText(verdict)));
}

}  // namespace

std::vector<Section> ReadLiveSections(const HostView& host, const CgroupDir& cgroup) {
  std::vector<Section> sections;
  for (const char* file : kContainerFiles) {
    sections.push_back(ReadCgroupSection(cgroup, file, fmt::format("cgroup/{}", file)));
  }
  std::size_t number = 0;
  for (const std::string& path : AncestorPaths(cgroup.path())) {
    const auto level = CgroupDir::Open(host, path);
    // A cgroup's name may be longer, encoded, than a section's may be.
    const std::string leaf = PercentEncoded(path.substr(path.rfind('/') + 1)).substr(0, 100);
    const std::string folder = fmt::format("cgroup/ancestors/{:02}-{}", number++, leaf);
    if (!level) {
      sections.push_back(AbsentSection(folder, Outcome::kTooLate, level.error().Message()));
      continue;
    }
    for (const char* file : kAncestorFiles) {
      sections.push_back(ReadCgroupSection(*level, file, fmt::format("{}/{}", folder, file)));
    }
  }
  return sections;
}

Store::Draft AssembleDraft(const HostView& host, const CapturedIncident& incident) {
  Store::Draft draft{.container = *incident.container,
                     .kind = KindOf(incident),
                     .incident = incident.id,
                     .at = incident.record.detected_wall.value_or(NowWall())};
  draft.sections.push_back(TextSection("container.json", SerializeEnrolment(*incident.container)));
  draft.sections.push_back(TextSection("incident.json", SerializeIncident(incident.record)));
  AddPhotograph(incident, draft.sections);
  draft.sections.insert(draft.sections.end(), incident.live.begin(), incident.live.end());
  AddKernelSections(incident, draft.sections);
  AddHost(host, draft.sections);
  draft.sections.push_back(SurvivorsSection(host, incident));
  draft.sections.push_back(TimelineSection(incident));
  AddVerdict(draft);
  return draft;
}

}  // namespace headroom
