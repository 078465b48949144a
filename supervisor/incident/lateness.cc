#include "supervisor/incident/lateness.h"

#include <algorithm>

namespace headroom {
namespace {

/// nullopt: the log does not have it, or how far its clock is behind is not known.
std::optional<BootTime> LastLogged(const CapturedIncident& incident) {
  if (!incident.record.log_clock_lag) return std::nullopt;
  std::optional<BootTime> last;
  for (const OomEvent& event : incident.oom_events) {
    for (const OomVictim& victim : event.victims) {
      const BootTime at = victim.since_boot + *incident.record.log_clock_lag;
      last = std::max(last.value_or(at), at);
    }
  }
  return last;
}

BootTime LastWithoutThem(const CapturedIncident& incident) {
  BootTime last = incident.container->enrolled_boot;
  if (!incident.recording) return last;
  for (const Sample& sample : incident.recording->samples) {
    if (sample.oom_kill && *sample.oom_kill <= incident.id.from) last = std::max(last, sample.at);
  }
  return last;
}

}  // namespace

std::optional<BootTime> NotBefore(const CapturedIncident& incident) {
  if (!incident.found_afterwards) return incident.noticed;
  const auto logged = LastLogged(incident);
  return logged ? logged : LastWithoutThem(incident);
}

std::optional<std::chrono::seconds> LateBy(const CapturedIncident& incident, BootTime now) {
  const auto at = NotBefore(incident);
  if (!at || now - *at <= kLate) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(now - *at);
}

}  // namespace headroom
