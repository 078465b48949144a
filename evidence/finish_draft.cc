#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <span>
#include <utility>

#include "base/sha256.h"
#include "container/enrolment/fit_enrolment.h"
#include "evidence/bundle_bounds.h"
#include "evidence/bundle_writer.h"
#include "evidence/section_name.h"

namespace headroom {
namespace {

constexpr const char* kManifestName = "manifest.json";
constexpr const char* kContainerName = "container.json";

/// Whether a row tells of that section: its own, one of a file in that folder, or one of the folder
/// that it lies in.
bool TellsOf(const ManifestRow& row, std::string_view section) {
  const auto lies_in = [](std::string_view inner, std::string_view folder) {
    return inner.size() > folder.size() && inner.starts_with(folder) && inner[folder.size()] == '/';
  };
  return row.section == section || lies_in(row.section, section) || lies_in(section, row.section);
}

void AddMissingRows(BundleKind kind, std::span<const std::string_view> sections,
                    Manifest& manifest) {
  for (const std::string_view section : sections) {
    const bool told = std::any_of(manifest.rows.begin(), manifest.rows.end(),
                                  [&](const auto& row) { return TellsOf(row, section); });
    if (told) continue;
    ManifestRow row;
    row.section = section;
    row.outcome = Outcome::kUnavailable;
    row.reason = kind == BundleKind::kDenied ? "the container was not started"
                                             : "it was not captured for this incident";
    manifest.rows.push_back(std::move(row));
  }
}

/// Every section gets a row, captured or not. Those of the verdict come last: it cites lines of the
/// manifest, and is written before they are there.
void CompleteManifest(BundleKind kind, Manifest& manifest) {
  const auto is_verdict = [](const ManifestRow& row) {
    return std::ranges::find(kVerdictSections, row.section) != kVerdictSections.end();
  };
  auto& rows = manifest.rows;
  const auto verdict = std::stable_partition(rows.begin(), rows.end(), std::not_fn(is_verdict));
  const std::vector<ManifestRow> last(verdict, rows.end());
  rows.erase(verdict, rows.end());
  AddMissingRows(kind, kBundleSections, manifest);
  rows.insert(rows.end(), last.begin(), last.end());
  AddMissingRows(kind, kVerdictSections, manifest);
}

}  // namespace

bool HasFile(const ManifestRow& row) {
  return row.outcome == Outcome::kComplete || row.outcome == Outcome::kPartial;
}

Result<FinishedDraft> FinishDraft(const Store::Draft& draft) {
  FinishedDraft finished;
  finished.sections = draft.sections;
  const auto is_container = [](const Section& s) { return s.row.section == kContainerName; };
  if (std::none_of(finished.sections.begin(), finished.sections.end(), is_container)) {
    auto text = SerializeToFit(draft.container);
    if (!text) return std::unexpected(text.error());
    Section container;
    container.row.section = kContainerName;
    container.bytes = *std::move(text);
    finished.sections.push_back(std::move(container));
  }
  finished.manifest.kind = BundleKindName(draft.kind);
  finished.manifest.redacted = draft.redacted;
  finished.manifest.incident =
      fmt::format("{}-{}-{}", draft.incident.generation, draft.incident.from, draft.incident.to);
  BoundSections(finished.sections);
  std::set<std::string_view> names;
  for (Section& section : finished.sections) {
    const std::string& name = section.row.section;
    if (const auto usable = SectionComponents(name); !usable) {
      return std::unexpected(usable.error());
    }
    if (name == kManifestName || !names.insert(name).second) {
      return Malformed(name, "is a section that stands in the draft twice");
    }
    const bool has_file = HasFile(section.row);
    if (name == kContainerName && !has_file) {
      return MakeError(ErrorCode::kTooLarge, name,
                       section.row.reason + "; no bundle is without it");
    }
    section.row.bytes = has_file ? section.bytes.size() : 0;
    section.row.sha256 = has_file ? Sha256Hex(section.bytes) : "";
    finished.manifest.rows.push_back(section.row);
  }
  CompleteManifest(draft.kind, finished.manifest);
  return finished;
}

}  // namespace headroom
