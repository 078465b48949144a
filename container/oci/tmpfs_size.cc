#include "container/oci/tmpfs_size.h"

#include <charconv>
#include <cstdint>

namespace headroom {
namespace {

constexpr std::string_view kSize = "size=";

bool IsDigitOf(char letter, int base) {
  std::uint8_t digit = 0;
  const auto parsed = std::from_chars(&letter, &letter + 1, digit, base);
  return parsed.ec == std::errc();
}

/// Takes "0x" of a hexadecimal number away; without a digit behind it, it is an octal 0.
int TakeBase(std::string_view& text) {
  if (!text.starts_with('0')) return 10;
  const bool marked = text.size() > 2 && (text[1] == 'x' || text[1] == 'X');
  if (!marked || !IsDigitOf(text[2], 16)) return 8;
  text.remove_prefix(2);
  return 16;
}

/// Takes digits, as many as there are; none is 0. nullopt: too many.
std::optional<std::uint64_t> TakeNumber(std::string_view& text) {
  const int base = TakeBase(text);
  if (text.empty() || !IsDigitOf(text.front(), base)) return 0;
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (parsed.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return number;
}

/// By how many bits what stands there shifts, and takes it away.
unsigned TakeUnit(std::string_view& text) {
  constexpr std::string_view kUnits = "kmgtpe";
  if (text.empty()) return 0;
  const auto letter = static_cast<char>(text.front() | 0x20);  // as a small one
  const std::size_t unit = kUnits.find(letter);
  if (unit == std::string_view::npos) return 0;
  text.remove_prefix(1);
  return 10 * (static_cast<unsigned>(unit) + 1);
}

std::optional<Bytes> PartOf(std::optional<Bytes> whole, std::uint64_t percent) {
  if (!whole || whole->value == 0 || percent > UINT64_MAX / whole->value) return std::nullopt;
  return Bytes{whole->value * percent / 100};
}

}  // namespace

std::optional<Bytes> ParseTmpfsSize(std::string_view text, std::optional<Bytes> memory_total) {
  if (text.empty()) return std::nullopt;
  const auto number = TakeNumber(text);
  const unsigned shift = TakeUnit(text);
  if (!number || *number > (UINT64_MAX >> shift)) return std::nullopt;
  const std::uint64_t amount = *number << shift;
  if (text == "%") return PartOf(memory_total, amount);
  return text.empty() ? std::optional(Bytes{amount}) : std::nullopt;
}

SizeOption FindSizeOption(const std::vector<std::string>& options,
                          std::optional<Bytes> memory_total) {
  SizeOption found;
  for (const std::string& option : options) {
    const bool is_size = option.starts_with(kSize);
    if (!is_size && !option.starts_with("nr_blocks=")) continue;
    found.text = option;
    found.size = is_size
                     ? ParseTmpfsSize(std::string_view(option).substr(kSize.size()), memory_total)
                     : std::nullopt;
  }
  return found;
}

}  // namespace headroom
