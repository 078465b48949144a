#include "base/text.h"
#include "explain/advice/advice.h"
#include "explain/kinds/kinds.h"
#include "explain/kinds/parts.h"
#include "explain/words/end_memory_statements.h"
#include "explain/words/ending_headline.h"
#include "explain/words/killer_statements.h"
#include "explain/words/statements.h"
#include "explain/words/stop_request_statements.h"
#include "explain/words/unit_statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// The end was seen; who stands behind it may be concluded only.
Confidence ConfidenceOf(const Case& the_case, const Ending& ending) {
  if (the_case.confidence != Confidence::kObserved || !ending.exit) return Confidence::kInferred;
  if (ending.cause == Cause::kShmFull || ending.cause == Cause::kAllocFailed ||
      ending.cause == Cause::kEvicted) {
    return Confidence::kInferred;
  }
  const bool unseen = ending.exit->signal.has_value() && ending.kill() == nullptr;
  return unseen ? Confidence::kInferred : Confidence::kObserved;
}

std::string KillerOf(const Ending& ending) {
  if (ending.cause == Cause::kAllocFailed) return "";
  if (const SentSignal* kill = ending.kill()) return kill->sender ? "process" : "kernel";
  return ending.cause == Cause::kUserspaceKiller ? "process" : "";
}

std::optional<KillerProcess> KillerProcessOf(const Ending& ending) {
  const SentSignal* kill = ending.kill();
  if (ending.cause == Cause::kAllocFailed) return std::nullopt;
  if (kill == nullptr && ending.cause == Cause::kUserspaceKiller) {
    return KillerProcess{.comm = "systemd-oomd"};
  }
  if (kill == nullptr || !kill->sender) return std::nullopt;
  const SignalSender& sender = *kill->sender;
  return KillerProcess{.pid = sender.process.pid,
                       .comm = Shown(sender.process.comm),
                       .exe = Shown(sender.process.exe),
                       .unit = Shown(sender.unit),
                       .cgroup = Shown(sender.cgroup),
                       .via = Shown(kill->via)};
}

std::vector<Statement> UnreadableNotes(const Case& the_case) {
  std::vector<Statement> notes;
  notes.reserve(the_case.inputs.unreadable.size());
  for (const UnreadableFile& file : the_case.inputs.unreadable) {
    notes.push_back({.label = "note",
                     .text = "could not be understood and was left out: " + Shown(file.why),
                     .evidence = file.file});
  }
  return notes;
}

}  // namespace

Verdict ExplainKilled(const Evidence& evidence) {
  const Case the_case = StudyCase(evidence);
  const Ending ending = StudyEnding(the_case);
  Verdict verdict = Begin(evidence);
  verdict.headline = EndingHeadline(the_case, ending);
  verdict.cause = ending.cause;
  verdict.confidence = ConfidenceOf(the_case, ending);
  verdict.killer = KillerOf(ending);
  verdict.killer_process = KillerProcessOf(ending);
  verdict.exit = ending.exit;
  verdict.killed_wall = the_case.killed_wall;
  if (the_case.inputs.incident) verdict.init_alive = the_case.inputs.incident->init_alive;
  AddFigures(the_case, verdict);
  Append(verdict.statements, KillerStatements(the_case, ending));
  Append(verdict.statements, StopRequestStatements(the_case, ending));
  Append(verdict.statements, EndMemoryStatements(the_case, ending));
  Append(verdict.statements, UnitStatements(the_case));
  Append(verdict.statements, LastWordsStatements(the_case));
  if (the_case.inputs.snapshot) {
    Append(verdict.statements, HeldByStatements(the_case));
    Append(verdict.statements, CaughtStatements(the_case));
  }
  Append(verdict.statements, UnreadableNotes(the_case));
  SetAdvice(verdict, EndingAdvice(the_case, ending));
  return verdict;
}

}  // namespace headroom
