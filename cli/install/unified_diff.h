#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headroom {

/// What a change of a file would be, as `diff -u` prints it and `patch` takes it: three lines of
/// context, "/dev/null" for the side where there is no file. Empty where nothing changes. Control
/// characters that could move a terminal's cursor are shown as \xNN. Pure.
[[nodiscard]] std::string UnifiedDiff(std::string_view path, std::optional<std::string_view> before,
                                      std::optional<std::string_view> after);

}  // namespace headroom
