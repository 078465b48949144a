#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace headroom {

/// "30d", "12h", "90m", "45s": a whole number and its unit, at most a hundred years.
[[nodiscard]] std::optional<std::chrono::seconds> ParseAge(std::string_view text);

/// As ParseAge reads it back to the same, in the largest unit that fits: "30d", "36h".
[[nodiscard]] std::string AgeText(std::chrono::seconds age);

}  // namespace headroom
