#include "explain/html/markup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace headroom {
namespace {

/// One character of a text: its code point, and how many bytes it takes. 0 bytes: no UTF-8.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;
};

std::size_t LengthFor(unsigned char lead) {
  if (lead < 0x80U) return 1;
  if (lead >= 0xC2U && lead < 0xE0U) return 2;
  if (lead >= 0xE0U && lead < 0xF0U) return 3;
  return lead >= 0xF0U && lead < 0xF5U ? 4 : 0;
}

/// Of the shortest form, within Unicode, and no half of a surrogate pair.
bool IsWellFormed(const Character& character) {
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = character.code >= 0xD800U && character.code < 0xE000U;
  return character.code >= kSmallest.at(character.bytes) && character.code < 0x110000U &&
         !surrogate;
}

Character FirstOf(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = LengthFor(lead);
  if (length == 0 || length > text.size()) return {};
  Character character{.code = length == 1 ? lead : lead & (0xFFU >> (length + 1)), .bytes = length};
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    character.code = (character.code << 6U) | (next & 0x3FU);
  }
  return IsWellFormed(character) ? character : Character{};
}

/// Not seen, or seen as something else than it is: controls, what turns the direction of text, what
/// has no width, tags, and what is no character.
bool IsDeceptive(std::uint32_t code) {
  struct Range {
    std::uint32_t first, last;
  };
  constexpr std::array<Range, 12> kRanges = {{{0x00, 0x08},
                                              {0x0A, 0x1F},
                                              {0x7F, 0x9F},
                                              {0xAD, 0xAD},
                                              {0x61C, 0x61C},
                                              {0x180E, 0x180E},
                                              {0x200B, 0x200F},
                                              {0x2028, 0x202E},
                                              {0x2060, 0x206F},
                                              {0xFDD0, 0xFDEF},
                                              {0xFEFF, 0xFEFF},
                                              {0xFFF9, 0xFFFB}}};
  const bool tag = code >= 0xE0000U && code < 0xE1000U;
  const bool none = (code & 0xFFFEU) == 0xFFFEU;
  return tag || none || std::ranges::any_of(kRanges, [&](const Range& range) {
           return code >= range.first && code <= range.last;
         });
}

bool EndsWithWord(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  text.remove_prefix(text.size() - lower.size());
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// Whether that letter would complete the beginning of an address.
bool CompletesAddress(std::string_view before, char c) {
  if (c == '/') return before.ends_with('/');
  if (c == 'p' || c == 'P') return EndsWithWord(before, "htt");
  return c == ':' && EndsWithWord(before, "javascript");
}

void AddPlain(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      return;
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '"':
      out += "&quot;";
      return;
    case '\'':
      out += "&#39;";
      return;
    default:
      if (CompletesAddress(out, c)) {
        out += fmt::format("&#{};", int{c});
      } else {
        out += c;
      }
  }
}

}  // namespace

SafeText Text(std::string_view words) {
  std::string out;
  out.reserve(words.size() + words.size() / 8);
  while (!words.empty()) {
    const Character first = FirstOf(words);
    const std::size_t taken = std::max<std::size_t>(first.bytes, 1);
    if (first.bytes == 0 || (first.bytes == 1 && IsDeceptive(first.code))) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(words.front()));
    } else if (IsDeceptive(first.code)) {
      out += fmt::format("\\u{{{:x}}}", first.code);
    } else if (first.bytes == 1) {
      AddPlain(out, words.front());
    } else {
      out += words.substr(0, taken);
    }
    words.remove_prefix(taken);
  }
  return {std::move(out)};
}

SafeText TextOfBytes(std::string_view bytes) { return Text(EscapedForPeople(bytes)); }

SafeText Number(std::uint64_t number) { return {fmt::format("{}", number)}; }

SafeText Coordinate(double number) { return {fmt::format("{:.1f}", number)}; }

}  // namespace headroom
