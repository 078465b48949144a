#include "supervisor/incident/around_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "capture/host_sections.h"
#include "capture/kubelet_section.h"
#include "capture/process_table.h"
#include "capture/section.h"
#include "capture/unit_section.h"
#include "evidence/kubelet_log.h"
#include "evidence/timeline.h"
#include "supervisor/incident/lateness.h"
#include "supervisor/incident/log_of_run.h"
#include "supervisor/incident/neighbours_section.h"
#include "supervisor/incident/self_section.h"

namespace headroom {
namespace {

using Late = std::optional<std::chrono::seconds>;

constexpr const char* kTimeline = "timeline.json";

std::string TooLateText(std::chrono::seconds late) {
  return fmt::format("it could be read only {} s afterwards, and tells of another time",
                     late.count());
}

Section TooLate(const std::string& name, std::chrono::seconds late) {
  return AbsentSection(name, Outcome::kTooLate, TooLateText(late));
}

/// What the host has in all is what it had.
std::string LinesThatStay(std::string_view meminfo) {
  std::string text;
  while (const auto line = TakeLine(meminfo)) {
    const bool stays = line->starts_with("MemTotal:") || line->starts_with("SwapTotal:");
    if (stays) text += fmt::format("{}\n", *line);
  }
  return text;
}

void AddHostSections(const HostView& host, const Late& late, std::vector<Section>& sections) {
  for (Section& section : ReadHostSections(host)) {
    const std::string& name = section.row.section;
    const bool stays = name == "host/version" || name == "host/sysctl.json";
    if (!late || stays || section.row.outcome == Outcome::kUnavailable) {
      sections.push_back(std::move(section));
    } else if (name == "host/meminfo") {
      section.bytes = LinesThatStay(section.bytes);
      section.row.outcome = Outcome::kPartial;
      section.row.reason = TooLateText(*late) + ": only its totals were kept";
      sections.push_back(std::move(section));
    } else {
      sections.push_back(TooLate(name, *late));
    }
  }
}

Section SurvivorsSection(const HostView& host, const CapturedIncident& incident, const Late& late) {
  constexpr std::chrono::seconds kLongest{1};
  if (!incident.cgroup || !incident.cgroup->IsAlive()) {
    return AbsentSection("after/survivors.json", Outcome::kTooLate,
                         "the container's cgroup was removed");
  }
  if (late) return TooLate("after/survivors.json", *late);
  const auto live = CollectProcesses(host, *incident.cgroup,
                                     {.limit = {}, .most = 128, .deadline = NowBoot() + kLongest});
  return TextSection("after/survivors.json", SerializeProcesses(live.Table()));
}

/// What has ended writes nothing more.
bool GoesOn(const CapturedIncident& incident) { return incident.record.init_alive.value_or(false); }

/// Whoever the OOM killer killed was not evicted. Longer than a pod is given to end when it is.
Section KubeletSection(const CapturedIncident& incident, WallTime at) {
  constexpr std::chrono::minutes kLongestGrace{10};
  if (incident.kind != BundleKind::kKilled) {
    return AbsentSection(kKubeletLog, Outcome::kUnavailable,
                         "it is read where somebody else than the OOM killer killed");
  }
  return ReadKubeletSection(*incident.container,
                            std::max(incident.container->enrolled_wall, at - kLongestGrace));
}

/// systemd says how a run ended when all of it has; a unit that goes on is not waited for.
Section UnitSection(const CapturedIncident& incident, const Late& late) {
  constexpr std::chrono::milliseconds kPatience{2000};
  const bool goes_on = GoesOn(incident);
  if (late && goes_on) return TooLate("host/unit.log", *late);
  return ReadUnitSection(*incident.container,
                         {.since = incident.container->enrolled_wall,
                          .before = NextRunEnrolled(incident),
                          .patience = goes_on ? std::chrono::milliseconds(0) : kPatience});
}

Section TimelineSection(const CapturedIncident& incident) {
  auto recording = incident.recording ? Result<Recording>(*incident.recording)
                                      : ReadRecording(incident.recorder_path);
  return MakeSection(kTimeline, [&]() -> Result<std::string> {
    if (!recording) return std::unexpected(recording.error());
    std::vector<Sample>& samples = recording->samples;
    const bool any = !samples.empty();
    if (const auto& noticed = incident.noticed) {
      std::erase_if(samples, [&](const Sample& sample) { return sample.at > *noticed + kLate; });
    }
    if (any && samples.empty()) {
      return MakeError(ErrorCode::kGone, incident.recorder_path,
                       "has only samples of long after the kill by now");
    }
    return SerializeTimeline(*recording);
  });
}

}  // namespace

std::shared_ptr<const std::vector<Section>> ReadAround(const HostView& host,
                                                       const CapturedIncident& incident,
                                                       BootTime now) {
  const Late late = LateBy(incident, now);
  const WallTime at = incident.record.detected_wall.value_or(NowWall());
  std::vector<Section> sections;
  AddHostSections(host, late, sections);
  sections.push_back(KubeletSection(incident, at));
  sections.push_back(SurvivorsSection(host, incident, late));
  sections.push_back(NeighboursSection(host, incident));
  const bool log_goes_on = late && GoesOn(incident);
  sections.push_back(log_goes_on ? TooLate("container/log.txt", *late) : LogSection(incident));
  sections.push_back(TimelineSection(incident));
  sections.push_back(SelfSection(host, incident));
  sections.push_back(UnitSection(incident, late));
  return std::make_shared<const std::vector<Section>>(std::move(sections));
}

std::shared_ptr<const std::vector<Section>> LeastOfAround(const std::vector<Section>& around,
                                                          const std::string& why) {
  std::vector<Section> least;
  for (const Section& section : around) {
    const bool stays = section.bytes.empty() || section.row.section == kTimeline;
    least.push_back(stays ? section : AbsentSection(section.row.section, Outcome::kTooLate, why));
  }
  return std::make_shared<const std::vector<Section>>(std::move(least));
}

}  // namespace headroom
