#include <fmt/format.h>

#include "explain/kinds/kinds.h"
#include "explain/kinds/parts.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {

Verdict ExplainKilled(const Evidence& evidence) {
  const Case the_case = StudyCase(evidence);
  Verdict verdict = Begin(evidence);
  verdict.confidence = the_case.confidence;
  verdict.cause = Cause::kUnknown;
  verdict.headline =
      fmt::format("{} was killed, and not by the kernel's OOM killer", WhoText(evidence.container));
  Append(verdict.statements, HeldByStatements(the_case));
  Append(verdict.statements, CaughtStatements(the_case));
  Append(verdict.statements, NoteStatements(the_case));
  return verdict;
}

}  // namespace headroom
