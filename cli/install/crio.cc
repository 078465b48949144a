#include "cli/install/crio_dirs.h"
#include "cli/install/engine_host.h"
#include "cli/install/hooks_dir.h"

namespace headroom {
namespace {

/// Where a file says so, or the program is there: else nothing reads what would be written.
Result<std::vector<std::string>> Dirs(const Environment& environment) {
  if (FindProgram(environment.engines, "crio").empty()) {
    return MakeError(ErrorCode::kNotFound, "crio",
                     "is not on this machine; if it is elsewhere, name its hooks directory: "
                     "--hooks-dir DIR");
  }
  return HooksDirsOfCrio(environment);
}

constexpr HooksEngine kCrio{.name = "crio",
                            .title = "CRI-O",
                            .why_root =
                                "changes what CRI-O starts, and every other engine that "
                                "reads the same directory",
                            .dirs = Dirs};

}  // namespace

int InstallCrio(const Environment& environment, const HooksDirOptions& options) {
  return InstallHooksFiles(environment, kCrio, options);
}

int UninstallCrio(const Environment& environment, const HooksDirOptions& options) {
  return UninstallHooksFiles(environment, kCrio, options);
}

}  // namespace headroom
