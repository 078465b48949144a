#include "container/running/meanwhile.h"

#include <cstdint>

#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_events.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

bool IsStill(const HostView& host, const ProcessId& init) {
  const auto stat = ReadProcessStat(host, init.pid);
  return stat && stat->id == init && stat->state != 'Z' && stat->state != 'X';
}

/// A kernel that does not count is no kill.
std::uint64_t KillsIn(const MemoryEvents* events) {
  constexpr std::uint64_t kNotCounted = UINT64_MAX;
  return events == nullptr ? kNotCounted : events->oom_kill.value_or(kNotCounted);
}

bool IsStillIn(const HostView& host, const Enrolment& enrolment) {
  const auto membership = ReadProcessCgroup(host, enrolment.init.pid);
  return membership && membership->memory() &&
         IsSameOrBelow(*membership->memory(), enrolment.cgroup.path);
}

}  // namespace

Meanwhile SinceTheLook(const HostView& host, const Enrolment& enrolment) {
  const CgroupBaseline& at = enrolment.cgroup;
  if (!at.path.empty()) {
    const auto cgroup = CgroupDir::Open(host, at.path);
    const bool same = cgroup && cgroup->inode() == at.inode && IsStillIn(host, enrolment);
    if (!same) return IsStill(host, enrolment.init) ? Meanwhile::kMoved : Meanwhile::kEnded;
    const auto now = ReadMemoryEvents(*cgroup, EventScope::kSubtree);
    if (KillsIn(now ? &*now : nullptr) != KillsIn(at.events ? &*at.events : nullptr)) {
      return Meanwhile::kCounted;
    }
  }
  // Last, so that all of the above was of this process.
  return IsStill(host, enrolment.init) ? Meanwhile::kNothing : Meanwhile::kEnded;
}

}  // namespace headroom
