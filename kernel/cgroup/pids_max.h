#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace headroom {

/// Text of pids.max: "max" (nullopt: no limit) or a number of processes and threads. Pure.
/// kMalformed otherwise.
[[nodiscard]] Result<std::optional<std::uint64_t>> ParsePidsMax(std::string_view text);

}  // namespace headroom
