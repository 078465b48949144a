#include <fmt/format.h>

#include "base/text.h"
#include "explain/inputs/citation.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr const char* kLabel = "caught";
constexpr const char* kSnapshot = "before/snapshot.json";

/// The row that tells how well the victim was seen: its memory map, else the process table.
const ManifestRow* VictimRow(const Case& the_case) {
  const Manifest& manifest = the_case.evidence().manifest;
  if (the_case.victim.pid) {
    const ManifestRow* row = manifest.Find(fmt::format("before/smaps/{}", *the_case.victim.pid));
    if (row != nullptr) return row;
  }
  return manifest.Find("before/processes.json");
}

std::string OutcomeText(const Case& the_case) {
  const ManifestRow* row = VictimRow(the_case);
  if (row == nullptr) return "without a process table";
  const bool is_map = row->section.starts_with("before/smaps/");
  if (!is_map && the_case.victim.pid) return "without the victim's memory map";
  if (row->outcome == Outcome::kComplete) return "complete";
  return fmt::format("{} ({})", OutcomeName(row->outcome), Shown(row->reason));
}

std::string HeldText(const Case& the_case) {
  const auto& held = the_case.inputs.snapshot->held;
  if (!held) return "the container was not held for it";
  const auto& still = the_case.inputs.snapshot->stood_still;
  const std::string frozen = still ? fmt::format(", {} of it frozen", ToText(*still)) : "";
  return fmt::format("the container was held for {}{}", ToText(*held), frozen);
}

std::string AgeText(const Case& the_case) {
  const auto age = SnapshotAge(the_case);
  if (the_case.alive)
    return IsStale(age) ? ToText(*age) + " before this was taken" : "while it ran";
  if (!age) return "how long before the kill is not known";
  return fmt::format("{} before the kill", ToText(*age));
}

/// A memory map that is dear to read may be older than the snapshot that it lies in.
std::string MapAgeText(const Case& the_case) {
  constexpr std::chrono::seconds kWorthSaying{1};
  const ManifestRow* row = VictimRow(the_case);
  const auto age = SnapshotAge(the_case);
  if (row == nullptr || !age || !row->section.starts_with("before/smaps/")) return "";
  const auto of_map = SectionAge(the_case, row->section);
  if (*of_map - *age < kWorthSaying) return "";
  return fmt::format("; the victim's memory map is of {} before the kill", ToText(*of_map));
}

Statement Taken(const Case& the_case) {
  return {.label = kLabel,
          .text = fmt::format(
              "{}, {}; {}{}{}", AgeText(the_case), OutcomeText(the_case), HeldText(the_case),
              MapAgeText(the_case),
              IsStale(SnapshotAge(the_case)) ? "; its memory may have changed since" : ""),
          .evidence = Cite(the_case.evidence(), kSnapshot, "\"taken_boot_ns\"")};
}

/// Why there is no snapshot, as whoever should have taken it recorded.
const ManifestRow* MissingRow(const Manifest& manifest) {
  for (const char* section : {kSnapshot, "before", "before/processes.json"}) {
    const ManifestRow* row = manifest.Find(section);
    if (row != nullptr && !row->reason.empty()) return row;
  }
  return nullptr;
}

}  // namespace

std::vector<Statement> CaughtStatements(const Case& the_case) {
  if (the_case.inputs.snapshot) return {Taken(the_case)};
  const ManifestRow* row = MissingRow(the_case.evidence().manifest);
  if (row == nullptr) return {};
  return {{.label = kLabel,
           .text = "nothing was read while it lived: " + Shown(row->reason),
           .evidence = CiteManifest(the_case.evidence(), row->section)}};
}

namespace {

constexpr const char* kIncident = "incident.json";

void Note(std::vector<Statement>& notes, std::string text, std::string evidence) {
  if (evidence.empty()) return;
  notes.push_back({.label = "note", .text = std::move(text), .evidence = std::move(evidence)});
}

void NoteWhoElse(const Case& the_case, std::vector<Statement>& notes) {
  const Enrolment& container = the_case.container();
  if (the_case.confidence != Confidence::kSubtree) return;
  if (!container.own_cgroup) {
    const std::string why =
        container.not_own_reason.empty() ? "" : ": " + Shown(container.not_own_reason);
    return Note(notes, "its cgroup is not its own, so that others in it are counted as well" + why,
                Cite(the_case.evidence(), "container.json", "\"own_cgroup\""));
  }
  const auto& incident = the_case.inputs.incident;
  if (!incident || incident->candidates.empty()) return;
  std::vector<std::string> shown;
  for (const std::string& key : incident->candidates) shown.push_back(Shown(key));
  // Below that level there may be others, which nobody enrolled.
  Note(notes,
       fmt::format(
           "counted by a cgroup above what is gone, so it was {}{}, or another below that one",
           shown.size() == 1 ? "" : "one of ", fmt::join(shown, ", ")),
       Cite(the_case.evidence(), kIncident, "\"candidates\""));
}

void NoteHowSure(const Case& the_case, std::vector<Statement>& notes) {
  const auto& incident = the_case.inputs.incident;
  if (!incident || the_case.confidence != Confidence::kInferred) return;
  if (incident->confidence != "observed") {
    return Note(notes, "nobody watched at that moment: it was found in the counters afterwards",
                Cite(the_case.evidence(), kIncident, "\"confidence\""));
  }
  Note(notes, "the kill was seen; what filled the limit is inferred from before it",
       Cite(the_case.evidence(), kSnapshot, "\"taken_boot_ns\""));
}

/// Why nobody is named: a kernel log that this user may not read, say.
void NoteMissingLog(const Case& the_case, std::vector<Statement>& notes) {
  const ManifestRow* row = the_case.evidence().manifest.Find("kernel/oom.log");
  if (the_case.alive || the_case.victim.pid || row == nullptr || row->reason.empty()) return;
  Note(notes, "the kernel's log is not here: " + Shown(row->reason),
       CiteManifest(the_case.evidence(), row->section));
}

}  // namespace

std::vector<Statement> NoteStatements(const Case& the_case) {
  std::vector<Statement> notes;
  NoteWhoElse(the_case, notes);
  NoteHowSure(the_case, notes);
  NoteMissingLog(the_case, notes);
  const auto& incident = the_case.inputs.incident;
  if (incident && incident->suppressed > 0) {
    Note(notes,
         CountText(incident->suppressed, "incident", "incidents") +
             " before this one came too fast for a bundle each: the kills are counted here",
         Cite(the_case.evidence(), kIncident, "\"suppressed\""));
  }
  for (const UnreadableFile& file : the_case.inputs.unreadable) {
    Note(notes, "could not be understood and was left out: " + Shown(file.why), file.file);
  }
  return notes;
}

}  // namespace headroom
