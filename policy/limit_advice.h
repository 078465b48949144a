#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "container/engine.h"
#include "container/facts.h"
#include "policy/rule.h"

namespace headroom {

/// What to type instead, as in policy/advice.h, for the limits of a cgroup other than memory.max
/// and for those that stand above the container's.

/// How to move a memory.high that somebody set to `size`. Where the engine has no option for it,
/// it was written by other means, and the advice is to take it away so that a tripwire can stand.
[[nodiscard]] std::string MoveMemoryHighAdvice(const ContainerFacts& facts, Bytes size);

}  // namespace headroom
