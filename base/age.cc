#include "base/age.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/text.h"

namespace headroom {

std::optional<std::chrono::seconds> ParseAge(std::string_view text) {
  using namespace std::chrono;
  constexpr hours kLongest{24 * 365 * 100};
  if (text.empty()) return std::nullopt;
  const auto count = ParseUint64(text.substr(0, text.size() - 1));
  if (!count || *count > static_cast<std::uint64_t>(seconds(kLongest).count())) return std::nullopt;
  const auto of = [&](seconds unit) -> std::optional<seconds> {
    const seconds age = static_cast<std::int64_t>(*count) * unit;
    return age <= kLongest ? std::optional(age) : std::nullopt;
  };
  switch (text.back()) {
    case 'd':
      return of(hours(24));
    case 'h':
      return of(hours(1));
    case 'm':
      return of(minutes(1));
    case 's':
      return of(seconds(1));
    default:
      return std::nullopt;
  }
}

std::string AgeText(std::chrono::seconds age) {
  using namespace std::chrono;
  const auto count = age.count();
  if (count == 0 || age % minutes(1) != seconds(0)) return fmt::format("{}s", count);
  if (age % hours(24) == seconds(0)) return fmt::format("{}d", age / hours(24));
  if (age % hours(1) == seconds(0)) return fmt::format("{}h", age / hours(1));
  return fmt::format("{}m", age / minutes(1));
}

}  // namespace headroom
