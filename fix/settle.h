#pragma once

#include <optional>
#include <vector>

#include "container/enrolment/enrolment.h"
#include "fix/fix.h"
#include "policy/decide.h"

namespace headroom {

/// What came of a decision that allows the start, once its fixes are made.
struct Settled {
  std::vector<FindingRecord> records;  ///< one for each rule that was not kept, with its fixes
  Decision decision;  ///< the last round's; a rule that was broken in any round counts as broken
  std::optional<Finding> denial;  ///< the container is refused as it is now
};

/// Does what policy asked to fix, and judges again what came of it: a limit that a fix has set
/// makes other settings too large, or is too small for what policy refuses. Ends when a round has
/// changed nothing, and after a few in any case. What was found before and is still the same is
/// neither tried nor told again. `facts` is brought up to date.
[[nodiscard]] Settled Settle(const FixContext& context, const Policy& policy, Decision decision,
                             ContainerFacts& facts);

}  // namespace headroom
