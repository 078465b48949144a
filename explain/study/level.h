#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "explain/inputs/inputs.h"

namespace headroom {

/// Whose limit was met, as seen from the container. kByHand: nobody's, and the host need not have
/// been short of memory either: somebody invoked the OOM killer (SysRq f).
enum class LevelKind { kUnknown, kOwn, kDescendant, kAncestor, kHost, kByHand };

struct LimitLevel {
  LevelKind kind = LevelKind::kUnknown;
  /// cgroup; bytes; empty for kUnknown, kHost, kByHand and a descendant that is gone
  std::string path;
  std::optional<Limit> limit;  ///< its memory.max at that moment
  /// That of memory and swap together (cgroup v1, memory.memsw.limit_in_bytes) was met: `limit` is
  /// that one.
  bool with_swap = false;
  bool some_nodes = false;     ///< kHost: only the memory nodes that it may use were full
  std::string evidence;        ///< what says that it was this level
  std::string limit_evidence;  ///< what says how large it was; empty when not known
};

/// No allocation asked for it: drivers/tty/sysrq.c, moom_callback, has -1 for the order.
[[nodiscard]] bool IsByHand(const OomEvent& event);

/// On cgroup v1 the limit of memory and swap together may be the one that was met.
[[nodiscard]] bool IsSwapLimit(const OomEvent& event);

/// From the kernel's report, which names the cgroup; else from the counters: `oom` rises in
/// memory.events.local of the cgroup whose limit was met, and in none when it was the host; by hand
/// the report alone says.
[[nodiscard]] LimitLevel FindLevel(const Inputs& inputs, const OomEvent* event);

/// The container's own, whether it was met or not: of one that lives.
[[nodiscard]] LimitLevel OwnLevel(const Inputs& inputs);

/// The container's own memory.max, wherever it was recorded last.
[[nodiscard]] std::optional<Limit> OwnLimit(const Inputs& inputs);

}  // namespace headroom
