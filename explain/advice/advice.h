#pragma once

#include <string>
#include <vector>

#include "explain/study/alive.h"
#include "explain/study/case.h"
#include "explain/study/ending.h"

namespace headroom {

/// What to do, in the words of the engine: sentences and, on lines of their own that begin with two
/// blanks, commands. Numbers come from the evidence, and the sentence says how.
struct Advice {
  std::vector<std::string> now;   ///< what helps at once
  std::vector<std::string> cure;  ///< what keeps it from coming back
};

[[nodiscard]] Advice AdviceFor(const Case& the_case);

/// Of a container that lives: empty where nothing is to be done.
[[nodiscard]] Advice AdviceForAlive(const Case& the_case, const Condition& condition);

/// Of one that the kernel's OOM killer did not end.
[[nodiscard]] Advice EndingAdvice(const Case& the_case, const Ending& ending);

/// What the policy that refused a start wants to see instead.
[[nodiscard]] std::vector<std::string> AdviceForDenial(const Enrolment& container);

}  // namespace headroom
