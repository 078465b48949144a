#include <string>

#include "base/text.h"
#include "explain/html/report.h"
#include "explain/html/testing/page_check.h"
#include "explain/verdict.h"
#include "fuzz/fuzz.h"

namespace {

/// As explain_fuzzer reads it: "==> NAME <==" begins a file, as head(1) prints several.
headroom::Evidence EvidenceFrom(std::string_view text) {
  headroom::Evidence evidence;
  evidence.container.id = "web";
  evidence.container.engine = "docker";
  evidence.container.cgroup.path = "/box.slice/web";
  evidence.container.init.pid = 4321;
  std::string* file = nullptr;
  while (const auto line = headroom::TakeLine(text)) {
    if (line->starts_with("==> ") && line->ends_with(" <==") && line->size() > 8) {
      file = &evidence.files[std::string(line->substr(4, line->size() - 8))];
    } else if (file != nullptr) {
      file->append(*line).append("\n");
    }
  }
  return evidence;
}

/// The parts that are not read from files.
void TakeRecords(headroom::Evidence& evidence) {
  if (const std::string* container = evidence.File("container.json")) {
    auto enrolment = headroom::ParseEnrolment(*container, "container.json");
    if (enrolment) evidence.container = std::move(*enrolment);
  }
  if (const std::string* manifest = evidence.File("manifest.json")) {
    auto parsed = headroom::ParseManifest(*manifest, "manifest.json");
    if (parsed) evidence.manifest = std::move(*parsed);
  }
  if (const auto kind = headroom::ParseBundleKind(evidence.manifest.kind)) evidence.kind = *kind;
  evidence.files.erase("manifest.json");
}

}  // namespace

HEADROOM_FUZZ(text) {
  using namespace headroom;
  Evidence evidence = EvidenceFrom(text);
  TakeRecords(evidence);
  const std::string page = ReportHtml(evidence, Explain(evidence));
  Require(page.size() <= kMostReportBytes);
  Require(PageCheck(page).Fault().empty());
}
