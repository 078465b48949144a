#include <fmt/format.h>

#include "base/text.h"
#include "cli/install/answers.h"
#include "cli/install/dependents.h"
#include "cli/install/engine_host.h"
#include "cli/install/lxc_files.h"
#include "fix/register/lxc_hooks.h"

namespace headroom {
namespace {

constexpr const char* kWhyRoot =
    "changes what LXC starts; containers of ordinary users cannot be registered, as no supervisor "
    "watches them";

/// Where the hooks are to stand.
struct LxcFile {
  TargetFile target;
  std::string path;
  bool registered = false;  ///< all three are there
  bool any = false;         ///< one at least
};

/// The folder of a container may be another's: no link is followed.
Result<LxcFile> OpenLxcFile(const Environment& environment, const LxcOptions& options) {
  auto path = LxcFileFor(environment.engines, options);
  if (!path) return std::unexpected(path.error());
  auto target = TargetFile::Open(*path, Links::kRefuse, AccessFor(options.dry_run));
  if (!target) return std::unexpected(target.error());
  if (!options.container.empty() && !target->text()) {
    return MakeError(ErrorCode::kNotFound, *path,
                     "is not there, expected the configuration of a container: lxc-ls names them, "
                     "and --lxcpath DIR another place");
  }
  const std::string_view text = target->text().value_or("");
  const auto all = HasLxcHooks(text, *path, environment.engines.hook);
  if (!all) return std::unexpected(all.error());
  const auto any = HasAnyLxcHook(text, *path, environment.engines.hook);
  if (!any) return std::unexpected(any.error());
  return LxcFile{
      .target = *std::move(target), .path = *std::move(path), .registered = *all, .any = *any};
}

Result<LxcFile> Prepared(const Environment& environment, const LxcOptions& options) {
  if (auto usable = CheckProgram(environment.engines.hook); !usable) {
    return std::unexpected(usable.error());
  }
  if (options.container.empty() && FindProgram(environment.engines, "lxc-start").empty()) {
    return MakeError(ErrorCode::kNotFound, "lxc-start",
                     "is not on this machine, and so no common configuration that it reads; name a "
                     "container: headroom install lxc NAME");
  }
  return OpenLxcFile(environment, options);
}

/// Whether `before` with our hooks is what stands there.
bool BecomesThis(const Environment& environment, const LxcFile& file,
                 std::optional<std::string_view> before) {
  const auto text = WithLxcHooks(before.value_or(""), "backup", CallOf(environment));
  return text && *text == file.target.text() && *text != before.value_or("");
}

void SayRegistered(const Environment& environment, const LxcOptions& options) {
  if (options.container.empty()) {
    environment.out << "lxc: registered for every container that includes the common "
                       "configuration, from its next start on\n"
                       "  for one that does not: headroom install lxc NAME\n";
  } else {
    environment.out << fmt::format("lxc: {} is registered, from its next start on\n",
                                   EscapedForPeople(options.container));
  }
}

/// LXC starts no container whose configuration includes a file that is not there.
Status CheckNobodyIncludes(const Environment& environment, const LxcOptions& options,
                           const LxcFile& file) {
  if (!options.container.empty()) return {};
  const auto including = LxcContainersThatInclude(environment.engines, file.path);
  if (including.empty()) return {};
  return MakeError(ErrorCode::kDenied, file.path,
                   fmt::format("{}; take that line out of their configuration first",
                               CountedNames(including, "container",
                                            "that includes it by its name and would not start "
                                            "without it")));
}

}  // namespace

int InstallLxc(const Environment& environment, const LxcOptions& options) {
  const int allowed = RefuseUnlessRoot(environment, options.dry_run, "install lxc", kWhyRoot);
  if (allowed != CliStatus::kDone) return allowed;
  auto file = Prepared(environment, options);
  if (!file) return FailToInstall(environment, file.error());
  if (file->registered) {
    environment.out << fmt::format("lxc: already registered in {}\n", EscapedForPeople(file->path));
    return CliStatus::kDone;
  }
  const auto after =
      WithLxcHooks(file->target.text().value_or(""), file->path, CallOf(environment));
  if (!after) return FailToInstall(environment, after.error());
  const auto written = WriteOrShow(environment, file->target, *after, options.dry_run);
  if (!written) return FailToInstall(environment, written.error());
  if (options.dry_run == DryRun::kNo) SayRegistered(environment, options);
  return CliStatus::kDone;
}

int UninstallLxc(const Environment& environment, const LxcOptions& options) {
  const int allowed = RefuseUnlessRoot(environment, options.dry_run, "uninstall lxc", kWhyRoot);
  if (allowed != CliStatus::kDone) return allowed;
  auto file = OpenLxcFile(environment, options);
  if (!file) return FailToInstall(environment, file.error());
  if (!file->any) {
    environment.out << fmt::format("lxc: not registered in {}\n", EscapedForPeople(file->path));
    return CliStatus::kDone;
  }
  if (auto nobody = CheckNobodyIncludes(environment, options, *file); !nobody) {
    return FailToInstall(environment, nobody.error());
  }
  const auto without = WithoutLxcHooks(*file->target.text(), file->path, environment.engines.hook);
  if (!without) return FailToInstall(environment, without.error());
  const auto becomes = [&](std::optional<std::string_view> before) {
    return BecomesThis(environment, *file, before);
  };
  const auto undone = UndoOrShow(environment, file->target, becomes, *without, options.dry_run);
  if (!undone) return FailToInstall(environment, undone.error());
  if (options.dry_run == DryRun::kYes) return CliStatus::kDone;
  environment.out << "lxc: no longer registered; containers that run keep the hooks until they "
                     "stop\n";
  const auto left = LxcContainersWithHooks(environment.engines);
  for (const std::string& name : left) {
    environment.out << fmt::format("  {0} has them by itself: headroom uninstall lxc {0}\n",
                                   EscapedForPeople(name));
  }
  return CliStatus::kDone;
}

}  // namespace headroom
