#include "cli/install/hooks_dir.h"
#include "cli/install/podman_dirs.h"

namespace headroom {
namespace {

constexpr HooksEngine kPodman{
    .name = "podman",
    .title = "Podman",
    .why_root =
        "changes what every Podman of this machine starts; rootless containers cannot be "
        "registered, as no supervisor watches them",
    .dirs = [](const Environment& environment) { return HooksDirsOfPodman(environment.engines); }};

}  // namespace

int InstallPodman(const Environment& environment, const HooksDirOptions& options) {
  return InstallHooksFiles(environment, kPodman, options);
}

int UninstallPodman(const Environment& environment, const HooksDirOptions& options) {
  return UninstallHooksFiles(environment, kPodman, options);
}

}  // namespace headroom
