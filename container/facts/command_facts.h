#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "container/facts/facts.h"

namespace headroom {

/// A command that is about to be run under protection, without any engine.
struct StartingCommand {
  std::string name;               ///< its id as well
  pid_t pid = 0;                  ///< of the process that waits to become it
  std::vector<std::string> args;  ///< what it becomes
  std::vector<std::string> env;
  bool own_shm = false;  ///< a tmpfs for it alone is mounted on /dev/shm in its mount namespace
};

/// The facts of CollectFacts, of a command whose process waits in its cgroup: `surroundings.self`
/// is whoever starts it. It has no bundle, no annotations, and no mounts of its own but the
/// /dev/shm that it may have been given: the host's tmpfs are everybody's, so none is among its
/// facts.
///
/// kGone when the process has ended.
[[nodiscard]] Result<ContainerFacts> CollectCommandFacts(const HookSurroundings& surroundings,
                                                         const StartingCommand& command);

}  // namespace headroom
