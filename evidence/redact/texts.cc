#include "evidence/redact/texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace headroom {
namespace {

/// Address range, permissions, offset, device and inode stand before a mapping's name.
constexpr std::size_t kWordsBeforeName = 5;

/// What is left of a line when so many words are taken off, without blanks in front of it.
std::string_view Behind(std::string_view line, std::size_t words) {
  for (std::size_t i = 0; i < words; ++i) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    line.remove_prefix(std::min(line.find(' '), line.size()));
  }
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line;
}

/// "7f00-7f01" of hexadecimal digits.
bool IsRange(std::string_view word) {
  const std::size_t dash = word.find('-');
  return dash != std::string_view::npos && dash != 0 && dash + 1 < word.size() &&
         word.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

std::string RedactedMapping(std::string_view line, const std::vector<std::string_view>& words,
                            Pseudonyms& names) {
  std::string text;
  for (std::size_t i = 0; i < kWordsBeforeName; ++i) {
    text += fmt::format("{}{}", words[i], i + 1 == kWordsBeforeName ? "" : " ");
  }
  const std::string name = names.File(Behind(line, kWordsBeforeName));
  return name.empty() ? text + " \n" : fmt::format("{} {}\n", text, name);
}

constexpr std::array<std::string_view, 26> kStatusKeys = {
    "State",   "Tgid",     "Pid",          "PPid",        "Uid",   "Gid",   "FDSize",
    "VmPeak",  "VmSize",   "VmLck",        "VmPin",       "VmHWM", "VmRSS", "RssAnon",
    "RssFile", "RssShmem", "VmData",       "VmStk",       "VmExe", "VmLib", "VmPTE",
    "VmSwap",  "Threads",  "HugetlbPages", "CoreDumping", "Umask"};

}  // namespace

std::string RedactedSmaps(std::string_view text, Pseudonyms& names) {
  std::string redacted;
  while (const auto line = TakeLine(text)) {
    const std::vector<std::string_view> words = Words(*line);
    if (words.empty()) continue;
    if (words.size() >= kWordsBeforeName && IsRange(words[0])) {
      redacted += RedactedMapping(*line, words, names);
    } else if (words[0].ends_with(':')) {
      redacted += fmt::format("{}\n", *line);
    }
  }
  return redacted;
}

std::string RedactedStatus(std::string_view text, Pseudonyms* names) {
  std::string redacted;
  while (const auto line = TakeLine(text)) {
    const std::size_t colon = line->find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = line->substr(0, colon);
    if (key == "Name" && names != nullptr) {
      redacted += fmt::format("Name:\t{}\n", names->Process(Trimmed(line->substr(colon + 1))));
    } else if (key == "Name" || std::ranges::find(kStatusKeys, key) != kStatusKeys.end()) {
      redacted += fmt::format("{}\n", *line);
    }
  }
  return redacted;
}

std::string RedactedVersion(std::string_view text) {
  const std::vector<std::string_view> words = Words(text.substr(0, text.find('\n')));
  if (words.size() < 3 || words[0] != "Linux") return "redacted\n";
  return fmt::format("{} {} {}\n", words[0], words[1], words[2]);
}

}  // namespace headroom
