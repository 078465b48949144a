#include "container/engine/flag_value.h"

namespace headroom {

std::optional<std::string> FlagValue(const std::vector<std::string_view>& words, std::size_t at,
                                     std::string_view flag) {
  std::string_view word = words[at];
  if (!word.starts_with(flag)) return std::nullopt;
  word.remove_prefix(flag.size());
  if (word.starts_with('=')) return std::string(word.substr(1));
  if (!word.empty() || at + 1 >= words.size()) return std::nullopt;
  return std::string(words[at + 1]);
}

}  // namespace headroom
