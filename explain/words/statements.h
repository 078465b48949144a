#pragma once

#include <vector>

#include "explain/study/case.h"
#include "explain/verdict.h"

namespace headroom {

/// Each puts one part of a case into words, as zero or more statements: nothing is said without a
/// recorded file to rest on.

[[nodiscard]] std::vector<Statement> LimitStatements(const Case& the_case);
[[nodiscard]] std::vector<Statement> VictimStatements(const Case& the_case);
/// What the memory was: parts of the cgroup, mappings of the victim, files on /dev/shm, others.
[[nodiscard]] std::vector<Statement> HeldByStatements(const Case& the_case);
/// What stood around it: a start that failed, swap that was used up, memory nodes, pieces.
[[nodiscard]] std::vector<Statement> CircumstanceStatements(const Case& the_case);
[[nodiscard]] std::vector<Statement> GrowthStatements(const Case& the_case);
/// How good the evidence is: when it was taken, and what is missing.
[[nodiscard]] std::vector<Statement> CaughtStatements(const Case& the_case);
[[nodiscard]] std::vector<Statement> NoteStatements(const Case& the_case);

}  // namespace headroom
