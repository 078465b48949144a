#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace headroom {

/// Whole steps of a scale. Amounts are powers of two times 1, 2 or 4 KiB and the like; times are
/// those of a clock.

/// 0 and multiples of the step that gives at most `most` of them up to `top`, ascending.
[[nodiscard]] std::vector<Bytes> ByteTicks(Bytes top, std::size_t most);

/// 0 and multiples of the step that gives at most `most` within `span`, ascending.
[[nodiscard]] std::vector<std::chrono::nanoseconds> TimeTicks(std::chrono::nanoseconds span,
                                                              std::size_t most);

/// "5 s", "2 min", "1 h", "0.5 s" for a tick.
[[nodiscard]] std::string TickText(std::chrono::nanoseconds tick);

}  // namespace headroom
