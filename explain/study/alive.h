#pragma once

#include <optional>

#include "explain/study/case.h"
#include "explain/study/samples.h"

namespace headroom {

/// What a container that lives is doing to its memory, or its memory to it.
struct Condition {
  Cause cause = Cause::kNotKilled;    ///< or kCacheThrash, kThrottledStart, kThrottledStuck
  std::optional<Strain> strain;       ///< over the last samples
  std::optional<Bytes> foreign_high;  ///< memory.high, where somebody else has set it to a number
  /// memory.high, where mode throttle has put it, or had until it was lifted for a stall.
  std::optional<Bytes> policy_high;
  std::optional<Bytes> reread;  ///< a second: of files that reclaim had just dropped
};

/// kThrottledStuck: memory.high is somebody's (not our tripwire's), is passed, and all processes
/// wait for it four tenths of the time; kThrottledStart: so in the container's first minute, when a
/// quarter is enough. kCacheThrash: much of what is read was dropped a moment before, all processes
/// wait for it, and what reclaim could not free is well below the limit. One figure that is not
/// known, and it is not said.
[[nodiscard]] Condition FindCondition(const Case& the_case);

}  // namespace headroom
