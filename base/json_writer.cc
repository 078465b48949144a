#include "base/json_writer.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace headroom {
namespace {

/// The bytes that may follow the first of a UTF-8 sequence: how many, and the range of the first of
/// them (Unicode 15, table 3-7).
struct Followers {
  std::size_t count = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Followers FollowersOf(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return {.count = 1};
  if (lead == 0xE0) return {.count = 2, .low = 0xA0};
  if (lead == 0xED) return {.count = 2, .high = 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {.count = 2};
  if (lead == 0xF0) return {.count = 3, .low = 0x90};
  if (lead == 0xF4) return {.count = 3, .high = 0x8F};
  if (lead >= 0xF1 && lead <= 0xF3) return {.count = 3};
  return {};
}

/// Takes one sequence off `bytes`, or as much of it as is well-formed, which U+FFFD replaces.
std::string_view TakeSequence(std::string_view& bytes) {
  Followers followers = FollowersOf(static_cast<unsigned char>(bytes[0]));
  std::size_t size = 1;
  bool whole = followers.count > 0;
  for (; whole && size <= followers.count; ++size, followers.low = 0x80, followers.high = 0xBF) {
    const auto byte = static_cast<unsigned char>(size < bytes.size() ? bytes[size] : 0);
    if (byte < followers.low || byte > followers.high) {
      whole = false;
      break;
    }
  }
  const std::string_view sequence = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return whole ? sequence : "\xEF\xBF\xBD";
}

bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void AppendEscaped(std::string& text, char c) {
  constexpr std::string_view kSpecial = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  text += '\\';
  if (const std::size_t at = kSpecial.find(c); at != std::string_view::npos) {
    text += kLetters[at];
    return;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  text += "u00";
  text += kHex[byte >> 4U];
  text += kHex[byte & 0xFU];
}

template <typename Number>
void AppendNumber(std::string& text, Number number) {
  std::array<char, std::numeric_limits<Number>::digits10 + 2> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

}  // namespace

void JsonWriter::StartLine() {
  text_ += '\n';
  text_.append(2 * depth_, ' ');
}

/// What stands between this value or key and the one before.
void JsonWriter::StartValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!after_bracket_) text_ += ',';
  after_bracket_ = false;
  if (!OnOneLine()) StartLine();
}

void JsonWriter::Begin(char bracket, JsonLayout layout) {
  StartValue();
  text_ += bracket;
  ++depth_;
  after_bracket_ = true;
  if (layout == JsonLayout::kLine && !OnOneLine()) line_depth_ = depth_;
}

void JsonWriter::End(char bracket) {
  const bool line = OnOneLine();
  if (depth_ == line_depth_) line_depth_ = kNoLine;
  --depth_;
  if (!after_bracket_ && !line) StartLine();
  after_bracket_ = false;
  text_ += bracket;
}

void JsonWriter::Key(std::string_view key) {
  StartValue();
  text_ += '"';
  text_ += key;
  text_ += OnOneLine() ? "\":" : "\": ";
  after_key_ = true;
}

void JsonWriter::String(std::string_view text) {
  StartValue();
  text_ += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && IsPlain(text[plain])) ++plain;
    text_ += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (static_cast<unsigned char>(text[0]) >= 0x80) {
      text_ += TakeSequence(text);
    } else {
      AppendEscaped(text_, text[0]);
      text.remove_prefix(1);
    }
  }
  text_ += '"';
}

void JsonWriter::Scalar(std::string_view text) {
  StartValue();
  text_ += text;
}

void JsonWriter::Signed(std::int64_t number) {
  StartValue();
  AppendNumber(text_, number);
}

void JsonWriter::Unsigned(std::uint64_t number) {
  StartValue();
  AppendNumber(text_, number);
}

std::string JsonWriter::Finish() && {
  if (line_depth_ == kNoLine) text_ += '\n';
  return std::move(text_);
}

}  // namespace headroom
