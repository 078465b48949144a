#include "supervisor/incident/incident.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "capture/section.h"
#include "evidence/evidence.h"
#include "evidence/section_name.h"
#include "explain/verdict.h"
#include "supervisor/incident/around_sections.h"
#include "supervisor/incident/kernel_sections.h"

namespace headroom {
namespace {

/// Both are of this incident alone: the log's events are given once, and what is counted is the
/// difference since the incident before.
BundleKind KindOf(const CapturedIncident& incident) {
  if (incident.kind) return *incident.kind;
  const bool logged = std::any_of(incident.oom_events.begin(), incident.oom_events.end(),
                                  [](const OomEvent& event) { return event.group_kill; });
  const IncidentLevel* own = incident.record.Own();
  const bool counted = own != nullptr && own->events.oom_group_kill.value_or(0) > 0;
  return logged || counted ? BundleKind::kGroupKill : BundleKind::kOomKill;
}

void AddPhotograph(const CapturedIncident& incident, std::vector<Section>& sections) {
  const std::string_view newer = incident.shm ? std::string_view(incident.shm->row.section) : "";
  if (incident.shm) sections.push_back(*incident.shm);
  if (incident.photograph) {
    std::ranges::copy_if(incident.photograph->sections, std::back_inserter(sections),
                         [&](const Section& section) { return section.row.section != newer; });
    return;
  }
  for (const std::string_view name : kBundleSections) {
    if (!name.starts_with("before/") || name == newer) continue;
    sections.push_back(
        AbsentSection(std::string(name), Outcome::kUnavailable, incident.why_no_photograph));
  }
}

Section PreKillSection(const CapturedIncident& incident) {
  constexpr const char* kName = "pre_kill.json";
  const PreKillState& state = incident.pre_kill;
  if (!state.result) return AbsentSection(kName, Outcome::kUnavailable, state.why_none);
  Section section = TextSection(kName, SerializePreKillResult(*state.result));
  section.row.captured_boot = state.result->began;
  return section;
}

void AddVerdict(Store::Draft& draft) {
  const Verdict verdict = Explain(EvidenceOf(draft));
  draft.sections.push_back(TextSection("summary.json", VerdictJson(verdict)));
  draft.sections.push_back(TextSection("report.txt", VerdictText(verdict)));
}

}  // namespace

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
  draft.sections.push_back(SignalsSection(incident));
  draft.sections.push_back(PreKillSection(incident));
  const auto around = incident.around ? incident.around : ReadAround(host, incident, NowBoot());
  draft.sections.insert(draft.sections.end(), around->begin(), around->end());
  AddVerdict(draft);
  return draft;
}

}  // namespace headroom
