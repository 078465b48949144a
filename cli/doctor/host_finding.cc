#include "cli/doctor/host_finding.h"

#include <fmt/format.h>

#include <utility>

#include "explain/print/layout.h"

namespace headroom {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kHealthColumns = 9;
constexpr std::size_t kTopicColumns = 18;
constexpr std::size_t kTextColumns = kColumns - kHealthColumns - kTopicColumns;

/// `first`: what stands before the first of the lines; empty behind it.
void AddText(std::string_view text, std::string& first, std::string& out) {
  for (const std::string& line : Wrapped(text, kTextColumns)) {
    out += fmt::format("{:<{}}{}\n", first, kHealthColumns + kTopicColumns, line);
    first.clear();
  }
}

/// Beside a topic that is too long for its columns a short text has room all the same.
void AddFound(const HostFinding& finding, std::string& out) {
  const std::string text = finding.consequence.empty()
                               ? finding.found
                               : fmt::format("{}: {}", finding.found, finding.consequence);
  std::string first =
      fmt::format("{:<{}}{}", HealthName(finding.health), kHealthColumns, finding.topic);
  if (finding.topic.size() < kTopicColumns) {
    AddText(text, first, out);
  } else if (first.size() + 2 + text.size() <= kColumns) {
    out += fmt::format("{}  {}\n", first, text);
  } else {
    out += std::exchange(first, "") + "\n";
    AddText(text, first, out);
  }
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

std::string FindingsText(const HostFindings& findings) {
  std::string out;
  for (const HostFinding& finding : findings) {
    AddFound(finding, out);
    std::string nothing;
    if (!finding.cure.empty()) AddText(finding.cure, nothing, out);
  }
  return out;
}

}  // namespace headroom
