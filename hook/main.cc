// headroom-hook: started by an OCI runtime for every container, before the container's own
// program runs and after it has ended. Only the order of things stands here.
#include <unistd.h>

#include <chrono>

#include "container/enrolment/state_paths.h"
#include "hook/options.h"
#include "hook/process_setup.h"
#include "hook/reporter.h"
#include "hook/run.h"
#include "kernel/cgroup/memory_hierarchy.h"

namespace headroom {
namespace {

/// Far above what a healthy run takes, far below what anybody waits for a container.
constexpr std::chrono::seconds kTimeLimit{5};

HookEnvironment OfThisProcess() {
  const Surroundings user = ReadSurroundings();
  HookEnvironment environment;
  environment.paths = StatePathsFor(user);
  environment.surroundings = {.host = OnMemoryHierarchy({}),
                              .self = getpid(),
                              .runtime = getppid(),
                              .uid = user.uid,
                              .run_dir = environment.paths.run_dir};
  environment.fixes.host = environment.surroundings.host;
  environment.programs.system = user.system;
  environment.state_fd = STDIN_FILENO;
  environment.lxc = ReadLxcEnvironment();
  environment.decided = SetWatchdogStatus;
  return environment;
}

int Main(std::span<const char* const> arguments) {
  OpenMissingStandardDescriptors();
  IgnoreBrokenPipes();
  StandardReporter reporter;
  const Options options = ParseOptions(arguments);
  const bool open = options.on_error == OnError::kOpen;
  StartWatchdog(kTimeLimit, open ? HookStatus::kAllowed : HookStatus::kInternalError);
  if (!options.stage) {
    DrainState(STDIN_FILENO);
    Warn(reporter, options.error);
    return open ? HookStatus::kAllowed : HookStatus::kUsage;
  }
  return RunHook(options, OfThisProcess(), reporter);
}

}  // namespace
}  // namespace headroom

int main(int argc, char** argv) {
  const auto count = static_cast<std::size_t>(argc > 0 ? argc - 1 : 0);
  return headroom::Main({argv + 1, count});
}
