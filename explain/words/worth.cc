#include "explain/words/worth.h"

#include <fmt/format.h>

namespace headroom {

std::optional<Limit> ComparedWith(const Case& the_case) {
  if (the_case.level.kind == LevelKind::kAncestor) return the_case.level.limit;
  if (the_case.held && the_case.held->limit) return the_case.held->limit;
  return the_case.level.limit;
}

bool IsWorthNaming(const Case& the_case, Bytes part) {
  /// Smaller than this share of the limit is no answer to what held the memory.
  constexpr double kShare = 0.05;
  const auto limit = ComparedWith(the_case);
  if (!limit || limit->unlimited()) return part >= Mebibytes(1);
  return Share(part, limit->bytes()) >= kShare;
}

std::string OldAgeText(std::optional<std::chrono::nanoseconds> age) {
  return IsStale(age) ? fmt::format(" ({} before the kill)", ToText(*age)) : "";
}

}  // namespace headroom
