#include <algorithm>
#include <string>

#include "explain/layout.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kTextColumn = 12;      // two blanks, the label, at least one blank
constexpr std::size_t kTextWidth = 42;       // beside it the evidence
constexpr std::size_t kEvidenceColumn = 56;  // further left where it is longer than the rest
constexpr std::size_t kWholeWidth = 68;      // where no evidence stands beside it
constexpr std::size_t kBetween = 2;

void PadTo(std::string& line, std::size_t column) {
  const std::size_t used = Columns(line);
  if (used < column) line.append(column - used, ' ');
}

void EndLine(std::string& text, std::string line) {
  while (line.ends_with(' ')) line.pop_back();
  text += line;
  text += '\n';
}

/// Where something of that width begins so that it ends on the line.
std::size_t ColumnFor(const std::string& right, std::size_t column) {
  return std::min(column, kWidth - std::min(kWidth, Columns(right)));
}

/// `right` from `column` on; on a line of its own where the line leaves no room for it.
void EndLineWith(std::string& text, std::string line, const std::string& right,
                 std::size_t column) {
  if (right.empty()) return EndLine(text, std::move(line));
  column = ColumnFor(right, column);
  if (Columns(line) + kBetween > column) {
    EndLine(text, std::move(line));
    line.clear();
  }
  PadTo(line, column);
  EndLine(text, line + right);
}

/// The label stands on the first line; the evidence too, where the text leaves room for it.
void AddRow(std::string& text, const std::string& label, const std::string& content,
            std::size_t width, const std::string& evidence) {
  const auto lines = Wrapped(content, width);
  const bool beside =
      kTextColumn + Columns(lines.front()) + kBetween <= ColumnFor(evidence, kEvidenceColumn);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string line;
    if (i == 0) line = "  " + label + " ";
    PadTo(line, kTextColumn);
    line += lines[i];
    const bool here = beside ? i == 0 : i + 1 == lines.size();
    EndLineWith(text, std::move(line), here ? evidence : std::string(), kEvidenceColumn);
  }
}

/// A command stands whole, however long: it is to be copied.
void AddAdvice(std::string& text, const std::string& label, const std::string& advice) {
  if (!advice.starts_with("  ")) return AddRow(text, label, advice, kWholeWidth, "");
  EndLine(text, std::string(kTextColumn, ' ') + advice);
}

void AddHeadline(std::string& text, const Verdict& verdict) {
  const std::string confidence(ConfidenceName(verdict.confidence));
  const auto lines = Wrapped(verdict.headline, kWidth - kBetween - confidence.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EndLineWith(text, lines[i], i == 0 ? confidence : std::string(), kWidth);
  }
}

}  // namespace

std::string VerdictText(const Verdict& verdict) {
  std::string text;
  AddHeadline(text, verdict);
  text += '\n';
  const std::string* previous = nullptr;
  for (const Statement& statement : verdict.statements) {
    const bool repeated = previous != nullptr && *previous == statement.label;
    AddRow(text, repeated ? "" : statement.label, statement.text, kTextWidth, statement.evidence);
    previous = &statement.label;
  }
  if (!verdict.advice.empty()) text += '\n';
  for (std::size_t i = 0; i < verdict.advice.size(); ++i) {
    AddAdvice(text, i == 0 ? "do" : "", verdict.advice[i]);
  }
  if (!verdict.bundle.empty()) AddRow(text, "bundle", verdict.bundle, kWholeWidth, "");
  return text;
}

}  // namespace headroom
