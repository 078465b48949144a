#pragma once

#include <string>

#include "explain/study/case.h"

namespace headroom {

/// One sentence: who was killed, by whom, when.
[[nodiscard]] std::string HeadlineOf(const Case& the_case);

}  // namespace headroom
