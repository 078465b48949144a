#include "policy/deny_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::array<std::string_view, 5> kMisleading = {
    "permission denied", "operation not permitted", "no such file or directory",
    "executable file not found", "not a directory"};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), Lower);
  return lowered;
}

}  // namespace

std::string WithoutMisleadingPhrases(std::string_view line) {
  std::string safe(line);
  const std::string lowered = Lowered(line);
  for (const std::string_view phrase : kMisleading) {
    for (std::size_t at = lowered.find(phrase); at != std::string::npos;
         at = lowered.find(phrase, at + 1)) {
      const auto begin = safe.begin() + static_cast<std::ptrdiff_t>(at);
      std::replace(begin, begin + static_cast<std::ptrdiff_t>(phrase.size()), ' ', '_');
    }
  }
  return safe;
}

std::string DenyLine(const Finding& finding) {
  const std::string line =
      fmt::format("headroom: denied: {}: {}; {}", finding.rule, finding.fact, finding.advice);
  return WithoutMisleadingPhrases(EscapedForPeople(line));
}

}  // namespace headroom
