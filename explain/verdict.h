#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "evidence/evidence.h"

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
  kDenied,
  kThrottledStuck,
  kNotKilled,
  kUnknown,
};
[[nodiscard]] std::string_view CauseName(Cause cause);  // "limit-anon", ...

/// How the kill is known: seen in this cgroup's own counters or log; only above it; or put
/// together afterwards.
enum class Confidence { kObserved, kSubtree, kInferred };
[[nodiscard]] std::string_view ConfidenceName(Confidence confidence);

/// One sentence of a verdict and what it rests on. A line without evidence does not exist.
struct Statement {
  std::string label;     ///< "limit", "victim", "held by", "growth", "caught", ...
  std::string text;      ///< escaped, ready to print
  std::string evidence;  ///< "kernel/oom.log:61": file in the bundle, and line where it has lines
};

/// Schema "headroom.summary/1" when serialized.
struct Verdict {
  std::string container;  ///< display name, escaped
  std::string headline;   ///< one sentence: who, by whom, when
  Cause cause = Cause::kUnknown;
  Confidence confidence = Confidence::kInferred;
  std::string level;  ///< cgroup path whose limit it was; "host"; empty when unknown
  std::optional<Limit> limit;
  std::string killer;  ///< "kernel", or empty when unknown
  std::optional<int> victim_pid;
  std::string victim_comm;
  std::optional<Bytes> victim_rss;
  bool victim_is_init = false;
  std::optional<std::uint64_t> kills;  ///< counted in this incident
  std::vector<Statement> statements;
  /// Sentences; one that begins with two blanks is to be typed as it stands.
  std::vector<std::string> advice;
  std::string bundle;
};

/// Pure: the same evidence gives the same verdict on every machine.
[[nodiscard]] Verdict Explain(const Evidence& evidence);

/// For people: 80 columns wide where the content allows it, no colour.
[[nodiscard]] std::string VerdictText(const Verdict& verdict);

/// summary.json.
[[nodiscard]] std::string VerdictJson(const Verdict& verdict);

}  // namespace headroom
