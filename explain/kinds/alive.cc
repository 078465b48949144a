#include <fmt/format.h>

#include "explain/kinds/kinds.h"
#include "explain/kinds/parts.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {

Verdict ExplainAlive(const Evidence& evidence) {
  const Case the_case = StudyCase(evidence);
  Verdict verdict = Begin(evidence);
  verdict.confidence = the_case.confidence;
  const bool stalled = evidence.kind == BundleKind::kStall;
  verdict.cause = stalled ? Cause::kThrottledStuck : Cause::kNotKilled;
  verdict.headline = fmt::format("{} {}", WhoText(evidence.container),
                                 stalled ? "stood still at its memory limit" : "was alive");
  Append(verdict.statements, HeldByStatements(the_case));
  Append(verdict.statements, CaughtStatements(the_case));
  Append(verdict.statements, NoteStatements(the_case));
  return verdict;
}

}  // namespace headroom
