#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/program.h"
#include "cli/why/run_tool.h"
#include "container/state_paths.h"
#include "kernel/cgroup/memory_hierarchy.h"

namespace {

/// Colour only where somebody looks at it and has not asked for none (no-color.org).
bool TakesColour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0') &&
         term != nullptr && std::string_view(term) != "dumb";
}

/// /run of /run/headroom: a user's runtimes keep their state beside ours too.
std::string FolderOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

/// Root's store, for whom it is not the own one.
std::string SystemStoreOfOthers(const headroom::StatePaths& own) {
  const std::string store = headroom::StatePathsFor({.system = true}).store_dir;
  return store == own.store_dir ? "" : store;
}

/// It reads its configuration for that, and nothing else.
headroom::Result<std::string> AskPodman() {
  constexpr std::size_t kMostBytes = 1U << 20U;
  return headroom::RunTool({"podman", "--help"}, kMostBytes, std::chrono::seconds(10));
}

}  // namespace

int main(int argc, char** argv) {
  using namespace headroom;
  const StatePaths paths = DefaultStatePaths();
  const Environment environment{.paths = paths,
                                .host = OnMemoryHierarchy({}),
                                .runtime_dir = FolderOf(paths.run_dir),
                                .self = getpid(),
                                .uid = geteuid(),
                                .out = std::cout,
                                .err = std::cerr,
                                .terminal = TakesColour(),
                                .system_store = SystemStoreOfOthers(paths),
                                .root = geteuid() == 0,
                                .others = {.kmsg = "/dev/kmsg",
                                           .journal = true,
                                           .docker = DockerPlaces{},
                                           .storage_dir = "/var/lib/containers/storage",
                                           .ask_engines = true},
                                .ask_systemd = AskSystemd,
                                .engines = {.podman_help = AskPodman}};
  const int status = RunProgram(environment, std::vector<std::string>(argv + 1, argv + argc));
  std::cout.flush();
  if (std::cout.fail() && status == CliStatus::kDone) {
    return Fail(environment, CliStatus::kIncomplete, "the output could not be written");
  }
  return status;
}
