#pragma once

#include <string>
#include <vector>

#include "explain/study/case.h"

namespace headroom {

/// What helps now, in the words of the engine: sentences and, on lines of their own, commands.
/// Numbers come from the evidence, and the sentence says how.
[[nodiscard]] std::vector<std::string> AdviceFor(const Case& the_case);

/// What the policy that refused a start wants to see instead.
[[nodiscard]] std::vector<std::string> AdviceForDenial(const Enrolment& container);

}  // namespace headroom
