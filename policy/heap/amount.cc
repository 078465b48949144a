#include "policy/heap/amount.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "policy/heap/words.h"

namespace headroom::heap {
namespace {

Bytes Saturated(double bytes) {
  const auto largest = static_cast<double>(kLargestAmount.value);
  // Written so that a NaN is the largest as well.
  return bytes < largest ? Bytes{static_cast<std::uint64_t>(std::max(0.0, bytes))} : kLargestAmount;
}

/// Of decimal digits alone; kLargestAmount's number from there on.
std::uint64_t ToNumber(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char digit : digits) {
    number = std::min(kLargestAmount.value, number * 10 + static_cast<std::uint64_t>(digit - '0'));
  }
  return number;
}

bool SameSuffix(std::string_view left, std::string_view right, LetterCase letter_case) {
  return letter_case == LetterCase::kExact ? left == right : Lower(left) == Lower(right);
}

}  // namespace

std::optional<Bytes> ParseSize(std::string_view text, std::span<const Unit> units,
                               LetterCase letter_case) {
  if (text.size() > kLongestAmount) return std::nullopt;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return std::nullopt;
  for (const Unit& unit : units) {
    if (!SameSuffix(unit.suffix, text.substr(digits), letter_case)) continue;
    return Times(Bytes{ToNumber(text.substr(0, digits))}, unit.factor);
  }
  return std::nullopt;
}

std::optional<double> ParsePercentage(std::string_view text) {
  if (text.empty() || text.size() > kLongestAmount) return std::nullopt;
  if (text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  if (value <= 0 || value > 100) return std::nullopt;
  return value;
}

Bytes PartOf(Bytes whole, double share) {
  return Saturated(std::floor(static_cast<double>(whole.value) * share));
}

Bytes WholeOf(Bytes part, double share) {
  return Saturated(std::ceil(static_cast<double>(part.value) / share));
}

Bytes Sum(Bytes left, Bytes right) {
  return std::min(kLargestAmount, std::min(kLargestAmount, left) + std::min(kLargestAmount, right));
}

Bytes Times(Bytes size, std::uint64_t count) {
  if (count != 0 && size.value > kLargestAmount.value / count) return kLargestAmount;
  return Bytes{size.value * count};
}

}  // namespace headroom::heap
