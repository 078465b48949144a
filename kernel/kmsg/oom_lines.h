#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "kernel/kmsg/oom_log.h"

namespace headroom {

/// The single lines of an OOM report (mm/oom_kill.c, mm/memcontrol.c; 2.6.32 to 7.1), each parser
/// nullopt for any other text. All are pure and take hostile text: the names of processes and
/// cgroups inside were chosen by containers. Every form is anchored at the start of the record.

/// "COMM invoked oom-killer: gfp_mask=M, order=N, ...": which process asked for what memory.
struct OomInvocation {
  std::string comm;
  std::string gfp_mask;      ///< as printed; empty where the line ends before it
  std::optional<int> order;  ///< of two, in pages
};
[[nodiscard]] std::optional<OomInvocation> ParseInvokedLine(std::string_view text);

/// The rest of that line where the kernel wrote it in pieces: "(null),  order=0, oom_score_adj=0".
[[nodiscard]] std::optional<int> ParseOrderPiece(std::string_view text);

/// "CPU: 0 PID: 87 Comm: init Not tainted 6.1.0-56-cloud-amd64 #1 ...", also "Tainted: G O 6.1 #1"
/// and "Pid: 87, comm: init Not tainted ..." (before 3.2 or so): the kernel's release.
[[nodiscard]] std::optional<std::string> ParseReleaseLine(std::string_view text);

/// The same line: the process that the kernel ran when it printed the report, which is the one that
/// asked. The number stands before the name, so that no name can pretend to be it.
[[nodiscard]] std::optional<int> ParseInvokerPid(std::string_view text);

/// "MESSAGE: Killed process PID (COMM) FIGURES", or the same without the message (before 5.1).
struct KilledLine {
  OomScope scope = OomScope::kUnstated;
  OomVictim victim;  ///< without sequence and time
};
[[nodiscard]] std::optional<KilledLine> ParseKilledLine(std::string_view text);

/// "MESSAGE: Kill process PID (COMM) score ..." (before 5.1): a choice, not yet a kill.
[[nodiscard]] std::optional<OomScope> ParseChosenLine(std::string_view text);

/// Where the limit was and where the victim: "oom-kill:constraint=..." (5.0 and later), or
/// "Task in A killed as a result of limit of B" (before; three records around 3.16).
struct OomPlace {
  std::optional<std::string> constraint;
  std::optional<std::string> oom_memcg;
  std::optional<std::string> task_memcg;
  bool global = false;
  std::optional<OomVictim> task;  ///< whom "oom-kill:" chose: pid, comm and uid
  bool complete = false;          ///< false: the rest of the line may follow in records of its own
};
[[nodiscard]] std::optional<OomPlace> ParsePlaceLine(std::string_view text);

/// "memory: usage 32768kB, limit 32768kB, failcnt 38" of the cgroup whose limit was hit. On cgroup
/// v1 a line for `what` "memory+swap" too.
struct OomUsage {
  std::optional<Bytes> usage;
  std::optional<Bytes> limit;  ///< absent for the number that stands for "no limit"
  std::optional<std::uint64_t> failcnt;
};
[[nodiscard]] std::optional<OomUsage> ParseUsageLine(std::string_view text,
                                                     std::string_view what = "memory");

/// Names of the columns behind "[ pid ]" in the head of the task table. They differ by version.
[[nodiscard]] std::optional<std::vector<std::string>> ParseTaskHeader(std::string_view text);

/// A row below that head.
[[nodiscard]] std::optional<OomTask> ParseTaskRow(std::string_view text,
                                                  const std::vector<std::string>& columns);

/// "Memory limit reached of cgroup PATH" (4.x, without a victim) and "Memory cgroup stats for
/// PATH:" (3.9 and later; up to 4.19 one for each cgroup below as well): the path.
[[nodiscard]] std::optional<std::string> ParseLimitedLine(std::string_view text);

/// The line that ends a report which killed nobody.
[[nodiscard]] std::optional<OomEnd> ParseEndLine(std::string_view text);

/// "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled".
[[nodiscard]] bool IsHostPanic(std::string_view text);

/// "Tasks in PATH are going to be killed due to memory.oom.group set": the path.
[[nodiscard]] std::optional<std::string> ParseGroupLine(std::string_view text);

/// "MESSAGE: OOM victim PID (COMM) is already exiting. Skip killing the task": the number.
[[nodiscard]] std::optional<int> ParseSkippedLine(std::string_view text);

/// "oom_reaper: reaped process PID (COMM), ...": the number.
[[nodiscard]] std::optional<int> ParseReapedLine(std::string_view text);

}  // namespace headroom
