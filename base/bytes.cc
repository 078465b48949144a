#include "base/bytes.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace headroom {

double Share(Bytes part, Bytes whole) {
  if (whole.value == 0) return 0.0;
  return static_cast<double>(part.value) / static_cast<double>(whole.value);
}

std::string ToText(Bytes bytes) {
  static constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto scaled = static_cast<double>(bytes.value);
  std::size_t unit = 0;
  while (scaled >= 1023.5 && unit + 1 < kUnits.size()) {
    scaled /= 1024.0;
    ++unit;
  }
  const bool whole = std::abs(scaled - std::round(scaled)) < 0.05 || scaled >= 100.0;
  return whole ? fmt::format("{:.0f} {}", scaled, kUnits.at(unit))
               : fmt::format("{:.1f} {}", scaled, kUnits.at(unit));
}

std::string ToText(Limit limit) {
  return limit.unlimited() ? std::string("no limit") : ToText(limit.bytes());
}

std::string ToCgroupText(Limit limit) {
  return limit.unlimited() ? std::string("max") : fmt::format("{}", limit.bytes().value);
}

}  // namespace headroom
