#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "explain/verdict.h"
#include "fuzz/fuzz.h"

#include <nlohmann/json.hpp>

namespace {

/// A bundle from bytes: "==> NAME <==" begins a file, what follows is its text, as head(1) prints
/// several files.
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
  if (const std::string* container = evidence.File("container.json")) {
    auto enrolment = headroom::ParseEnrolment(*container, "container.json");
    if (enrolment) evidence.container = std::move(*enrolment);
  }
  if (const std::string* manifest = evidence.File("manifest.json")) {
    auto parsed = headroom::ParseManifest(*manifest, "manifest.json");
    if (parsed) evidence.manifest = std::move(*parsed);
  }
  if (const auto kind = headroom::ParseBundleKind(evidence.manifest.kind)) evidence.kind = *kind;
  return evidence;
}

bool IsPrintable(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte != '\n' && (byte < 0x20 || byte == 0x7F)) return false;
  }
  return true;
}

}  // namespace

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const Evidence evidence = EvidenceFrom(text);
  const Verdict verdict = Explain(evidence);
  Require(IsPrintable(VerdictText(verdict)));
  Require(ParseJsonObject(VerdictJson(verdict), "summary.json").has_value());
  // No file, no line.
  for (const Statement& statement : verdict.statements) {
    const std::string file = statement.evidence.substr(0, statement.evidence.rfind(':'));
    Require(file == "manifest.json" || evidence.File(file) != nullptr ||
            evidence.File(statement.evidence) != nullptr);
  }
}
