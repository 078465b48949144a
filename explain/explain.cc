#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "explain/advice.h"
#include "explain/citation.h"
#include "explain/growth.h"
#include "explain/headline.h"
#include "explain/statements.h"
#include "explain/verdict.h"
#include "explain/words.h"

namespace headroom {
namespace {

void Append(std::vector<Statement>& statements, std::vector<Statement> more) {
  for (Statement& statement : more) {
    if (!statement.evidence.empty()) statements.push_back(std::move(statement));
  }
}

Verdict Begin(const Evidence& evidence) {
  Verdict verdict;
  verdict.container = Shown(evidence.container.DisplayName());
  verdict.bundle = EscapedForPeople(evidence.bundle_path);
  return verdict;
}

void AddFigures(const Case& the_case, Verdict& verdict) {
  verdict.snapshot_age = SnapshotAge(the_case);
  if (const auto& held = the_case.held) {
    verdict.held = HeldFigures{.anon = held->anon,
                               .shmem = held->shmem,
                               .kernel = held->kernel,
                               .cache = held->cache,
                               .cgroup = EscapedForPeople(held->cgroup),
                               .at_kill = held->at_kill,
                               .evidence = held->evidence};
  }
  if (const auto growth = FindGrowth(the_case)) {
    verdict.growth =
        GrowthFigures{.bytes_per_second = static_cast<std::uint64_t>(growth->bytes_per_second),
                      .duration = growth->duration,
                      .samples = growth->samples,
                      .fit = growth->fit};
  }
}

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
  if (the_case.inputs.incident) verdict.init_alive = the_case.inputs.incident->init_alive;
  AddFigures(the_case, verdict);
  Append(verdict.statements, LimitStatements(the_case));
  Append(verdict.statements, VictimStatements(the_case));
  Append(verdict.statements, HeldByStatements(the_case));
  Append(verdict.statements, GrowthStatements(the_case));
  Append(verdict.statements, CaughtStatements(the_case));
  Append(verdict.statements, NoteStatements(the_case));
  verdict.advice = AdviceFor(the_case);
  return verdict;
}

Verdict ExplainDenial(const Evidence& evidence) {
  const Enrolment& container = evidence.container;
  Verdict verdict = Begin(evidence);
  verdict.headline = fmt::format("{} was not started: refused by policy", WhoText(container));
  if (container.enrolled_wall.count() > 0) {
    verdict.headline += ", " + ToPersonalText(container.enrolled_wall);
  }
  verdict.cause = Cause::kDenied;
  verdict.confidence = Confidence::kObserved;
  for (const FindingRecord& finding : container.findings) {
    const std::string what =
        fmt::format("{}: {}", Shown(finding.rule), ShownSentence(finding.fact));
    Append(verdict.statements,
           {{.label = finding.action == "deny" ? "denied" : Shown(finding.action),
             .text = what,
             .evidence = Cite(evidence, "container.json", JsonMember("rule", finding.rule))}});
  }
  verdict.advice = AdviceForDenial(container);
  return verdict;
}

/// A stall or a kill by somebody else: what was recorded, without a theory about it.
Verdict ExplainOther(const Evidence& evidence) {
  const Case the_case = StudyCase(evidence);
  const std::string who = WhoText(evidence.container);
  Verdict verdict = Begin(evidence);
  verdict.confidence = the_case.confidence;
  const bool stalled = evidence.kind == BundleKind::kStall;
  verdict.cause = stalled ? Cause::kThrottledStuck : Cause::kUnknown;
  verdict.headline = stalled
                         ? fmt::format("{} stood still at its memory limit", who)
                         : fmt::format("{} was killed, and not by the kernel's OOM killer", who);
  Append(verdict.statements, HeldByStatements(the_case));
  Append(verdict.statements, CaughtStatements(the_case));
  Append(verdict.statements, NoteStatements(the_case));
  return verdict;
}

}  // namespace

Verdict Explain(const Evidence& evidence) {
  switch (evidence.kind) {
    case BundleKind::kDenied:
      return ExplainDenial(evidence);
    case BundleKind::kStall:
    case BundleKind::kKilled:
      return ExplainOther(evidence);
    case BundleKind::kOomKill:
    case BundleKind::kGroupKill:
      break;
  }
  return ExplainKill(evidence);
}

}  // namespace headroom
