#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/bytes.h"
#include "base/clock.h"
#include "container/enrolment/throttle.h"
#include "evidence/stall.h"

namespace headroom {

/// Whether a container that is throttled makes no progress any more: over the last `stall_grace`
/// all its processes waited for memory `stall_limit` of the time or more; or a quarter of that,
/// while each second a hundredth of what it may hold was read again just after reclaim had dropped
/// it (as much as a verdict calls cache-thrash). Pure. One thread.
class StallBreaker {
 public:
  explicit StallBreaker(const Throttle& throttle) : throttle_(throttle) {}

  /// One look. `stalled` and `refaults` are cumulative; without the first nothing is known, and
  /// what was seen before is forgotten. A counter that went back is another cgroup's.
  [[nodiscard]] std::optional<StallRecord> Observe(BootTime now,
                                                   std::optional<std::chrono::microseconds> stalled,
                                                   std::optional<std::uint64_t> refaults,
                                                   Bytes high);
  void Forget() { seen_.clear(); }

 private:
  struct Seen {
    BootTime at{};
    std::chrono::microseconds stalled{};
    std::optional<std::uint64_t> refaults;
  };
  [[nodiscard]] StallRecord Measure(Bytes high) const;

  Throttle throttle_;
  std::deque<Seen> seen_;  ///< oldest first; the first is the last one a whole grace ago, if any is
};

}  // namespace headroom
