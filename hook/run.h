#pragma once

#include <functional>
#include <string>
#include <vector>

#include "container/engine/lxc.h"
#include "container/enrolment/registry_dir.h"
#include "container/facts/facts.h"
#include "fix/fix.h"
#include "hook/options.h"
#include "hook/reporter.h"
#include "hook/start_supervisor.h"
#include "policy/layers/load.h"

namespace headroom {

/// Everything the stages of the hook need from outside. The program fills it from fixed places;
/// tests point it at a tree of their own.
struct HookEnvironment {
  HookSurroundings surroundings;
  StatePaths paths;
  FixContext fixes;  ///< `host` and `host_shm` as in surroundings
  SupervisorPrograms programs;
  int state_fd = 0;    ///< where the runtime writes its state; borrowed
  LxcEnvironment lxc;  ///< what LXC says instead
  /// Told the exit status of a denial once it is decided (for the watchdog).
  std::function<void(int)> decided = [](int) {};
};

/// One run of the hook: ReadState, CollectFacts, Decide, Settle, Enrol; at poststop (and what LXC
/// has for it) the container's dead generations are marked. Returns the exit status. Says what it
/// has to say through `reporter`; never writes to standard output, leaves no child, closes nothing
/// that it did not open.
[[nodiscard]] int RunHook(const Options& options, const HookEnvironment& environment,
                          Reporter& reporter);

/// The policy to judge by. Where the files are broken and no good copy is kept: the error if the
/// hook was installed closed; if open, what LoadPolicyOrObserve has for that.
[[nodiscard]] Result<LoadedPolicy> ChoosePolicy(const StatePaths& paths, OnError on_error);

}  // namespace headroom
