#include "kernel/proc/kilobytes.h"

#include "base/text.h"

namespace headroom {

std::optional<Bytes> KilobytesFromDigits(std::string_view digits) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 52U;
  const auto number = ParseUint64(digits);
  if (!number || *number > kMost) return std::nullopt;
  return Kibibytes(*number);
}

std::optional<Bytes> ParseKilobytes(std::string_view text) {
  constexpr std::string_view kUnit = " kB";
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos || !text.ends_with(kUnit)) return std::nullopt;
  text.remove_suffix(kUnit.size());
  return first < text.size() ? KilobytesFromDigits(text.substr(first)) : std::nullopt;
}

}  // namespace headroom
