#include "kernel/proc/limits.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {

Result<Limit> ParseMemlock(std::string_view limits) {
  constexpr std::string_view kRow = "Max locked memory ";
  for (std::size_t number = 1; const auto line = TakeLine(limits); ++number) {
    if (!line->starts_with(kRow)) continue;
    const auto columns = Words(line->substr(kRow.size()));  // soft, hard, unit
    const std::string_view soft = columns.empty() ? std::string_view{} : columns.front();
    if (soft == "unlimited") return Limit::Unlimited();
    if (const auto bytes = ParseUint64(soft)) return Limit(Bytes{*bytes});
    return Malformed(
        fmt::format("limits:{}", number),
        fmt::format("'{}' is neither 'unlimited' nor a number of bytes", EscapedForPeople(soft)));
  }
  return Malformed("limits", "has no row 'Max locked memory'");
}

}  // namespace headroom
