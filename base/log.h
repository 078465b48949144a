#pragma once

#include <string_view>

namespace headroom {

/// Who must read a line. Only programs log; libraries return errors.
enum class LogLevel {
  kError = 3,    ///< the operator must act
  kWarning = 4,  ///< degraded, continuing; says without what
  kInfo = 6,     ///< life cycle
  kDebug = 7,    ///< for us
};

/// Lines above this level are dropped. Process-wide; set once at start, before threads.
void SetLogLevel(LogLevel most_verbose);

/// One line to standard error in one write(2), with the "<N>" priority prefix of sd-daemon(3)
/// when standard error is the journal, and the program's name when it is not. Bytes that a
/// terminal would obey are escaped. Any thread; never blocks on a full non-blocking pipe.
void Log(LogLevel level, std::string_view message);

/// Sends one record straight to the journal (its native socket), for programs whose standard
/// error nobody reads, such as the hook under crun. Never blocks; lost without a journal.
void LogToJournal(LogLevel level, std::string_view identifier, std::string_view message);

}  // namespace headroom
