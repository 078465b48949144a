#include "explain/words/stop_request_statements.h"

#include <fmt/format.h>

#include <csignal>

#include "explain/words/signal_words.h"

namespace headroom {
namespace {

/// The last SIGTERM before `fatal` to the same process, whoever sent it; nullptr: none was seen.
const SentSignal* LastTermTo(const SignalRecord& record, const SentSignal& fatal) {
  const SentSignal* found = nullptr;
  for (const SentSignal& signal : record.signals) {
    if (&signal == &fatal) break;
    if (signal.signal == SIGTERM && signal.target == fatal.target) found = &signal;
  }
  return found;
}

Statement Asked(const Case& the_case, const SentSignal& term, const SentSignal& kill) {
  const bool ignored = term.result == "ignored";
  return {.label = "asked",
          .text = fmt::format(
              "SIGTERM {} before{}: the grace period ran out", ToText(kill.at - term.at),
              ignored ? ", which it has no handler for, so that the kernel dropped it" : ""),
          .evidence = CiteSignal(the_case, term)};
}

/// A runtime's hand killed it, and nothing shows that the same had asked before.
Statement NotAsked(const Case& the_case, const SentSignal& kill) {
  if (const SentSignal* term = LastTermTo(*the_case.inputs.signals, kill)) {
    return {.label = "asked",
            .text = fmt::format("SIGTERM came {} before, from a process that had ended before it "
                                "could be looked at, or from elsewhere",
                                ToText(kill.at - term->at)),
            .evidence = CiteSignals(the_case)};
  }
  // Images name other stop signals (SIGQUIT, SIGINT), which are not watched.
  return {.label = "asked",
          .text =
              "no SIGTERM from there was seen before (a stop signal of another kind would not "
              "be seen)",
          .evidence = CiteSignals(the_case)};
}

}  // namespace

std::vector<Statement> StopRequestStatements(const Case& the_case, const Ending& ending) {
  if (ending.fatal == nullptr || !ending.IsBy(SIGKILL)) return {};
  if (ending.asked != nullptr) return {Asked(the_case, *ending.asked, *ending.fatal)};
  const auto& signals = the_case.inputs.signals;
  const bool whole = signals && signals->dropped == 0 && signals->lost == 0;
  if (ending.sender != SenderKind::kHand || !whole) return {};
  return {NotAsked(the_case, *ending.fatal)};
}

}  // namespace headroom
