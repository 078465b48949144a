#include "base/json_position.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_scanner.h"

namespace headroom {
namespace {

bool Leads(const JsonWalk::Level& level, const JsonStep& step) {
  if (const auto* key = std::get_if<std::string>(&step)) return level.object && level.key == *key;
  return !level.object && level.index == std::get<std::size_t>(step);
}

/// Whether the value that the walk stands at is the one at `path`, or one around it.
bool IsOnTheWay(const JsonWalk& walk, const JsonPath& path) {
  const auto& levels = walk.levels();
  return levels.size() <= path.size() &&
         std::equal(levels.begin(), levels.end(), path.begin(), Leads);
}

}  // namespace

std::string ToText(JsonPosition position) {
  return fmt::format("line {}, column {}", position.line, position.column);
}

JsonPosition PositionAt(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_end = before.rfind('\n');
  const std::size_t line_start = line_end == std::string_view::npos ? 0 : line_end + 1;
  return {.line = lines + 1, .column = before.size() - line_start + 1};
}

JsonPosition FindJsonPosition(std::string_view text, const JsonPath& path, JsonPlace place) {
  JsonWalk walk(text);
  std::size_t depth = 0;
  std::size_t offset = 0;
  while (walk.Next()) {
    const auto& levels = walk.levels();
    if (levels.size() < depth || !IsOnTheWay(walk, path)) continue;
    depth = levels.size();
    const bool at_key =
        place == JsonPlace::kKey && depth > 0 && depth == path.size() && levels.back().object;
    offset = at_key ? levels.back().key_offset : walk.value_offset();
  }
  return PositionAt(text, offset);
}

std::vector<DuplicateKey> FindDuplicateKeys(std::string_view text, std::size_t at_most) {
  std::vector<DuplicateKey> found;
  JsonWalk walk(text);
  while (found.size() < at_most && walk.Next()) {
    if (walk.earlier_key() == std::string::npos) continue;
    found.push_back({.path = walk.Path(),
                     .position = PositionAt(text, walk.levels().back().key_offset),
                     .first = PositionAt(text, walk.earlier_key())});
  }
  return found;
}

std::size_t FindDeeperThan(std::string_view text, std::size_t levels) {
  JsonScanner scanner(text);
  std::size_t depth = 0;
  for (;;) {
    const JsonScanner::Token token = scanner.Next();
    if (token == JsonScanner::Token::kEnd) return text.size();
    if (token == JsonScanner::Token::kClose && depth > 0) --depth;
    if (token != JsonScanner::Token::kOpenObject && token != JsonScanner::Token::kOpenArray) {
      continue;
    }
    if (depth == levels) return scanner.offset();
    ++depth;
  }
}

}  // namespace headroom
