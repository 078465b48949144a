#include "supervisor/incident/kernel_sections.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "capture/section.h"
#include "evidence/bundle_bounds.h"
#include "evidence/oom_record.h"

namespace headroom {

namespace {

std::string WhyNoLog(const CapturedIncident& incident) {
  if (!incident.log_unavailable.empty()) return incident.log_unavailable;
  if (incident.kind == BundleKind::kStall) return "nobody was killed";
  const std::string lost =
      incident.log_overruns == 0
          ? ""
          : fmt::format("; records were lost before they were read, {} times since headroomd began",
                        incident.log_overruns);
  if (incident.kind == BundleKind::kKilled) {
    return fmt::format(
        "the kernel's log{} has no kill by the OOM killer here that is not in another bundle{}",
        lost.empty() ? "" : ", as far as it was read,", lost);
  }
  return fmt::format("the kernel's log held no record of this kill{}",
                     lost.empty() ? " (it may have been overwritten)" : lost);
}

}  // namespace

void AddKernelSections(const CapturedIncident& incident, std::vector<Section>& sections) {
  if (incident.oom_events.empty()) {
    const std::string reason = WhyNoLog(incident);
    for (const char* name : {"kernel/oom.log", "kernel/oom.json"}) {
      sections.push_back(AbsentSection(name, Outcome::kUnavailable, reason));
    }
    return;
  }
  std::string raw;
  for (const OomEvent& event : incident.oom_events) raw += event.raw;
  Section log = TextSection("kernel/oom.log", std::move(raw));
  BoundSection(log);  // before its lines are cited
  const OomRecord record{.events = incident.oom_events, .overruns = incident.log_overruns};
  std::string parsed = SerializeOomRecord(record, log.bytes);
  sections.push_back(std::move(log));
  sections.push_back(TextSection("kernel/oom.json", std::move(parsed)));
}

Section SignalsSection(const CapturedIncident& incident) {
  constexpr const char* kName = "kernel/signals.json";
  if (!incident.signals_unavailable.empty()) {
    return AbsentSection(kName, Outcome::kUnavailable, incident.signals_unavailable);
  }
  Section section = TextSection(kName, SerializeSignals(incident.signals));
  if (incident.signals.dropped > 0 || incident.signals.lost > 0) {
    section.row.outcome = Outcome::kPartial;
    section.row.reason =
        fmt::format("{} signals were not kept; {} events of the host were lost or not placed",
                    incident.signals.dropped, incident.signals.lost);
  }
  return section;
}

}  // namespace headroom
