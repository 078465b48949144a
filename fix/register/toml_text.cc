#include "fix/register/toml_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::ptrdiff_t kMostDots = 1000;  // seen: 2000 are fine, 200000 are not

std::unexpected<Error> BrokenAt(std::string_view where, std::uint32_t line, std::uint32_t column,
                                std::string_view what) {
  return Malformed(where,
                   fmt::format("line {}, column {}: {}", line, column, EscapedForPeople(what)));
}

}  // namespace

Result<toml::table> ParseToml(std::string_view text, std::string_view where) {
  std::string_view rest = text;
  for (std::uint32_t number = 1; const auto line = TakeLine(rest); ++number) {
    if (std::ranges::count(*line, '.') > kMostDots) {
      return BrokenAt(where, number, 1, "has more than 1000 dots, expected a key of fewer parts");
    }
  }
  auto parsed = toml::parse(text);
  if (parsed) return std::move(parsed).table();
  const toml::source_position at = parsed.error().source().begin;
  return BrokenAt(where, at.line, at.column, parsed.error().description());
}

const toml::table* TomlTableAt(const toml::table& root,
                               std::initializer_list<std::string_view> path) {
  const toml::table* table = &root;
  for (const std::string_view key : path) {
    table = table == nullptr ? nullptr : table->get_as<toml::table>(key);
  }
  return table;
}

}  // namespace headroom
