#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"

namespace headroom {

/// What the kernel did with a signal that was sent (include/trace/events/signal.h, TRACE_SIGNAL_*).
enum class SignalResult {
  kDelivered,
  kIgnored,  ///< the target has no handler for it; so it is with SIGTERM to a container's pid 1
  kPending,  ///< one of its kind was under way already
  kLost,     ///< delivered without its code and sender, or not at all
};

/// One signal:signal_generate event. Names are bytes that a process chose: escape before printing.
struct TracedSignal {
  std::chrono::nanoseconds at{};  ///< by the clock of the instance, in whole microseconds
  pid_t sender = 0;               ///< the *thread* that ran when the signal was made
  std::string sender_comm;        ///< of that thread; empty: the kernel had forgotten it
  int signal = 0;
  /// si_code (sigaction(2)): 0 kill(2), negative other calls of a process, positive the kernel.
  int code = 0;
  pid_t target = 0;  ///< a thread; of a signal to a process mostly its first
  std::string target_comm;
  SignalResult result = SignalResult::kDelivered;
};

/// One oom:mark_victim event: the OOM killer has chosen that process.
struct TracedVictim {
  std::chrono::nanoseconds at{};
  pid_t pid = 0;
};

/// One sched:sched_process_exec event: the process runs another program from now on.
struct TracedExec {
  std::chrono::nanoseconds at{};
  pid_t process = 0;
  std::string path;  ///< as its caller gave it, in that one's root; may be relative to anything
};

using TraceEvent = std::variant<TracedSignal, TracedVictim, TracedExec>;

/// One line of a trace_pipe (Documentation/trace/ftrace.rst). Pure. Goes by the text that every
/// kernel prints, as fields come and go: mark_victim has one more in each release. Each name is of
/// 15 bytes at most and may hold blanks, dashes, `=` and anything else, so what stands beside one
/// is looked for from the other side. kMalformed: no line of one of the three events. Who may put a
/// line end into a path could forge a line: the instance's filter lets through known paths alone.
[[nodiscard]] Result<TraceEvent> ParseTraceLine(std::string_view line);

/// "CPU:2 [LOST 12 EVENTS]": how many were lost before the next line; nullopt: no such line. The
/// kernel leaves the number out where it does not know it: then it is 1.
[[nodiscard]] std::optional<std::uint64_t> ParseLostEvents(std::string_view line);

/// What a processor's buffer had no room for, from per_cpu/cpuN/stats: "overrun:", "commit
/// overrun:" and "dropped events:". A buffer that is not overwritten drops silently: no line of its
/// pipe tells of it. nullopt: no such line.
[[nodiscard]] std::optional<std::uint64_t> ParseTraceStats(std::string_view text);

}  // namespace headroom
