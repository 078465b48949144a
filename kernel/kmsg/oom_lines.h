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

/// "COMM invoked oom-killer: gfp_mask=...": the name of the process that asked for memory.
[[nodiscard]] std::optional<std::string> ParseInvokedLine(std::string_view text);

/// Which memory ran out, as the message in front of a kill says it.
enum class OomScope { kUnstated, kMemcg, kGlobal };

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
  bool complete = false;  ///< false: the rest of the line may follow in records of its own
};
[[nodiscard]] std::optional<OomPlace> ParsePlaceLine(std::string_view text);

/// "memory: usage 32768kB, limit 32768kB, failcnt 38" of the cgroup whose limit was hit.
struct OomUsage {
  std::optional<Bytes> usage;
  std::optional<Bytes> limit;  ///< absent for the number that stands for "no limit"
};
[[nodiscard]] std::optional<OomUsage> ParseUsageLine(std::string_view text);

/// Names of the columns behind "[ pid ]" in the head of the task table. They differ by version.
[[nodiscard]] std::optional<std::vector<std::string>> ParseTaskHeader(std::string_view text);

/// A row below that head.
[[nodiscard]] std::optional<OomTask> ParseTaskRow(std::string_view text,
                                                  const std::vector<std::string>& columns);

/// "Tasks in PATH are going to be killed due to memory.oom.group set": the path.
[[nodiscard]] std::optional<std::string> ParseGroupLine(std::string_view text);

/// "oom_reaper: reaped process PID (COMM), ...": the number.
[[nodiscard]] std::optional<int> ParseReapedLine(std::string_view text);

}  // namespace headroom
