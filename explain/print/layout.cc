#include "explain/print/layout.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace headroom {

namespace {

/// Whether the word is the unit of the number before it: the two stay on one line.
bool IsUnitAfter(std::string_view before, std::string_view word) {
  constexpr std::array<std::string_view, 10> kUnits = {"%",   "B",  "KiB", "MiB", "GiB",
                                                       "TiB", "ms", "s",   "min", "UTC"};
  while (!word.empty() && std::string_view(",;:.)").find(word.back()) != std::string_view::npos) {
    word.remove_suffix(1);
  }
  if (word.ends_with("/s")) word.remove_suffix(2);
  const bool number = !before.empty() && before.back() >= '0' && before.back() <= '9';
  return number && std::ranges::find(kUnits, word) != kUnits.end();
}

/// Words that may begin a line: a number takes its unit along.
std::vector<std::string> UnbreakableWords(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : Words(text)) {
    if (!words.empty() && IsUnitAfter(words.back(), word)) {
      words.back().append(" ").append(word);
    } else {
      words.emplace_back(word);
    }
  }
  return words;
}

}  // namespace

std::size_t Columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::vector<std::string> Wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  for (const std::string& word : UnbreakableWords(text)) {
    const std::size_t used = Columns(lines.back());
    if (used > 0 && used + 1 + Columns(word) > columns) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

}  // namespace headroom
