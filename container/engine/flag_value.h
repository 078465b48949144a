#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// The value of `--flag VALUE` or `--flag=VALUE`, where word number `at` of a command line is that
/// flag (its dashes are part of `flag`). nullopt: it is another word, or no value follows. Pure.
[[nodiscard]] std::optional<std::string> FlagValue(const std::vector<std::string_view>& words,
                                                   std::size_t at, std::string_view flag);

}  // namespace headroom
