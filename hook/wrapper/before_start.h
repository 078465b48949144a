#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "container/enrolment/registry_dir.h"
#include "hook/reporter.h"
#include "hook/wrapper/runtime_call.h"
#include "kernel/host_view.h"

namespace headroom {

/// Everything that the work before a start needs from outside.
struct WrapperEnvironment {
  HostView host;  ///< on the hierarchy of the memory controller
  StatePaths paths;
  std::string hook_path;  ///< of headroom-hook; one that is not there is not registered
  uid_t uid = 0;          ///< of the engine's user, outside of any user namespace
  std::function<WallTime()> now = NowWall;
  /// Called once it is decided that the container does not start; what follows only tells of it.
  std::function<void()> denied = [] {};
};

/// What headroom-runtime does before the runtime makes a container: judges its config.json by the
/// policy, makes the fixes that policy asks for in it, and registers Headroom's hook there.
///
/// nullopt: go on with the runtime. Else the exit status, 1 as engines expect it of a runtime that
/// failed: policy denies the container, or something of ours failed and `call.on_error` is closed.
/// Then one line says why: in the runtime's log, on standard error and in the journal. All else is
/// said in the journal alone, as the runtime's standard error may be the container's.
[[nodiscard]] std::optional<int> BeforeStart(const RuntimeCall& call,
                                             const WrapperEnvironment& environment,
                                             Reporter& reporter);

/// "headroom: ..." to the three places.
void SayFatal(const RuntimeCall& call, const std::string& line, WallTime now, Reporter& reporter);

}  // namespace headroom
