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

/// Whether a byte that is no ASCII stands outside of quotes and comments, where TOML has none. The
/// library asks there for the kind of the character, and runs off the end of a switch (seen with
/// toml++ 3.3.0 and the undefined-behaviour sanitizer). `quote` is carried from line to line.
bool HasStrayCharacter(std::string_view line, char& quote) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '"' && c == '\\') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '#') {
      return false;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<toml::table> ParseToml(std::string_view text, std::string_view where) {
  std::string_view rest = text;
  char quote = 0;
  for (std::uint32_t number = 1; const auto line = TakeLine(rest); ++number) {
    if (std::ranges::count(*line, '.') > kMostDots) {
      return BrokenAt(where, number, 1, "has more than 1000 dots, expected a key of fewer parts");
    }
    if (HasStrayCharacter(*line, quote)) {
      return BrokenAt(where, number, 1, "has a character outside of quotes that is no ASCII");
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
