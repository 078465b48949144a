#include "supervisor/registry/adoption.h"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

/// nullptr: removed, or another one by that name. Any other failure is no statement about it.
Result<std::shared_ptr<const CgroupDir>> OpenSameCgroup(const HostView& host,
                                                        const CgroupBaseline& at) {
  if (at.path.empty()) return nullptr;
  auto cgroup = CgroupDir::Open(host, at.path);
  if (!cgroup && cgroup.error().code != ErrorCode::kNotFound) {
    return std::unexpected(cgroup.error());
  }
  if (!cgroup || cgroup->inode() != at.inode) return nullptr;
  return std::make_shared<CgroupDir>(std::move(*cgroup));
}

bool IsSameProcess(const HostView& host, const ProcessId& id) {
  const auto stat = ReadProcessStat(host, id.pid);
  return stat && stat->id == id && stat->state != 'Z' && stat->state != 'X';
}

bool IsIn(const HostView& host, pid_t pid, const std::string& cgroup) {
  const auto actual = ReadProcessCgroup(host, pid);
  const auto path = actual ? actual->memory() : std::nullopt;
  return path && IsSameOrBelow(*path, cgroup);
}

}  // namespace

Result<Adoption> VerifyEnrolment(const HostView& host, const Enrolment& enrolment) {
  const auto boot = ReadBootId(host);
  if (!boot) return std::unexpected(boot.error());
  if (*boot != enrolment.boot_id) {
    return MakeError(ErrorCode::kGone, enrolment.id, "was enrolled in an earlier boot");
  }
  auto cgroup = OpenSameCgroup(host, enrolment.cgroup);
  if (!cgroup) return std::unexpected(cgroup.error());
  Adoption adoption{.cgroup = std::move(*cgroup)};
  // The pidfd first, the checks after it: then what is checked is what it refers to.
  if (IsSameProcess(host, enrolment.init)) {
    if (auto pidfd = OpenPidfd(enrolment.init.pid)) adoption.init = std::move(*pidfd);
  }
  const auto actual = ReadProcessCgroup(host, enrolment.init.pid);
  adoption.init_alive = IsSameProcess(host, enrolment.init);
  if (!adoption.init_alive) {
    adoption.why_not_held = fmt::format(
        "its process {} has ended, so that nothing shows whose the cgroup is", enrolment.init.pid);
    return adoption;
  }
  if (enrolment.cgroup.path.empty()) return adoption;
  if (!actual) {
    adoption.why_not_held = fmt::format("the cgroup of its process cannot be read: {}",
                                        EscapedForPeople(actual.error().Message()));
    return adoption;
  }
  const auto& path = actual->memory();
  if (!path || !IsSameOrBelow(*path, enrolment.cgroup.path)) {
    return MakeError(ErrorCode::kDenied, enrolment.id,
                     fmt::format("is enrolled with cgroup {}, but its process {} is in {}",
                                 EscapedForPeople(enrolment.cgroup.path), enrolment.init.pid,
                                 EscapedForPeople(path.value_or("no cgroup with memory"))));
  }
  if (IsIn(host, getpid(), enrolment.cgroup.path)) {
    adoption.why_not_held = "headroomd itself is in it, and would be held with it";
  }
  return adoption;
}

std::uint64_t BaselineKills(const Enrolment& enrolment) {
  return enrolment.cgroup.events ? enrolment.cgroup.events->oom_kill.value_or(0) : 0;
}

}  // namespace headroom
