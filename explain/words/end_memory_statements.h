#pragma once

#include <vector>

#include "explain/study/ending.h"

namespace headroom {

/// What memory says of an end that the OOM killer had no part in: a limit on which an allocation
/// failed, a /dev/shm that was full, that no kill was counted, and what was charged last.
[[nodiscard]] std::vector<Statement> EndMemoryStatements(const Case& the_case,
                                                         const Ending& ending);

}  // namespace headroom
