#include "explain/words/stop_request_statements.h"

#include <fmt/format.h>

#include <csignal>

#include "explain/words/signal_words.h"

namespace headroom {
namespace {

/// The last SIGTERM to the same process not long before, whoever sent it; nullptr: none was seen.
const SentSignal* LastTermTo(const SignalRecord& record, const SentSignal& fatal) {
  const SentSignal* found = nullptr;
  for (const SentSignal& signal : record.signals) {
    if (&signal == &fatal) break;
    if (signal.at + kLongestGrace < fatal.at) continue;
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

/// Nothing shows that it was the same that killed it then.
Statement AskedByAnother(const Case& the_case, const SentSignal& term, const SentSignal& kill) {
  return {.label = "asked",
          .text = fmt::format("SIGTERM came {} before, from a process that had ended before it "
                              "could be looked at, or from elsewhere",
                              ToText(kill.at - term.at)),
          .evidence = CiteSignals(the_case)};
}

/// Images name other stop signals (SIGQUIT, SIGINT), which are not watched.
Statement NotAsked(const Case& the_case) {
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
  const bool hand = ending.sender == SenderKind::kHand;
  if (!signals || (!hand && ending.sender != SenderKind::kOther)) return {};
  if (const SentSignal* term = LastTermTo(*signals, *ending.fatal)) {
    return {AskedByAnother(the_case, *term, *ending.fatal)};
  }
  const bool whole = signals->dropped == 0 && signals->lost == 0;
  return hand && whole ? std::vector{NotAsked(the_case)} : std::vector<Statement>{};
}

}  // namespace headroom
