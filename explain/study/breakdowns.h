#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "explain/study/breakdown.h"
#include "explain/study/case.h"

namespace headroom {

/// When a cgroup was broken down.
enum class BreakdownMoment {
  kSnapshot,  ///< before the kill, its processes alive
  kKill,      ///< as the kernel printed it
  kClosed,    ///< behind the kill, while the memory of the dead may be on its way out
};
[[nodiscard]] std::string_view BreakdownMomentName(BreakdownMoment moment);  // "snapshot", ...

struct RecordedBreakdown {
  std::string cgroup;  ///< path; bytes, escape to print
  BreakdownMoment moment = BreakdownMoment::kSnapshot;
  Breakdown breakdown;
  std::string evidence;
};

/// All that a bundle has: at the snapshot, at the kill, and of the container and each cgroup above
/// it as they were read last. In that order, nearest first.
[[nodiscard]] std::vector<RecordedBreakdown> FindBreakdowns(const Case& the_case);

/// The first of that moment; nullptr: none. Borrowed from `all`.
[[nodiscard]] const RecordedBreakdown* FindAt(const std::vector<RecordedBreakdown>& all,
                                              BreakdownMoment moment);

}  // namespace headroom
