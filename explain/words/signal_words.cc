#include "explain/words/signal_words.h"

#include <fmt/format.h>

#include <csignal>

#include "explain/inputs/citation.h"

namespace headroom {

std::string SignalName(int signal) {
  switch (signal) {
    case SIGKILL:
      return "SIGKILL";
    case SIGTERM:
      return "SIGTERM";
    case SIGABRT:
      return "SIGABRT";
    case SIGBUS:
      return "SIGBUS";
    case SIGSEGV:
      return "SIGSEGV";
    default:
      return fmt::format("signal {}", signal);
  }
}

std::string CiteSignal(const Case& the_case, const SentSignal& signal) {
  return Cite(the_case.evidence(), kSignalRecord,
              fmt::format("\"at_boot_ns\": {},", signal.at.count()));
}

std::string CiteSignals(const Case& the_case) {
  return Cite(the_case.evidence(), kSignalRecord, "\"signals\"");
}

}  // namespace headroom
