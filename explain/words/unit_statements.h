#pragma once

#include <vector>

#include "explain/study/case.h"
#include "explain/verdict.h"

namespace headroom {

/// What systemd made of the end of its unit: its Result=, as systemd wrote it, and what its
/// OOMPolicy= means. None for what is no unit.
[[nodiscard]] std::vector<Statement> UnitStatements(const Case& the_case);

}  // namespace headroom
