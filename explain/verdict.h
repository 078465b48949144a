#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "evidence/evidence.h"
#include "explain/study/breakdown.h"
#include "kernel/exit/exit_status.h"
#include "kernel/proc/mapping_groups.h"

namespace headroom {

/// Why a container, or a process in it, died. The names are those of summary.json.
enum class Cause {
  kLimitAnon,
  kLimitShmem,
  kLimitFileDirty,
  kLimitKernel,
  kAncestorLimit,
  kHostOom,
  kGroupKill,
  kChildKilled,
  kStartupOom,
  kUserspaceKiller,
  kExternalSigkill,
  kShmFull,
  kAllocFailed,
  kEvicted,
  kCacheThrash,
  kThrottledStart,
  kThrottledStuck,
  kDenied,
  kNotKilled,
  kUnknown,
};
[[nodiscard]] std::string_view CauseName(Cause cause);  // "limit-anon", ...

/// How the kill is known: seen in this cgroup's own counters or log; only above it; or put
/// together afterwards, also where the kill was seen and what filled the limit rests on a snapshot
/// that is older than 5 s.
enum class Confidence { kObserved, kSubtree, kInferred };
[[nodiscard]] std::string_view ConfidenceName(Confidence confidence);

/// One sentence of a verdict and what it rests on. A line without evidence does not exist.
struct Statement {
  std::string label;     ///< "limit", "victim", "held by", "growth", "caught", ...
  std::string text;      ///< escaped, ready to print
  std::string evidence;  ///< "kernel/oom.log:61": file in the bundle, and line where it has lines
};

/// What the statements "held by" and "growth" say, for programs. Absent is not zero.
struct HeldFigures {
  std::optional<Bytes> anon;
  std::optional<Bytes> shmem;
  std::optional<Bytes> zswap;   ///< swapped pages, compressed; memory.stat counts them as kernel
  std::optional<Bytes> kernel;  ///< without zswap
  std::optional<Bytes> cache;
  std::string cgroup;    ///< escaped
  bool at_kill = false;  ///< as the kernel printed them; else as of the snapshot
  std::string evidence;
};
/// Every cgroup whose statistics were recorded, in parts that add up.
struct BreakdownFigures {
  std::string cgroup;  ///< escaped
  std::string when;    ///< "snapshot", "kill" (as the kernel printed it) or "closed" (behind it)
  Breakdown breakdown;
  std::string evidence;
};
/// The memory map of the victim, or of the largest process where no victim is known.
struct MappingFigures {
  int pid = 0;
  std::string evidence;
  std::size_t total = 0;             ///< groups; `groups` has the largest 16
  std::vector<MappingGroup> groups;  ///< what holds most first; names escaped
};
struct GrowthFigures {
  std::string shape;  ///< "steady", "burst", "sawtooth" or "plateau"
  std::uint64_t bytes_per_second =
      0;  ///< 0: a plateau, and a sawtooth whose low points do not rise
  std::chrono::nanoseconds duration{};
  std::uint64_t samples = 0;
  std::optional<double> fit;               ///< r^2 of a line; where the shape is one
  std::optional<BootTime> first_pressure;  ///< the first sample that shows reclaim or stalls
  std::optional<std::chrono::nanoseconds> to_limit;  ///< behind the last sample, at that rate
};

/// A process that killed, where it was not the kernel. Texts are escaped; empty: not known.
struct KillerProcess {
  int pid = 0;  ///< 0: not known
  std::string comm;
  std::string exe;
  std::string unit;
  std::string cgroup;
  std::string via;  ///< the runtime whose hand it is
};

/// Schema "headroom.summary/1" when serialized.
struct Verdict {
  std::string container;  ///< display name, escaped
  std::string headline;   ///< one sentence: who, by whom, when
  Cause cause = Cause::kUnknown;
  Confidence confidence = Confidence::kInferred;
  std::string level;  ///< cgroup path whose limit it was; "host"; empty when unknown
  std::optional<Limit> limit;
  std::string killer;  ///< "kernel", "process", or empty when unknown or nobody
  std::optional<KillerProcess> killer_process;
  std::optional<ExitStatus> exit;  ///< of the container's init; nullopt: not known, or it lives
  std::optional<int> victim_pid;
  std::string victim_comm;
  std::optional<Bytes> victim_rss;
  bool victim_is_init = false;
  std::optional<std::uint64_t> kills;  ///< counted in this incident
  std::optional<WallTime> killed_wall;
  std::optional<bool> init_alive;  ///< when the incident was closed
  std::optional<HeldFigures> held;
  std::vector<BreakdownFigures> breakdown;
  std::optional<MappingFigures> mappings;
  std::optional<GrowthFigures> growth;
  std::optional<std::chrono::nanoseconds> snapshot_age;  ///< before the kill
  std::vector<Statement> statements;
  /// Sentences; one that begins with two blanks is to be typed as it stands. All of it: what helps
  /// now, then the cure, where the two are told apart below.
  std::vector<std::string> advice;
  std::vector<std::string> advice_now;
  std::vector<std::string> advice_cure;
  std::string bundle;
};

/// Pure: the same evidence gives the same verdict on every machine.
[[nodiscard]] Verdict Explain(const Evidence& evidence);

/// For people: 80 columns wide where the content allows it, no colour.
[[nodiscard]] std::string VerdictText(const Verdict& verdict);

/// summary.json.
[[nodiscard]] std::string VerdictJson(const Verdict& verdict);

/// What a summary.json says, as VerdictJson writes it; what an earlier version did not write is not
/// known. Text in it is safe to print, whoever wrote it. A cause of a later version is kUnknown,
/// its kinds of memory are left out. kMalformed names `where` and the key.
[[nodiscard]] Result<Verdict> ParseVerdict(std::string_view text, std::string_view where);

}  // namespace headroom
