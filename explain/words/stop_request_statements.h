#pragma once

#include <vector>

#include "explain/study/ending.h"

namespace headroom {

/// Of a container that SIGKILL ended: whether it was asked to stop before, and how long before. One
/// statement at the most; none where that is not known.
[[nodiscard]] std::vector<Statement> StopRequestStatements(const Case& the_case,
                                                           const Ending& ending);

}  // namespace headroom
