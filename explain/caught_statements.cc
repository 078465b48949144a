#include <fmt/format.h>

#include "base/text.h"
#include "explain/citation.h"
#include "explain/statements.h"
#include "explain/words.h"

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
  if (!held) return "nothing was held for it";
  return fmt::format("the container was held for {}", ToText(*held));
}

std::string AgeText(const Case& the_case) {
  const auto age = SnapshotAge(the_case);
  return age ? fmt::format("{} before the kill", ToText(*age))
             : "how long before the kill is not known";
}

Statement Taken(const Case& the_case) {
  std::string text =
      fmt::format("{}, {}; {}", AgeText(the_case), OutcomeText(the_case), HeldText(the_case));
  const auto age = SnapshotAge(the_case);
  if (age && *age > kStaleSnapshot) {
    text += fmt::format("; the process table is {} older than the kill", ToText(*age));
  }
  return {.label = kLabel,
          .text = std::move(text),
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

std::vector<Statement> NoteStatements(const Case& the_case) {
  std::vector<Statement> notes;
  const auto note = [&](std::string text, std::string evidence) {
    if (evidence.empty()) return;
    notes.push_back({.label = "note", .text = std::move(text), .evidence = std::move(evidence)});
  };
  const auto& incident = the_case.inputs.incident;
  if (incident && the_case.confidence == Confidence::kSubtree && !incident->candidates.empty()) {
    std::vector<std::string> shown;
    for (const std::string& key : incident->candidates) shown.push_back(Shown(key));
    note(fmt::format("counted above several containers that are gone, so it was one of {}",
                     fmt::join(shown, ", ")),
         Cite(the_case.evidence(), "incident.json", "\"candidates\""));
  }
  if (incident && the_case.confidence == Confidence::kInferred) {
    note("nobody watched at that moment: it was found in the counters afterwards",
         Cite(the_case.evidence(), "incident.json", "\"confidence\""));
  }
  if (incident && incident->suppressed > 0) {
    note(CountText(incident->suppressed, "incident", "incidents") +
             " before this one got no bundle, to keep the store small",
         Cite(the_case.evidence(), "incident.json", "\"suppressed\""));
  }
  for (const UnreadableFile& file : the_case.inputs.unreadable) {
    note("could not be understood and was left out: " + Shown(file.why), file.file);
  }
  return notes;
}

}  // namespace headroom
