#include <string>
#include <vector>

#include "explain/print/rows.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

/// A command stands whole, however long: it is to be copied.
void AddAdvice(std::string& text, const std::string& label, const std::string& advice) {
  if (!advice.starts_with("  ")) return AddRow(text, label, advice, kRowWholeWidth, "");
  AddWholeLine(text, advice);
}

void AddAllAdvice(std::string& text, const std::string& label,
                  const std::vector<std::string>& advice) {
  for (std::size_t i = 0; i < advice.size(); ++i) {
    AddAdvice(text, i == 0 ? label : "", advice[i]);
  }
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
  const bool told_apart = !verdict.advice_now.empty() && !verdict.advice_cure.empty();
  if (told_apart) {
    AddAllAdvice(text, "do now", verdict.advice_now);
    AddAllAdvice(text, "cure", verdict.advice_cure);
  } else {
    AddAllAdvice(text, "do", verdict.advice);
  }
  if (!verdict.bundle.empty()) AddRow(text, "bundle", verdict.bundle, kRowWholeWidth, "");
  return text;
}

}  // namespace headroom
