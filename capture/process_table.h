#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "evidence/snapshot.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"

namespace headroom {

/// One process of a container while it lives: its row of processes.json, and the text it is from.
struct LiveProcess {
  ProcessRow row;
  std::string status_text;  ///< /proc/PID/status as read
};

/// What the kernel's choice of a victim goes by (oom_badness(), mm/oom_kill.c): resident and
/// swapped memory and page tables, shifted by oom_score_adj thousandths of `limit`. 0 for a process
/// that may not be killed, at least 1 for any other.
[[nodiscard]] std::uint64_t Badness(const ProcessRow& row, Bytes limit);

/// Processes that are read however late it is.
inline constexpr std::size_t kReadAtLeast = 16;
/// Cgroups whose processes are listed however late it is.
inline constexpr std::size_t kListedAtLeast = 16;

/// Bounds of one collection.
struct ProcessBounds {
  Bytes limit;             ///< for Badness
  std::size_t most = 512;  ///< processes that are read
  /// Cgroups whose processes are listed: a container may make them without end.
  std::size_t most_cgroups = 512;
  /// Of those above kReadAtLeast and kListedAtLeast: where listing them has taken all the time, the
  /// table would be empty, and so would be all that is read of its largest.
  BootTime deadline = BootTime::max();
};

struct LiveProcesses {
  std::vector<LiveProcess> processes;  ///< largest badness first
  std::size_t total = 0;               ///< listed in the cgroups, read or not
  bool truncated = false;  ///< some were left out, or whole cgroups: too many, or out of time

  /// The rows alone, as the bundle has them.
  [[nodiscard]] ProcessTable Table() const;
};

/// Every process of `cgroup` and of the cgroups below it, those of upper levels first. Processes
/// that end meanwhile are left out. Any thread; blocks on nothing but kernfs and proc.
[[nodiscard]] LiveProcesses CollectProcesses(const HostView& host, const CgroupDir& cgroup,
                                             const ProcessBounds& bounds);

}  // namespace headroom
