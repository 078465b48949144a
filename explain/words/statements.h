#pragma once

#include <string>
#include <vector>

#include "explain/study/case.h"
#include "explain/study/last_words.h"
#include "explain/verdict.h"

namespace headroom {

/// Each puts one part of a case into words, as zero or more statements: nothing is said without a
/// recorded file to rest on.

[[nodiscard]] std::vector<Statement> LimitStatements(const Case& the_case);
[[nodiscard]] std::vector<Statement> VictimStatements(const Case& the_case);
/// Why this one and not a larger one, and who asked, where that was another process of the
/// container.
[[nodiscard]] std::vector<Statement> ChoiceStatements(const Case& the_case);
/// What the memory was: parts of the cgroup, mappings of the victim, shared memory, others.
[[nodiscard]] std::vector<Statement> HeldByStatements(const Case& the_case);
/// Which kernel memory it was, where that held most. Part of "held by".
[[nodiscard]] std::vector<Statement> KernelStatements(const Case& the_case);
/// The two largest holders of shared memory, of whichever kind. Part of "held by".
[[nodiscard]] std::vector<Statement> SharedStatements(const Case& the_case);
/// Whom the memory was shared with, where it was not the container's own limit: who asked for the
/// last page, and who held most.
[[nodiscard]] std::vector<Statement> NeighbourStatements(const Case& the_case);
/// What stood around it: a start that failed, swap that was used up, memory nodes, pieces.
[[nodiscard]] std::vector<Statement> CircumstanceStatements(const Case& the_case);
/// Where the victim had it: its largest groups of mappings. Part of "held by".
[[nodiscard]] std::vector<Statement> MappingStatements(const Case& the_case);
/// What the figures together show, each with what shows it: many small processes, memory that
/// forked ones no longer share, address space that was only reserved, locked memory, a heap that
/// policy found too large. Part of "held by".
[[nodiscard]] std::vector<Statement> ShapeStatements(const Case& the_case);
/// What other tools showed at that moment, where it differs by a tenth of the limit or more.
[[nodiscard]] std::vector<Statement> TopSaidStatements(const Case& the_case);
[[nodiscard]] std::vector<Statement> GrowthStatements(const Case& the_case);
/// What the container's own log said of memory shortly before the end, quoted: anybody can print
/// those words. One statement at the most.
[[nodiscard]] std::vector<Statement> LastWordsStatements(const Case& the_case);
[[nodiscard]] Statement SaidLast(const LastWords& words, std::string evidence);
/// How good the evidence is: when it was taken, and what is missing.
[[nodiscard]] std::vector<Statement> CaughtStatements(const Case& the_case);
/// What was done before the kill, where its policy wants anything done.
[[nodiscard]] std::vector<Statement> PreKillStatements(const Case& the_case);
[[nodiscard]] std::vector<Statement> NoteStatements(const Case& the_case);

}  // namespace headroom
