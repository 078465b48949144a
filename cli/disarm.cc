#include "cli/disarm.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/live_state.h"
#include "container/registry_dir.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {
namespace {

/// What became of one enrolment.
enum class Outcome { kNothingToDo, kLifted, kFailed };

Outcome Lift(const Environment& environment, const Enrolment& container) {
  const std::string path = EscapedForPeople(container.cgroup.path);
  const auto failed = [&](const Error& error) {
    (void)Fail(environment, CliStatus::kIncomplete, EscapedForPeople(error.Message()));
    return Outcome::kFailed;
  };
  const auto cgroup = CgroupDir::Open(environment.host, container.cgroup.path);
  if (!cgroup && cgroup.error().code != ErrorCode::kDenied) return Outcome::kNothingToDo;
  if (!cgroup) return failed(cgroup.error());
  if (cgroup->inode() != container.cgroup.inode) return Outcome::kNothingToDo;
  const auto limits = ReadMemoryLimits(*cgroup);
  if (!limits) return failed(limits.error());
  if (!limits->high || limits->high->unlimited() || limits->high == container.cgroup.limits.high) {
    return Outcome::kNothingToDo;
  }
  if (const auto written = cgroup->Write("memory.high", "max"); !written) {
    return failed(written.error());
  }
  environment.out << fmt::format("{}: memory.high was {} ({}), now max\n", path,
                                 ToCgroupText(*limits->high), ToText(*limits->high));
  return Outcome::kLifted;
}

}  // namespace

int Disarm(const Environment& environment) {
  const RegistryDir registry(environment.paths.run_dir);
  const auto entries = registry.List();
  if (!entries) return FailToRead(environment, entries.error());
  int status = CliStatus::kDone;
  std::size_t lifted = 0;
  for (const RegistryDir::Entry& entry : *entries) {
    const auto enrolment = registry.Read(entry);
    if (!enrolment && enrolment.error().code == ErrorCode::kNotFound) continue;  // just removed
    if (!enrolment) {
      status = FailToRead(environment, enrolment.error());
      continue;
    }
    const Outcome outcome = Lift(environment, *enrolment);
    if (outcome == Outcome::kFailed) status = CliStatus::kIncomplete;
    if (outcome == Outcome::kLifted) ++lifted;
  }
  environment.out << fmt::format("{} of {} enrolled containers had a tripwire\n", lifted,
                                 entries->size());
  if (SupervisorIsAlive(environment.paths.run_dir)) {
    environment.out << "headroomd is running and will arm again; systemctl stop headroomd first "
                       "to keep them disarmed\n";
  }
  return status;
}

}  // namespace headroom
