#include <string>

#include "explain/print/rows.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

/// A command stands whole, however long: it is to be copied.
void AddAdvice(std::string& text, const std::string& label, const std::string& advice) {
  if (!advice.starts_with("  ")) return AddRow(text, label, advice, kRowWholeWidth, "");
  AddWholeLine(text, advice);
}

}  // namespace

std::string VerdictText(const Verdict& verdict) {
  std::string text;
  AddHeadlineRow(text, verdict.headline, std::string(ConfidenceName(verdict.confidence)));
  text += '\n';
  const std::string* previous = nullptr;
  for (const Statement& statement : verdict.statements) {
    const bool repeated = previous != nullptr && *previous == statement.label;
    AddRow(text, repeated ? "" : statement.label, statement.text, kRowTextWidth,
           statement.evidence);
    previous = &statement.label;
  }
  if (!verdict.advice.empty()) text += '\n';
  for (std::size_t i = 0; i < verdict.advice.size(); ++i) {
    AddAdvice(text, i == 0 ? "do" : "", verdict.advice[i]);
  }
  if (!verdict.bundle.empty()) AddRow(text, "bundle", verdict.bundle, kRowWholeWidth, "");
  return text;
}

}  // namespace headroom
