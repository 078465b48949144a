#include "kernel/proc/limits.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {
namespace {

/// The soft limit of the row that begins with `name`.
std::optional<Limit> SoftLimit(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  const auto columns = Words(line.substr(name.size()));
  if (columns.empty()) return std::nullopt;
  if (columns.front() == "unlimited") return Limit::Unlimited();
  const auto number = ParseUint64(columns.front());
  return number ? std::optional(Limit(Bytes{*number})) : std::nullopt;
}

}  // namespace

ProcessLimits ParseProcessLimits(std::string_view limits) {
  ProcessLimits found;
  while (const auto line = TakeLine(limits)) {
    if (const auto limit = SoftLimit(*line, "Max address space ")) found.address_space = limit;
    if (const auto limit = SoftLimit(*line, "Max data size ")) found.data = limit;
    if (const auto limit = SoftLimit(*line, "Max locked memory ")) found.memlock = limit;
    const auto files = SoftLimit(*line, "Max open files ");
    if (files && !files->unlimited()) found.files = files->bytes().value;
  }
  return found;
}

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
