#pragma once

#include <vector>

#include "explain/advice/advice.h"
#include "explain/study/case.h"
#include "explain/verdict.h"

namespace headroom {

/// What the verdicts of all kinds are put together from.

/// Leaves out what has nothing to rest on.
void Append(std::vector<Statement>& statements, std::vector<Statement> more);
/// Who it is about.
[[nodiscard]] Verdict Begin(const Evidence& evidence);
/// Told apart, and together for those who do not tell it apart.
void SetAdvice(Verdict& verdict, Advice advice);
/// What was held, in parts and mappings.
void AddHeldFigures(const Case& the_case, Verdict& verdict);
/// What was held and how it grew, for programs.
void AddFigures(const Case& the_case, Verdict& verdict);

}  // namespace headroom
