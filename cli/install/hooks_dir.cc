#include "cli/install/hooks_dir.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ranges>

#include "base/text.h"
#include "cli/install/answers.h"
#include "cli/install/podman_dirs.h"
#include "cli/install/unified_diff.h"
#include "fix/register/podman_hooks.h"

namespace headroom {
namespace {

Result<std::vector<std::string>> DirsToInstall(const Environment& environment,
                                               const HooksEngine& engine,
                                               const HooksDirOptions& options) {
  if (!options.hooks_dir.empty()) return std::vector<std::string>{options.hooks_dir};
  return engine.dirs(environment);
}

/// Also those that the engine does not read now, as it may have done so when it was registered; and
/// without an engine, so that what is left of it can be cleaned up.
std::vector<std::string> DirsToClean(const Environment& environment, const HooksEngine& engine,
                                     const HooksDirOptions& options) {
  if (!options.hooks_dir.empty()) return {options.hooks_dir};
  auto dirs = engine.dirs(environment).value_or(environment.engines.usual_hooks_dirs);
  for (const std::string& usual : environment.engines.usual_hooks_dirs) {
    if (std::ranges::find(dirs, usual) == dirs.end()) dirs.push_back(usual);
  }
  // What root has registered for everybody is not one user's to undo.
  if (!environment.root) std::erase_if(dirs, std::not_fn(IsInOwnFolder));
  return dirs;
}

/// A file that is to be made.
struct Planned {
  TargetFile target;
  std::string text;
};

/// A hook of ours whose program is missing stops every container: more of them would not help.
Status CheckInPlace(const HooksEngine& engine, const HookInPlace& in_place) {
  const auto usable = CheckProgram(in_place.hook.program);
  if (usable) return {};
  return MakeError(usable.error().code, in_place.path,
                   fmt::format("names {}, without which {} starts no container: headroom "
                               "uninstall {} first",
                               in_place.hook.program, engine.title, engine.name));
}

/// Those of our files that are missing, in the order in which they are made.
Result<std::vector<Planned>> Plan(const Environment& environment, const HooksEngine& engine,
                                  const std::vector<std::string>& dirs, DryRun dry_run) {
  const HookCall call = CallOf(environment);
  const auto in_place = HooksIn(dirs);
  std::vector<Planned> planned;
  for (const PodmanHookFile& file : PodmanHookFiles(call)) {
    const auto there = std::ranges::find_if(in_place, [&](const HookInPlace& hook) {
      return hook.hook.Calls(call.program, file.stage);
    });
    if (there != in_place.end()) {
      if (auto usable = CheckInPlace(engine, *there); !usable)
        return std::unexpected(usable.error());
      continue;
    }
    const auto dir = HooksDirToWrite(dirs, environment.root);
    if (!dir) return std::unexpected(dir.error());
    const std::string path = fmt::format("{}/{}", *dir, file.name);
    const bool first = planned.empty();
    auto target =
        TargetFile::Open(path, Links::kRefuse, first ? AccessFor(dry_run) : Access::kRead);
    if (!target) return std::unexpected(target.error());
    if (target->text()) {
      return MakeError(ErrorCode::kExists, path,
                       "is there already and is no hook of Headroom's: rename or remove it");
    }
    planned.push_back({.target = *std::move(target), .text = file.text});
  }
  return planned;
}

/// All or none.
Status Make(const Environment& environment, std::vector<Planned>& planned, DryRun dry_run) {
  for (Planned& file : planned) {
    const auto made = WriteOrShow(environment, file.target, file.text, dry_run);
    if (made) continue;
    for (const Planned& earlier : planned) {
      if (&earlier == &file) break;
      auto again = TargetFile::Open(earlier.target.path(), Links::kRefuse, Access::kRead);
      if (again && again->text() == earlier.text) (void)again->Remove();  // the error is told
    }
    return made;
  }
  return {};
}

/// What became of one of our names in one directory.
enum class Cleaned { kNothingThere, kRemoved, kNotOurs };

Result<Cleaned> Clean(const Environment& environment, const std::string& path,
                      const PodmanHookFile& file, const HooksDirOptions& options) {
  const HookCall call = CallOf(environment);
  auto target = TargetFile::Open(path, Links::kRefuse, AccessFor(options.dry_run));
  if (!target) return std::unexpected(target.error());
  if (!target->text()) return Cleaned::kNothingThere;
  const bool unchanged = *target->text() == file.text;
  const auto hook = ReadPodmanHook(*target->text(), path);
  if (!unchanged && !(hook && LeafOf(hook->program) == LeafOf(call.program))) {
    return Cleaned::kNotOurs;
  }
  if (options.dry_run == DryRun::kYes) {
    environment.out << UnifiedDiff(path, target->text(), std::nullopt);
    return Cleaned::kRemoved;
  }
  if (unchanged) {
    if (auto removed = target->Remove(); !removed) return std::unexpected(removed.error());
    environment.out << fmt::format("removed {}\n", EscapedForPeople(path));
    return Cleaned::kRemoved;
  }
  const auto kept = target->SetAside(NowWall());
  if (!kept) return std::unexpected(kept.error());
  environment.out << fmt::format("removed {}, which was changed since; kept as {}\n",
                                 EscapedForPeople(path), EscapedForPeople(*kept));
  return Cleaned::kRemoved;
}

/// How many of our files went. One that is none of ours stays and is told of by HooksLeft or not at
/// all.
Result<int> CleanAll(const Environment& environment, const std::vector<std::string>& dirs,
                     const HooksDirOptions& options) {
  int removed = 0;
  const auto files = PodmanHookFiles(CallOf(environment));
  // The other way round than they were made: first no container is enrolled any more.
  for (const PodmanHookFile& file : std::views::reverse(files)) {
    for (const std::string& dir : dirs) {
      const auto cleaned = Clean(environment, dir + "/" + file.name, file, options);
      if (!cleaned) return std::unexpected(cleaned.error());
      if (*cleaned == Cleaned::kRemoved) ++removed;
    }
  }
  return removed;
}

/// Hooks that call Headroom from files of other names. Whether there are any comes back.
bool TellOfHooksLeft(const Environment& environment, const std::vector<std::string>& dirs) {
  const HookCall call = CallOf(environment);
  const auto ours = PodmanHookFiles(call);
  bool any = false;
  for (const HookInPlace& left : HooksIn(dirs)) {
    const bool is_ours = std::ranges::find(ours, left.name, &PodmanHookFile::name) != ours.end();
    if (is_ours || LeafOf(left.hook.program) != LeafOf(call.program)) continue;
    (void)Fail(environment, CliStatus::kIncomplete,
               fmt::format("{} calls Headroom too, and was not made by headroom install: remove it "
                           "by hand, before Headroom's programs",
                           EscapedForPeople(left.path)));
    any = true;
  }
  return any;
}

int RefuseUnlessAllowed(const Environment& environment, const HooksEngine& engine, DryRun dry_run,
                        std::string_view verb) {
  if (engine.why_root.empty()) return CliStatus::kDone;
  return RefuseUnlessRoot(environment, dry_run, fmt::format("{} {}", verb, engine.name),
                          engine.why_root);
}

}  // namespace

int InstallHooksFiles(const Environment& environment, const HooksEngine& engine,
                      const HooksDirOptions& options) {
  const HookCall call = CallOf(environment);
  const int allowed = RefuseUnlessAllowed(environment, engine, options.dry_run, "install");
  if (allowed != CliStatus::kDone) return allowed;
  if (const auto usable = CheckProgram(call.program); !usable) {
    return FailToInstall(environment, usable.error());
  }
  const auto dirs = DirsToInstall(environment, engine, options);
  if (!dirs) return FailToInstall(environment, dirs.error());
  auto planned = Plan(environment, engine, *dirs, options.dry_run);
  if (!planned) return FailToInstall(environment, planned.error());
  if (planned->empty()) {
    environment.out << fmt::format("{}: already registered in {}\n", engine.name,
                                   EscapedForPeople(fmt::format("{}", fmt::join(*dirs, ", "))));
    return CliStatus::kDone;
  }
  if (auto made = Make(environment, *planned, options.dry_run); !made) {
    return FailToInstall(environment, made.error());
  }
  if (options.dry_run == DryRun::kNo) {
    environment.out << fmt::format(
        "{}: registered; nothing is to be restarted: containers have it from their next start on\n",
        engine.name);
    if (!environment.root) {
      environment.out
          << "they are watched while a supervisor of this user runs: systemctl --user "
             "enable --now headroomd, or headroomd.socket, by which the first container "
             "starts it\n";
    }
  }
  return CliStatus::kDone;
}

int UninstallHooksFiles(const Environment& environment, const HooksEngine& engine,
                        const HooksDirOptions& options) {
  const int allowed = RefuseUnlessAllowed(environment, engine, options.dry_run, "uninstall");
  if (allowed != CliStatus::kDone) return allowed;
  const auto dirs = DirsToClean(environment, engine, options);
  const auto removed = CleanAll(environment, dirs, options);
  if (!removed) return FailToInstall(environment, removed.error());
  if (TellOfHooksLeft(environment, dirs)) return CliStatus::kIncomplete;
  if (*removed == 0) {
    environment.out << fmt::format("{}: not registered\n", engine.name);
  } else if (options.dry_run == DryRun::kNo) {
    environment.out << fmt::format(
        "{}: no longer registered, nor is any other engine that reads the same directory; nothing "
        "is to be restarted\n",
        engine.name);
  }
  return CliStatus::kDone;
}

}  // namespace headroom
