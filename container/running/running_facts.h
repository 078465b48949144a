#pragma once

#include <sys/types.h>

#include <string>

#include "container/enrolment/enrolment.h"
#include "container/facts/facts.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/proc/process.h"

namespace headroom {

/// A container that runs, as its runtime's state or its enrolment tells.
struct RunningContainer {
  std::string id;
  ProcessId init;          ///< start_ticks 0: not known
  std::string bundle_dir;  ///< empty: not known
  std::string runtime;     ///< "runc" or "crun"; empty: not known
  /// The cgroup v2 that its runtime made for it, below the mount; empty: not known. Its init may
  /// have gone on into one below, as systemd does in a container that is a system of its own.
  std::string cgroup;
};
[[nodiscard]] RunningContainer RunningContainerOf(const Enrolment& enrolment);

/// The facts of CollectFacts, of a container that already runs: `surroundings.self` is whoever
/// asks, `surroundings.runtime` is not looked at. What differs:
///
/// - Limits of the process are those that its init has now; arguments and environment are those of
///   the bundle's config.json, where it can be read.
/// - Annotations are config.json's alone; what the runtime's caller added is not on record.
/// - The cgroup is the one that its runtime made for it, where that is known. An init that is
///   neither in it nor below, which it may have seen to itself, leaves the container without one:
///   what is counted elsewhere is not its own.
/// - The cgroup is the container's own if its enrolment found so and it is the same cgroup still,
///   else by WhyNotOwnRunningCgroup. `enrolment` may be null; the engine and its names are taken
///   from it where there is one.
///
/// kGone when the init has ended, or is another process by now.
[[nodiscard]] Result<ContainerFacts> CollectRunningFacts(const HookSurroundings& surroundings,
                                                         const RunningContainer& container,
                                                         const Enrolment* enrolment = nullptr);

/// Why `cgroup` is not only the running container's; empty when it is: when every process in it
/// and in the cgroups below belongs to the container. That is the init, what descends from it, and
/// whatever lies in its pid namespace or descends from there (`docker exec`), as long as that is
/// not the namespace of `self`.
[[nodiscard]] std::string WhyNotOwnRunningCgroup(const HostView& host, const CgroupDir& cgroup,
                                                 pid_t init, pid_t self);

}  // namespace headroom
