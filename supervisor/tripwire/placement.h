#pragma once

#include <string>
#include <vector>

#include "container/enrolment/enrolment.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"

namespace headroom {

/// A container may make cgroups without end: so many of them are watched, and down to this level.
inline constexpr std::size_t kMostCgroupsBelow = 64;
inline constexpr int kDeepestCgroup = 8;

struct CgroupsBelow {
  std::vector<std::string> paths;  ///< each behind the one that it lies in
  bool more = false;               ///< there are others, which the bounds above leave out
};
/// The cgroups that were made below `root`.
[[nodiscard]] CgroupsBelow FindCgroupsBelow(const HostView& host, const CgroupDir& root);

/// Why nothing may be written to the container's memory.high, for people; empty: it may. `root` is
/// its cgroup, whose files say what mode throttle needs of the kernel.
[[nodiscard]] std::string WhyNotHold(const Enrolment& enrolment, const CgroupDir& root);

}  // namespace headroom
