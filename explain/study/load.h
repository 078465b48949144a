#pragma once

#include <optional>

#include "explain/study/case.h"

namespace headroom {

/// From here on memory may have been the reason for whatever was done to it.
inline constexpr double kMuchOfALimit = 0.8;

/// How much of its memory a container used when it ended.
struct Load {
  std::optional<double> share_of_limit;  ///< nullopt: it has none
  /// Little of its limit was used, none above it has a number, and a tenth of the host's memory or
  /// more was available: false also where one of these is not known.
  bool had_room = false;
};

/// nullopt: its limit is not known, or the last sample is too old to tell.
[[nodiscard]] std::optional<Load> FindLoad(const Case& the_case);

}  // namespace headroom
