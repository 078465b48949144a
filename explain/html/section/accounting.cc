#include <fmt/format.h>

#include <string>

#include "explain/html/section/page_content.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

void PutRow(Markup& out, Piece name, const std::string& value) {
  out.Put({"<dt>", name, "</dt><dd>", Text(value), "</dd>\n"});
}

/// The time of the reads of the manifest's rows, of a folder or of all.
std::chrono::microseconds TimeOf(const Manifest& manifest, std::string_view folder) {
  std::chrono::microseconds sum{};
  for (const ManifestRow& row : manifest.rows) {
    const bool sane = row.took.count() >= 0 && row.took < std::chrono::hours(1);
    if (sane && row.section.starts_with(folder)) sum += row.took;
  }
  return sum;
}

void PutHold(Markup& out, const Snapshot& snapshot) {
  PutRow(out, "The container was held",
         snapshot.held ? fmt::format("for {} (lifted by: {})", ToText(*snapshot.held),
                                     Shown(snapshot.lifted_by))
                       : "not at all");
}

void PutIncident(Markup& out, const PageContent& content, const Incident& incident) {
  const Case& the_case = content.the_case;
  if (!incident.detected_by.empty()) {
    const bool timed = the_case.killed_at && incident.detected_boot &&
                       *incident.detected_boot >= *the_case.killed_at;
    const std::string after =
        timed ? ", " + AfterEnd(content, *incident.detected_boot - *the_case.killed_at) : "";
    PutRow(out, "Noticed by", Shown(incident.detected_by) + after);
  }
  if (incident.suppressed > 0) {
    PutRow(out, "Without a bundle of their own",
           CountText(incident.suppressed, "incident before this one", "incidents before this one"));
  }
}

void PutSamples(Markup& out, const Recording& recording) {
  const std::string broken =
      recording.skipped > 0 ? fmt::format(", {} more were broken", recording.skipped) : "";
  PutRow(out, "Samples recorded", std::to_string(recording.samples.size()) + broken);
}

}  // namespace

void PutAccounting(Markup& out, const PageContent& content) {
  const Inputs& inputs = content.the_case.inputs;
  const Manifest& manifest = content.evidence.manifest;
  Markup rows;
  if (inputs.snapshot) {
    PutHold(rows, *inputs.snapshot);
    PutRow(rows, "Reading while it lived", ToText(TimeOf(manifest, "before/")));
  }
  if (inputs.incident) PutIncident(rows, content, *inputs.incident);
  if (inputs.timeline) PutSamples(rows, *inputs.timeline);
  if (rows.empty()) return;  // nothing was watched
  PutRow(rows, "Reading all files, added up", ToText(TimeOf(manifest, "")));
  out.Put(
      {"<section aria-labelledby=\"cost\">\n<h2 id=\"cost\">What the recording cost</h2>\n<dl "
       "class=\"facts\">\n"});
  out.Put(rows);
  out.Put({"</dl>\n</section>\n"});
}

}  // namespace headroom
