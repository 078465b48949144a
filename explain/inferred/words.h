#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "explain/inferred/kills_of.h"
#include "explain/inferred/remark.h"
#include "explain/inferred/sources.h"
#include "explain/verdict.h"

namespace headroom {

/// What one remark is taken to say.
struct Told {
  const JournalRemark* remark;  ///< borrowed
  RemarkKind kind;
};
/// Those of `id` that were made during its run, and of stopping and killing only what was asked
/// shortly before its end. Of kills inside it the last alone: there may be any number.
[[nodiscard]] std::vector<Told> RemarksOf(const InferredSources& sources, std::string_view id);

/// "ended with status 137, 2026-11-21 03:12:44 UTC", "is running", that it has never run, or that
/// what became of it is not known.
[[nodiscard]] std::string FateText(const EngineState& engine);

/// Each zero or more statements; of an engine that is not known: none.
[[nodiscard]] std::vector<Statement> EndStatements(const InferredSources& sources);
[[nodiscard]] std::vector<Statement> FlagStatements(const InferredSources& sources,
                                                    const KillsOf& kills);
[[nodiscard]] std::vector<Statement> RemarkStatements(const std::vector<Told>& told);
/// How far back the log reaches, what it lacks, which logs could not be read.
[[nodiscard]] std::vector<Statement> ReachStatements(const InferredSources& sources,
                                                     const KillsOf& kills);
/// What the program itself said of memory, quoted; it proves nothing.
[[nodiscard]] std::vector<Statement> LastWordsStatements(const InferredSources& sources);
/// Kills in its cgroup before it was started last.
[[nodiscard]] std::vector<Statement> EarlierRunStatements(const KillsOf& kills);
/// Kills of whom it is not known whether they were this container's.
[[nodiscard]] std::vector<Statement> UnplacedStatements(const KillsOf& kills);

}  // namespace headroom
