#include "explain/print/rows.h"

#include <algorithm>

#include "explain/print/layout.h"

namespace headroom {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kTextColumn = 12;      // two blanks, the label, at least one blank
constexpr std::size_t kEvidenceColumn = 56;  // further left where it is longer than the rest
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

}  // namespace

void AddHeadlineRow(std::string& text, const std::string& headline, const std::string& remark) {
  const std::size_t right = std::min(Columns(remark), kWidth / 2);  // a longer one hangs over
  const auto lines = Wrapped(headline, kWidth - kBetween - right);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EndLineWith(text, lines[i], i == 0 ? remark : std::string(), kWidth);
  }
}

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

void AddWholeLine(std::string& text, const std::string& line) {
  EndLine(text, std::string(kTextColumn, ' ') + line);
}

}  // namespace headroom
