#include <string_view>

#include "base/json.h"
#include "explain/verdict.h"
#include "fuzz/evidence_text.h"
#include "fuzz/fuzz.h"

#include <nlohmann/json.hpp>

namespace {

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
  const Evidence evidence = EvidenceFromText(text);
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
