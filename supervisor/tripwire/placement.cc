#include "supervisor/tripwire/placement.h"

#include <fmt/format.h>

#include "kernel/cgroup/memory_stat.h"
#include "kernel/pressure/pressure.h"

namespace headroom {
namespace {

/// Why mode throttle cannot be had in this cgroup; empty when it can. Without the time that all its
/// processes wait (Linux 4.20 and later, psi=1) nobody could tell that it makes no progress, and
/// before Linux 5.9 nobody that it reads the same files over and over.
std::string WhyNoThrottle(const CgroupDir& cgroup) {
  const auto pressure = ReadMemoryPressure(cgroup);
  if (!pressure || !pressure->full) {
    return fmt::format(
        "mode throttle needs the pressure of the cgroup (PSI), to give up in time: {}",
        pressure ? "memory.pressure has no line \"full\"" : pressure.error().Message());
  }
  const auto stat = ReadMemoryStat(cgroup);
  if (stat && !stat->workingset_refault_file) {
    return "mode throttle needs Linux 5.9 or later, which counts files that are read again";
  }
  return {};
}

void ListBelow(const HostView& host, const CgroupDir& cgroup, int depth, CgroupsBelow& below) {
  const std::size_t room = kMostCgroupsBelow - below.paths.size();
  const auto children = cgroup.Children(depth >= kDeepestCgroup ? 0 : room);
  if (!children) return;
  below.more = below.more || children->more;
  for (const std::string& name : children->names) {
    if (below.paths.size() >= kMostCgroupsBelow) {
      below.more = true;
      return;
    }
    const std::string path = cgroup.path() + "/" + name;
    const auto child = CgroupDir::Open(host, path);
    if (!child) continue;
    below.paths.push_back(path);
    ListBelow(host, *child, depth + 1, below);
  }
}

}  // namespace

CgroupsBelow FindCgroupsBelow(const HostView& host, const CgroupDir& root) {
  CgroupsBelow below;
  ListBelow(host, root, 0, below);
  return below;
}

std::string WhyNotHold(const Enrolment& enrolment, const CgroupDir& root) {
  if (enrolment.mode == Mode::kObserve) return "mode observe: nothing is written under cgroupfs";
  if (!enrolment.own_cgroup) {
    return "the cgroup is not only the container's: " + enrolment.not_own_reason;
  }
  if (enrolment.cgroup_version == CgroupVersion::kV1) {
    return "the memory controller is on cgroup v1, which has no memory.high to hold it by: it was "
           "looked at when its usage crossed 90, 95 and 98 % of its limit, and it ran on";
  }
  return enrolment.mode == Mode::kThrottle ? WhyNoThrottle(root) : std::string();
}

}  // namespace headroom
