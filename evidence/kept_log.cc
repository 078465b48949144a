#include "evidence/kept_log.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "evidence/redaction.h"
#include "evidence/wall_text.h"

namespace headroom {
namespace {

constexpr std::size_t kMostLines = 2000;

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// What EscapedForPeople has written.
std::string Unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool may_be = text.substr(i).starts_with("\\x") && i + 3 < text.size();
    const int high = may_be ? DigitOf(text[i + 2]) : -1;
    const int low = may_be ? DigitOf(text[i + 3]) : -1;
    if (high < 0 || low < 0) {
      bytes += text[i];
    } else {
      bytes += static_cast<char>(high * 16 + low);
      i += 3;
    }
  }
  return bytes;
}

/// Words are never empty there, nor do they look like a header, so that a line can be read back.
std::string Word(std::string_view text) {
  std::string escaped = EscapedForPeople(text);
  const bool is_word =
      !escaped.empty() && escaped.front() != '#' && escaped.find(' ') == std::string::npos;
  return is_word ? std::move(escaped) : "-";
}

ContainerLine ParseLine(std::string_view text) {
  const std::size_t stamp = text.find(' ');
  const std::size_t stream = stamp == std::string_view::npos ? stamp : text.find(' ', stamp + 1);
  if (stream == std::string_view::npos) return {};
  ContainerLine line{.stamp = Unescaped(text.substr(0, stamp)),
                     .at = {},
                     .stream = Unescaped(text.substr(stamp + 1, stream - stamp - 1)),
                     .text = Unescaped(text.substr(stream + 1))};
  line.at = ParseRfc3339(line.stamp);
  return line;
}

}  // namespace

std::string SerializeKeptLines(const std::vector<ContainerLine>& lines) {
  std::string text;
  for (const ContainerLine& line : lines) {
    text +=
        fmt::format("{} {} {}\n", Word(line.stamp), Word(line.stream), EscapedForPeople(line.text));
  }
  return text;
}

std::string SerializeKeptLog(const std::vector<ContainerLine>& lines, std::string_view source) {
  return fmt::format(
             "# The last lines that the container wrote: {}, from {}\n"
             "# Each is its time, the stream, and at most 1024 bytes of text; \\xNN is a byte that "
             "cannot "
             "be "
             "shown.\n"
             "# {} stands for what looks like a secret: values behind password=, token: and the "
             "like,\n"
             "# authorization headers, credentials in URLs, well-known kinds of tokens, private "
             "keys. "
             "That is\n"
             "# known by pattern alone: a secret that nothing marks is still there.\n",
             lines.size(), EscapedForPeople(source), kRedacted) +
         SerializeKeptLines(lines);
}

KeptLog ParseKeptLog(std::string_view text) {
  KeptLog log;
  while (text.starts_with('#') && TakeLine(text)) ++log.header;
  while (log.lines.size() < kMostLines) {
    const auto line = TakeLine(text);
    if (!line) break;
    log.lines.push_back(ParseLine(*line));
  }
  return log;
}

}  // namespace headroom
