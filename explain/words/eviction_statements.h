#pragma once

#include <string>
#include <vector>

#include "explain/study/ending.h"

namespace headroom {

/// "memory"; "ephemeral-storage (disk, not memory)".
[[nodiscard]] std::string ReclaimedText(const Eviction& eviction);

/// Behind the name: "was evicted by the kubelet to reclaim memory".
[[nodiscard]] std::string EvictedText(const Eviction& eviction);

/// What the kubelet wrote, line by line. `ending.eviction` is there.
[[nodiscard]] std::vector<Statement> EvictionStatements(const Case& the_case, const Ending& ending);

}  // namespace headroom
