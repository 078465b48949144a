#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace headroom {

/// Reads what ToIso8601 writes: "2026-11-21T03:12:44.120Z", the fraction of 0 to 9 digits.
/// nullopt for any other text, a date that does not exist, or a year before 1970 or after 2200.
[[nodiscard]] std::optional<WallTime> ParseIso8601(std::string_view text);

/// A time as Go writes it (RFC 3339): UTC, or with the distance from it. nullopt for any other
/// text, and for a year before 1970, which Go has for no time at all.
[[nodiscard]] std::optional<WallTime> ParseRfc3339(std::string_view text);

}  // namespace headroom
