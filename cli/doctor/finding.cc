#include "cli/doctor/finding.h"

#include <fmt/format.h>

#include "explain/print/layout.h"

namespace headroom {
namespace {

constexpr std::size_t kHealthColumns = 9;
constexpr std::size_t kTopicColumns = 18;
constexpr std::size_t kTextColumns = 80 - kHealthColumns - kTopicColumns;

void AddText(std::string_view text, std::string& first, std::string& out) {
  for (const std::string& line : Wrapped(text, kTextColumns)) {
    out += fmt::format("{:<{}}{}\n", first, kHealthColumns + kTopicColumns, line);
    first.clear();
  }
}

/// A topic that is too long has a line of its own.
std::string FirstColumns(const Finding& finding, std::string& out) {
  std::string first =
      fmt::format("{:<{}}{}", HealthName(finding.health), kHealthColumns, finding.topic);
  if (finding.topic.size() < kTopicColumns) return first;
  out += first + "\n";
  return "";
}

}  // namespace

std::string_view HealthName(Health health) {
  switch (health) {
    case Health::kGood:
      return "good";
    case Health::kNote:
      return "note";
    case Health::kLack:
      return "lack";
    case Health::kUnknown:
      break;
  }
  return "unknown";
}

std::string FindingsText(const Findings& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    std::string first = FirstColumns(finding, out);
    AddText(finding.consequence.empty() ? finding.found
                                        : fmt::format("{}: {}", finding.found, finding.consequence),
            first, out);
    if (!finding.cure.empty()) AddText(finding.cure, first, out);
  }
  return out;
}

}  // namespace headroom
