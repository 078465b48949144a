#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "explain/study/case.h"

namespace headroom {

/// A process that held more than the one that was killed, and was passed over for its
/// oom_score_adj.
struct Spared {
  int pid = 0;
  std::string comm;  ///< bytes; escape to print
  Bytes rss;
  std::int64_t oom_score_adj = 0;
  bool at_kill = false;  ///< by the kernel's own table; else by the snapshot's
  std::string evidence;

  /// The kernel kills no process with -1000 (OOM_SCORE_ADJ_MIN).
  [[nodiscard]] bool exempt() const { return oom_score_adj == -1000; }
};

/// Largest first, from the task table of the kernel's report where it has one, which of the host's
/// memory shows every process of the machine; else from the snapshot. Empty where the figures of
/// the victim are not known, and where its own oom_score_adj is no higher: then it was not for
/// that.
[[nodiscard]] std::vector<Spared> FindSpared(const Case& the_case);

/// What a page has on the machine that a report is from, which no line says: a victim that is in
/// the task table too has its size in kB in the kill line. nullopt: none is.
[[nodiscard]] std::optional<Bytes> PageOfReport(const OomEvent& event);

}  // namespace headroom
