#include "cli/live_state.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "base/file.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_events.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/cgroup/tripwire_high.h"
#include "kernel/pressure/pressure.h"
#include "kernel/proc/process.h"

namespace headroom {

bool IsRunning(const HostView& host, const Enrolment& enrolment) {
  const auto stat = ReadProcessStat(host, enrolment.init.pid);
  return stat && stat->id == enrolment.init && stat->state != 'Z' && stat->state != 'X';
}

std::string_view CounterFile(const Enrolment& enrolment) {
  return enrolment.cgroup_version == CgroupVersion::kV1 ? "memory.oom_control" : "memory.events";
}

LiveFigures ReadLiveFigures(const HostView& host, const Enrolment& enrolment) {
  LiveFigures figures;
  const auto cgroup = CgroupDir::Open(host, enrolment.cgroup.path);
  if (!cgroup || cgroup->inode() != enrolment.cgroup.inode) return figures;
  figures.events_file =
      fmt::format("{}{}/{}", host.cgroup_root, cgroup->path(), CounterFile(enrolment));
  if (const auto current = ReadBytes(*cgroup, "memory.current")) figures.current = *current;
  if (const auto limits = ReadMemoryLimits(*cgroup)) {
    figures.max = limits->max;
    figures.foreign_high =
        limits->high && !limits->high->unlimited() && !IsOurs(*limits, enrolment);
  }
  figures.has_pressure = ReadMemoryPressure(*cgroup).has_value();
  const auto events = ReadMemoryEvents(*cgroup, EventScope::kSubtree);
  const auto& baseline = enrolment.cgroup.events;
  if (events) {
    figures.kills = CounterDelta(baseline ? baseline->oom_kill : std::nullopt, events->oom_kill);
  }
  return figures;
}

bool IsTripwire(const MemoryLimits& limits) {
  if (!limits.max || limits.max->unlimited() || !limits.high || limits.high->unlimited()) {
    return false;
  }
  const auto ours = TripwireHigh(limits.max->bytes(), ThrottleModelOfThisHost());
  return ours && *limits.high == Limit(*ours);
}

bool IsOurs(const MemoryLimits& limits, const Enrolment& enrolment) {
  if (enrolment.mode != Mode::kThrottle) return IsTripwire(limits);
  if (!limits.max || limits.max->unlimited() || !limits.high) return false;
  return *limits.high == Limit(ThrottleHigh(enrolment.throttle, limits.max->bytes()));
}

bool SupervisorIsAlive(const std::string& run_dir) {
  const auto lock =
      OpenAt(AT_FDCWD, run_dir + "/headroomd.lock", O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!lock) return false;
  return flock(lock->get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace headroom
