#include "base/text.h"
#include "explain/advice/advice.h"
#include "explain/kinds/kinds.h"
#include "explain/kinds/parts.h"
#include "explain/words/condition_statements.h"
#include "explain/words/headline.h"
#include "explain/words/killer_statements.h"
#include "explain/words/statements.h"
#include "explain/words/unit_statements.h"
#include "explain/words/words.h"

namespace headroom {

Verdict ExplainKill(const Evidence& evidence) {
  const Case the_case = StudyCase(evidence);
  Verdict verdict = Begin(evidence);
  verdict.headline = HeadlineOf(the_case);
  verdict.cause = the_case.cause;
  verdict.confidence = the_case.confidence;
  verdict.level =
      the_case.level.kind == LevelKind::kHost ? "host" : EscapedForPeople(the_case.level.path);
  verdict.limit = the_case.level.limit;
  verdict.victim_pid = the_case.victim.pid;
  verdict.victim_comm = Shown(the_case.victim.comm);
  verdict.victim_rss = the_case.victim.rss;
  verdict.victim_is_init = the_case.victim.is_init;
  verdict.kills = the_case.kills;
  if (the_case.kills.value_or(0) > 0) verdict.killer = "kernel";
  verdict.killed_wall = the_case.killed_wall;
  if (the_case.inputs.incident) {
    verdict.init_alive = the_case.inputs.incident->init_alive;
    if (const auto& exit = the_case.inputs.incident->init_exit) verdict.exit = exit->status;
  }
  AddFigures(the_case, verdict);
  Append(verdict.statements, LimitStatements(the_case));
  Append(verdict.statements, VictimStatements(the_case));
  Append(verdict.statements, ChoiceStatements(the_case));
  Append(verdict.statements, CircumstanceStatements(the_case));
  Append(verdict.statements, HeldByStatements(the_case));
  Append(verdict.statements, NeighbourStatements(the_case));
  Append(verdict.statements, GrowthStatements(the_case));
  Append(verdict.statements, ThrashStatements(the_case));
  Append(verdict.statements, UnitStatements(the_case));
  Append(verdict.statements, LastWordsStatements(the_case));
  Append(verdict.statements, CaughtStatements(the_case));
  Append(verdict.statements, PreKillStatements(the_case));
  Append(verdict.statements, OtherKillerNotes(the_case));
  Append(verdict.statements, NoteStatements(the_case));
  SetAdvice(verdict, AdviceFor(the_case));
  return verdict;
}

}  // namespace headroom
