#include "kernel/log/cursor.h"

#include <algorithm>

#include "base/text.h"

namespace headroom {

bool Cursor::Take(std::string_view prefix) {
  if (!rest_.starts_with(prefix)) return false;
  rest_.remove_prefix(prefix.size());
  return true;
}

void Cursor::SkipBlanks() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
}

std::optional<std::uint64_t> Cursor::Number(std::size_t most) {
  const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
  if (end > most) return std::nullopt;
  const auto number = ParseUint64(rest_.substr(0, end));
  if (number) rest_.remove_prefix(end);
  return number;
}

std::string_view Cursor::Word() {
  const std::string_view word = rest_.substr(0, std::min(rest_.find(' '), rest_.size()));
  rest_.remove_prefix(word.size());
  return word;
}

std::optional<std::size_t> Cursor::OneOf(std::span<const std::string_view> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (Take(names[i])) return i;
  }
  return std::nullopt;
}

}  // namespace headroom
