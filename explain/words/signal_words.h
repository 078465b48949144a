#pragma once

#include <string>

#include "explain/study/case.h"

namespace headroom {

/// What a statement about a signal is made of.

/// The record of the signals that were sent.
inline constexpr const char* kSignalRecord = "kernel/signals.json";

/// "SIGKILL"; "signal 42" for one that has no name here.
[[nodiscard]] std::string SignalName(int signal);

/// Where one signal stands in the record.
[[nodiscard]] std::string CiteSignal(const Case& the_case, const SentSignal& signal);
/// The whole record: for what is not in it.
[[nodiscard]] std::string CiteSignals(const Case& the_case);

}  // namespace headroom
