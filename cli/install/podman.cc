#include "cli/install/hooks_dir.h"
#include "cli/install/podman_dirs.h"

namespace headroom {
namespace {

constexpr HooksEngine kPodman{
    .name = "podman",
    .title = "Podman",
    .why_root = "",  // rootless containers are read from an ordinary user's own directories
    .dirs = [](const Environment& environment) { return HooksDirsOfPodman(environment.engines); }};

}  // namespace

int InstallPodman(const Environment& environment, const HooksDirOptions& options) {
  return InstallHooksFiles(environment, kPodman, options);
}

int UninstallPodman(const Environment& environment, const HooksDirOptions& options) {
  return UninstallHooksFiles(environment, kPodman, options);
}

}  // namespace headroom
