#include <fmt/format.h>

#include "explain/inputs/citation.h"
#include "explain/study/spared.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// As small a process explains nothing.
constexpr Bytes kWorthNaming = Mebibytes(1);

std::string SparedText(const Spared& spared) {
  const std::string held =
      fmt::format("{}, {} resident{}", ProcessText(spared.pid, spared.comm), ToText(spared.rss),
                  spared.at_kill ? "" : " at the snapshot");
  if (spared.exempt()) {
    return fmt::format("chosen although {}, held more: that one is exempt, oom_score_adj -1000",
                       held);
  }
  return fmt::format("chosen although {}, held more: that one has oom_score_adj {}", held,
                     spared.oom_score_adj);
}

/// The process that asked, where the container's own table has it: in one of its limits. The kernel
/// prints the number of a thread, so that one that is not in the table is nobody for certain.
std::vector<Statement> Trigger(const Case& the_case) {
  const OomEvent* event = the_case.event();
  if (event == nullptr || !event->invoker_pid || !the_case.victim.pid) return {};
  if (the_case.level.kind != LevelKind::kOwn && the_case.level.kind != LevelKind::kDescendant) {
    return {};
  }
  const ProcessRow* row = FindProcess(the_case.inputs, *event->invoker_pid);
  if (row == nullptr || row->id.pid == *the_case.victim.pid) return {};
  return {{.label = "trigger",
           .text = fmt::format(
               "asked for the last page: {}",
               ProcessText(*event->invoker_pid, event->invoker_comm.value_or(row->comm))),
           .evidence = CiteInLog(the_case.evidence(), event->first_sequence,
                                 fmt::format(" PID: {} Comm: ", *event->invoker_pid))}};
}

}  // namespace

std::vector<Statement> ChoiceStatements(const Case& the_case) {
  std::vector<Statement> statements;
  for (const Spared& spared : FindSpared(the_case)) {
    if (spared.rss < kWorthNaming) break;
    statements.push_back(
        {.label = "victim", .text = SparedText(spared), .evidence = spared.evidence});
  }
  for (Statement& statement : Trigger(the_case)) statements.push_back(std::move(statement));
  return statements;
}

}  // namespace headroom
