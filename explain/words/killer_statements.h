#pragma once

#include <vector>

#include "explain/study/ending.h"

namespace headroom {

/// How the container's init ended, who sent what ended it, for what the kubelet evicted it, and
/// what had been ended inside before.
[[nodiscard]] std::vector<Statement> KillerStatements(const Case& the_case, const Ending& ending);

/// Beside a kill of the OOM killer: who sent SIGKILL to a process of the container as well.
[[nodiscard]] std::vector<Statement> OtherKillerNotes(const Case& the_case);

}  // namespace headroom
