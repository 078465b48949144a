#include "cli/install/unified_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kContext = 3;

using Lines = std::vector<std::string_view>;

/// With their line ends; the last one may have none.
Lines LinesOf(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

/// A run of lines that differ: `removed` of the old ones from `old_at` on by `added` new ones.
struct Change {
  std::size_t old_at = 0;
  std::size_t removed = 0;
  std::size_t new_at = 0;
  std::size_t added = 0;
};

/// Edits are a few lines in a large file: what is the same at both ends is passed over, and the
/// rest is one change. It is not the shortest one where two far places differ.
Change ChangeBetween(const Lines& before, const Lines& after) {
  const std::size_t most = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < most && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < most - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  return {.old_at = head,
          .removed = before.size() - head - tail,
          .new_at = head,
          .added = after.size() - head - tail};
}

/// Tabs, backslashes and line ends (CR LF too) as they are: they move nothing, and patch needs
/// them.
std::string Shown(std::string_view line) {
  const std::string_view end = line.ends_with("\r\n") ? "\r\n" : line.ends_with('\n') ? "\n" : "";
  line.remove_suffix(end.size());
  std::string shown;
  while (!line.empty()) {
    const std::size_t plain = std::min(line.find_first_of("\t\\"), line.size());
    shown += EscapedForPeople(line.substr(0, plain));
    line.remove_prefix(plain);
    if (line.empty()) break;
    shown += line.front();
    line.remove_prefix(1);
  }
  return shown.append(end);
}

void Append(std::string& text, char mark, std::string_view line) {
  text += mark;
  text += Shown(line);
  if (!line.ends_with('\n')) text += "\n\\ No newline at end of file\n";
}

/// "12,3"; a range without lines is named by the line before it.
std::string Range(std::size_t first, std::size_t count) {
  if (count == 1) return std::to_string(first + 1);
  return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

std::string Hunk(const Lines& before, const Lines& after, const Change& change) {
  const std::size_t lead = std::min(change.old_at, kContext);
  const std::size_t behind = change.old_at + change.removed;
  const std::size_t trail = std::min(before.size() - behind, kContext);
  std::string text =
      fmt::format("@@ -{} +{} @@\n", Range(change.old_at - lead, lead + change.removed + trail),
                  Range(change.new_at - lead, lead + change.added + trail));
  for (std::size_t i = change.old_at - lead; i < change.old_at; ++i) Append(text, ' ', before[i]);
  for (std::size_t i = change.old_at; i < behind; ++i) Append(text, '-', before[i]);
  for (std::size_t i = 0; i < change.added; ++i) Append(text, '+', after[change.new_at + i]);
  for (std::size_t i = behind; i < behind + trail; ++i) Append(text, ' ', before[i]);
  return text;
}

}  // namespace

std::string UnifiedDiff(std::string_view path, std::optional<std::string_view> before,
                        std::optional<std::string_view> after) {
  if (before == after) return "";
  const std::string name = EscapedForPeople(path);
  std::string text =
      fmt::format("--- {}\n+++ {}\n", before ? name : "/dev/null", after ? name : "/dev/null");
  const Lines old_lines = LinesOf(before.value_or(""));
  const Lines new_lines = LinesOf(after.value_or(""));
  if (old_lines == new_lines) return text;  // an empty file comes or goes
  return text + Hunk(old_lines, new_lines, ChangeBetween(old_lines, new_lines));
}

}  // namespace headroom
