#pragma once

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "container/enrolment.h"
#include "fix/fix.h"
#include "policy/decide.h"

namespace headroom {

/// One finding for the record; no fix was tried yet.
[[nodiscard]] FindingRecord ToRecord(const Finding& finding);
/// The same with what became of its fixes.
[[nodiscard]] FindingRecord ToRecord(const Finding& finding,
                                     const std::vector<FixOutcome>& outcomes);

/// Microseconds of real time since it was made or last asked.
class Stopwatch {
 public:
  [[nodiscard]] std::uint64_t Lap() {
    const auto now = std::chrono::steady_clock::now();
    const auto took = now - std::exchange(since_, now);
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace headroom
