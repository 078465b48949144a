#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "container/enrolment/enrolment.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"

namespace headroom {

/// What is left of an enrolled container in the running system.
struct Adoption {
  std::shared_ptr<const CgroupDir> cgroup;  ///< nullptr: removed, or another one by that name now
  bool init_alive = false;
  UniqueFd init;  ///< pidfd; not valid when init is dead or on old kernels
  /// Why nothing may be written to the cgroup, though its kills are counted: nothing that lives
  /// shows that it is the container's. Empty: it may be held.
  std::string why_not_held;
};

/// Compares an enrolment with the system instead of believing it: the boot, the cgroup's inode,
/// the init's start time, and that the init is really in that cgroup (or below it). Where the init
/// has ended, or has but its number in common with the process that has it now, the record alone
/// says whose the cgroup is.
///
/// kGone: of an earlier boot. kDenied: the record contradicts the system (forged, or a mistake).
[[nodiscard]] Result<Adoption> VerifyEnrolment(const HostView& host, const Enrolment& enrolment);

/// What its oom_kill counter had counted before it was enrolled.
[[nodiscard]] std::uint64_t BaselineKills(const Enrolment& enrolment);

}  // namespace headroom
