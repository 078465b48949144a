#pragma once

#include <optional>
#include <string>

#include "container/facts/facts.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/proc/process.h"

namespace headroom {

/// The steps that collecting facts of a container that starts and of one that runs have in common,
/// in the order in which they are taken.

struct BegunFacts {
  ContainerFacts facts;  ///< what state and config.json ask for, init, uid and boot_id
  ProcessCgroup membership;
  pid_t parent = 0;  ///< of the init
};
/// Errors only where no container is left to look at.
[[nodiscard]] Result<BegunFacts> BeginFacts(const HookSurroundings& surroundings,
                                            const OciState& state, const OciConfig* config);

/// The host, the cgroups, the unit, the doorbell. Returns the container's cgroup, for the test
/// whose it is; nullopt when there is none.
[[nodiscard]] std::optional<CgroupDir> CollectKernelFacts(const HookSurroundings& surroundings,
                                                          const ProcessCgroup& membership,
                                                          ContainerFacts& facts);

/// What the runtime and the engine behind it are.
struct Callers {
  std::string runtime_comm;
  pid_t engine = 0;  ///< whose child the runtime is, and later the init
};
/// Engine, names and labels.
void CollectNames(const HookSurroundings& surroundings, const OciState& state,
                  const OciConfig* config, const Callers& callers, ContainerFacts& facts);

/// /dev/shm and every other tmpfs.
void CollectMounts(const HookSurroundings& surroundings, const OciState& state,
                   const OciConfig* config, ContainerFacts& facts);

}  // namespace headroom
