#include "explain/study/alive.h"
#include "base/text.h"
#include "explain/advice/advice.h"
#include "explain/kinds/kinds.h"
#include "explain/kinds/parts.h"
#include "explain/words/condition_statements.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// Whoever wrote a stall has seen it; the samples only tell what kind it was.
Condition ConditionOf(const Case& the_case) {
  Condition condition = FindCondition(the_case);
  if (the_case.evidence().kind != BundleKind::kStall) return condition;
  const auto& incident = the_case.inputs.incident;
  if (incident && incident->stall && incident->stall->reason == StallRecord::Reason::kRereading) {
    condition.cause = Cause::kCacheThrash;
  } else if (condition.cause != Cause::kThrottledStart) {
    condition.cause = Cause::kThrottledStuck;
  }
  return condition;
}

}  // namespace

Verdict ExplainAlive(const Evidence& evidence) {
  const Case the_case = StudyCase(evidence);
  const Condition condition = ConditionOf(the_case);
  Verdict verdict = Begin(evidence);
  verdict.confidence = the_case.confidence;
  verdict.cause = condition.cause;
  verdict.headline = AliveHeadline(the_case, condition);
  verdict.limit = the_case.level.limit;
  if (verdict.limit) verdict.level = EscapedForPeople(the_case.level.path);
  if (the_case.inputs.incident) verdict.init_alive = the_case.inputs.incident->init_alive;
  AddFigures(the_case, verdict);
  verdict.snapshot_age.reset();  // before a kill, and there was none
  Append(verdict.statements, LimitStatements(the_case));
  Append(verdict.statements, ConditionStatements(the_case, condition));
  Append(verdict.statements, HeldByStatements(the_case));
  Append(verdict.statements, GrowthStatements(the_case));
  Append(verdict.statements, LastWordsStatements(the_case));
  Append(verdict.statements, CaughtStatements(the_case));
  Append(verdict.statements, NoteStatements(the_case));
  SetAdvice(verdict, AdviceForAlive(the_case, condition));
  return verdict;
}

}  // namespace headroom
