#pragma once

#include <string>

#include "explain/study/ending.h"

namespace headroom {

/// One sentence of an end that the kernel's OOM killer had no part in: how it ended, by whom, when.
[[nodiscard]] std::string EndingHeadline(const Case& the_case, const Ending& ending);

/// ", exit 137"; empty where it is not known.
[[nodiscard]] std::string ExitText(const std::optional<ExitStatus>& exit);

}  // namespace headroom
