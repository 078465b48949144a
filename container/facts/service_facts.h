#pragma once

#include <string>

#include "base/result.h"
#include "container/facts/facts.h"
#include "kernel/proc/process.h"

namespace headroom {

/// A unit of systemd that runs, as systemd tells.
struct RunningService {
  std::string unit;    ///< "web.service"; its id and its name
  ProcessId main;      ///< its main process; of a scope the one that has been in it longest
  std::string cgroup;  ///< below the mount: "/system.slice/web.service"
};

/// The facts of CollectFacts, of a unit that runs without any container. Every process in its
/// cgroup is the unit's, whoever started it. It has no bundle, no annotations, and no mounts of its
/// own.
///
/// kGone when its main process has ended, or is another by now. No cgroup, and the reason beside
/// it, where that process is not in it: systemd (or whoever it was told of) has it elsewhere.
[[nodiscard]] Result<ContainerFacts> CollectServiceFacts(const HookSurroundings& surroundings,
                                                         const RunningService& service);

}  // namespace headroom
