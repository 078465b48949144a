#include "supervisor/incident/kernel_sections.h"

#include <string>
#include <utility>

#include "capture/section.h"
#include "evidence/oom_record.h"

namespace headroom {

void AddKernelSections(const CapturedIncident& incident, std::vector<Section>& sections) {
  if (incident.oom_events.empty()) {
    const std::string reason =
        !incident.log_unavailable.empty()
            ? incident.log_unavailable
            : "the kernel's log held no record of this kill (it may have been overwritten)";
    for (const char* name : {"kernel/oom.log", "kernel/oom.json"}) {
      sections.push_back(AbsentSection(name, Outcome::kUnavailable, reason));
    }
    return;
  }
  std::string log;
  for (const OomEvent& event : incident.oom_events) log += event.raw;
  const OomRecord record{.events = incident.oom_events, .overruns = incident.log_overruns};
  std::string parsed = SerializeOomRecord(record, log);
  sections.push_back(TextSection("kernel/oom.log", std::move(log)));
  sections.push_back(TextSection("kernel/oom.json", std::move(parsed)));
}

}  // namespace headroom
