#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "evidence/recorder.h"
#include "explain/study/case.h"

namespace headroom {

/// How memory grew at the end: a straight line through the last rising stretch of the samples.
struct Growth {
  double bytes_per_second = 0;
  std::chrono::nanoseconds duration{};
  double fit = 0;  ///< r^2 of the line, 0..1
  std::size_t samples = 0;
  BootTime from{};              ///< of the first sample of the stretch
  BootTime to{};                ///< of the last
  bool cache_included = false;  ///< of all that is charged, and the cache in it is not small
};

/// The samples up to the kill, oldest first.
[[nodiscard]] std::vector<Sample> SamplesUpToKill(const Case& the_case);

/// The longest stretch up to the last sample that a line describes. nullopt rather than nonsense:
/// fewer than 4 samples, a fit below 0.98, or a rise too small to matter.
[[nodiscard]] std::optional<Growth> FindGrowth(const Case& the_case);

}  // namespace headroom
