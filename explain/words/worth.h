#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "explain/study/case.h"

namespace headroom {

/// The limit that what was held is compared with: that of the level that was met, unless it was the
/// host's. nullopt: not known.
[[nodiscard]] std::optional<Limit> ComparedWith(const Case& the_case);

/// Whether it is an answer to what held the memory: 5 % of that limit, 1 MiB without one.
[[nodiscard]] bool IsWorthNaming(const Case& the_case, Bytes part);

/// " (12 s before the kill)" where that is too old to pass for the kill; else empty.
[[nodiscard]] std::string OldAgeText(std::optional<std::chrono::nanoseconds> age);

}  // namespace headroom
