#pragma once

#include <string>
#include <vector>

#include "explain/study/alive.h"
#include "explain/verdict.h"

namespace headroom {

/// What a container that lives waits for, with the figures: nothing where it does not.
[[nodiscard]] std::vector<Statement> ConditionStatements(const Case& the_case,
                                                         const Condition& condition);

/// That it read its files again and again before it was killed; nothing where it did not.
[[nodiscard]] std::vector<Statement> ThrashStatements(const Case& the_case);

/// One sentence: who it is, what it was doing, when.
[[nodiscard]] std::string AliveHeadline(const Case& the_case, const Condition& condition);

}  // namespace headroom
