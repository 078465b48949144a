#include <fmt/format.h>
#include <fmt/ranges.h>

#include "explain/inputs/citation.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

using Outcome = PreKillResult::Outcome;

std::string WhatText(const PreKillResult& action) {
  if (!action.signal.empty()) return "SIG" + action.signal;
  return Shown(fmt::format("{}", fmt::join(action.command, " ")));
}

std::string OutcomeText(const PreKillResult& action) {
  switch (action.outcome) {
    case Outcome::kNotRun:
      return "was not done: " + Shown(action.reason);
    case Outcome::kSent:
      return fmt::format("was sent to pid {}", action.pid);
    case Outcome::kExited:
      return fmt::format("ended with {} after {}", action.status, ToText(action.took));
    case Outcome::kKilled:
      return fmt::format("was killed by signal {} after {}", action.status, ToText(action.took));
    case Outcome::kTimedOut:
      return fmt::format("was ended after {}, its time", ToText(action.took));
    case Outcome::kUnderWay:
      return "had not ended when this was written";
  }
  return "";
}

/// A bundle may have been copied, and does not know where the store was.
std::string FilesText(const PreKillResult& action) {
  if (!action.why_no_directory.empty()) {
    return "; it had no directory for files: " + Shown(action.why_no_directory);
  }
  if (action.directory.empty()) return "";
  return fmt::format("; its files are beside the bundle, in {}", Shown(action.directory));
}

}  // namespace

std::vector<Statement> PreKillStatements(const Case& the_case) {
  const auto& action = the_case.inputs.pre_kill;
  if (!action) return {};
  const std::string what = WhatText(*action);
  return {{.label = "pre-kill",
           .text = fmt::format("{}{}{}", what.empty() ? "what its policy names " : what + " ",
                               OutcomeText(*action), FilesText(*action)),
           .evidence = Cite(the_case.evidence(), "pre_kill.json", "\"outcome\"")}};
}

}  // namespace headroom
