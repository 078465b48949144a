#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace headroom {
namespace {

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value{};
  // The end goes with it: the text need not end in a NUL.
  const char* begin = text.data();  // NOLINT(bugprone-suspicious-stringview-data-usage)
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
  return value;
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

/// Length of the valid UTF-8 sequence at the start of `bytes`, or 0. Overlong forms, surrogates,
/// C1 controls (terminals obey those) and bidirectional overrides (they reorder what is read) are
/// not valid here.
std::size_t Utf8Length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned lead = at(0);
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || bytes.size() < length) return 0;
  std::uint32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return 0;
    code = (code << 6U) | (at(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool control = code < 0xA0;
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool reorders = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
                        code == 0x2028 || code == 0x2029;
  if (code < kSmallest.at(length) || code > 0x10FFFF || control || surrogate || reorders) return 0;
  return length;
}

/// Length of the printable ASCII, without backslashes, at the start of `bytes`.
std::size_t PlainLength(std::string_view bytes) {
  std::size_t length = 0;
  while (length < bytes.size() && bytes[length] >= 0x20 && bytes[length] < 0x7F &&
         bytes[length] != '\\') {
    ++length;
  }
  return length;
}

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> ParseUint64(std::string_view text) {
  return ParseNumber<std::uint64_t>(text);
}

std::optional<std::int64_t> ParseInt64(std::string_view text) {
  return ParseNumber<std::int64_t>(text);
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  pieces.reserve(static_cast<std::size_t>(std::ranges::count(text, separator)) + 1);
  while (!text.empty()) {
    const std::size_t cut = text.find(separator);
    pieces.push_back(text.substr(0, cut));
    if (cut == std::string_view::npos) break;
    text.remove_prefix(cut + 1);
  }
  return pieces;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  words.reserve(static_cast<std::size_t>(std::ranges::count_if(text, IsBlank)) + 1);
  for (auto next = text.begin();;) {
    const auto start = std::find_if_not(next, text.end(), IsBlank);
    if (start == text.end()) return words;
    next = std::find_if(start, text.end(), IsBlank);
    words.emplace_back(start, next);
  }
}

std::optional<std::string_view> TakeLine(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const std::size_t cut = rest.find('\n');
  const std::string_view line = rest.substr(0, cut);
  rest = cut == std::string_view::npos ? std::string_view{} : rest.substr(cut + 1);
  return line;
}

std::string EscapedForPeople(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    // Nearly all of it is plain; that is taken in one piece.
    std::size_t length = PlainLength(bytes);
    if (length == 0) length = Utf8Length(bytes);
    if (length == 0) {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes.front()));
      length = 1;
    } else {
      text += bytes.substr(0, length);
    }
    bytes.remove_prefix(length);
  }
  return text;
}

std::string PercentEncoded(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const bool leading_dot = text.empty() && c == '.';
    if (IsNameByte(c) && !leading_dot) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

std::optional<std::string> PercentDecoded(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsNameByte(text[i])) {
      bytes += text[i];
      continue;
    }
    if (text[i] != '%' || i + 2 >= text.size()) return std::nullopt;
    const auto high = HexDigit(text[i + 1]);
    const auto low = HexDigit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    bytes += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return bytes;
}

std::uint32_t Crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  return ~crc;
}

}  // namespace headroom
