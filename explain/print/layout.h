#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Columns that a text takes on a terminal, one a code point.
[[nodiscard]] std::size_t Columns(std::string_view text);

/// `text` broken at blanks into lines of at most `columns`. A word that is longer stands on a line
/// of its own, whole: paths and commands are to be copied. Never empty.
[[nodiscard]] std::vector<std::string> Wrapped(std::string_view text, std::size_t columns);

}  // namespace headroom
