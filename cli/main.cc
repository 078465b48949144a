#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "cli/program.h"
#include "cli/why/run_tool.h"
#include "container/enrolment/state_paths.h"
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

/// Of root's containers, or of this user's own.
headroom::Result<std::string> ListPodman() {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20U;
  return headroom::RunTool({"podman", "ps", "--all", "--no-trunc", "--format", "json"}, kMostBytes,
                           std::chrono::seconds(10));
}

/// Of root's containers, or of this user's own; they are many, and inspect takes a while for each.
headroom::Result<std::string> AskPodmanOfContainers() {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20U;
  constexpr std::chrono::seconds kPatience{60};
  const auto ids =
      headroom::RunTool({"podman", "ps", "--all", "--quiet", "--no-trunc"}, kMostBytes, kPatience);
  if (!ids) return ids;
  std::vector<std::string> words{"podman", "container", "inspect"};
  for (const std::string_view id : headroom::Split(*ids, '\n')) {
    if (!id.empty()) words.emplace_back(id);
  }
  if (words.size() == 3) return std::string("[]");
  return headroom::RunTool(words, kMostBytes, kPatience);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace headroom;
  const StatePaths paths = DefaultStatePaths();
  const Environment environment{
      .paths = paths,
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
                 .ask_engines = true,
                 .list_podman = ListPodman},
      .ask_systemd = AskSystemd,
      .engines = {.podman_help = AskPodman, .podman_containers = AskPodmanOfContainers},
      .user_runtime_dir = ReadSurroundings().xdg_runtime_dir};
  const int status = RunProgram(environment, std::vector<std::string>(argv + 1, argv + argc));
  std::cout.flush();
  if (std::cout.fail() && status == CliStatus::kDone) {
    return Fail(environment, CliStatus::kIncomplete, "the output could not be written");
  }
  return status;
}
