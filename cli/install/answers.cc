#include "cli/install/answers.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/install/unified_diff.h"

namespace headroom {
namespace {

void Say(const Environment& environment, std::string_view what, std::string_view path) {
  environment.out << what << ' ' << EscapedForPeople(path) << '\n';
}

void SayBackup(const Environment& environment, std::string_view backup) {
  if (!backup.empty()) Say(environment, "  kept what was there as", backup);
}

/// The kept text that became what is there; nullopt: there is none.
Result<std::optional<TargetFile::Kept>> KeptBefore(const TargetFile& target,
                                                   const Becomes& becomes) {
  auto backups = target.Backups();
  if (!backups) return std::unexpected(backups.error());
  for (TargetFile::Kept& kept : *backups) {
    if (becomes(kept.text)) return std::move(kept);
  }
  return std::nullopt;
}

Status PutBack(const Environment& environment, TargetFile& target, const TargetFile::Kept& kept,
               DryRun dry_run) {
  if (dry_run == DryRun::kYes) {
    environment.out << UnifiedDiff(target.path(), target.text(), kept.text);
    return {};
  }
  if (auto done = target.PutBack(kept); !done) return done;
  Say(environment, "restored", target.path());
  return {};
}

Status RemoveOrShow(const Environment& environment, TargetFile& target, DryRun dry_run) {
  if (dry_run == DryRun::kYes) {
    environment.out << UnifiedDiff(target.path(), target.text(), std::nullopt);
    return {};
  }
  if (auto done = target.Remove(); !done) return done;
  Say(environment, "removed", target.path());
  return {};
}

}  // namespace

int FailToInstall(const Environment& environment, const Error& error) {
  return Fail(environment, CliStatus::kIncomplete, EscapedForPeople(error.Message()));
}

int RefuseUnlessRoot(const Environment& environment, DryRun dry_run, std::string_view verb,
                     std::string_view why) {
  if (environment.root || dry_run == DryRun::kYes) return CliStatus::kDone;
  return Fail(environment, CliStatus::kIncomplete,
              fmt::format("{} takes root: it {}; try again with sudo", verb, why));
}

Access AccessFor(DryRun dry_run) {
  return dry_run == DryRun::kYes ? Access::kRead : Access::kWrite;
}

/// An engine gives hooks no environment, and without one the hook of an ordinary user does not know
/// in which store that user looks.
HookCall CallOf(const Environment& environment) {
  constexpr std::string_view kBelowState = "/headroom/bundles";
  HookCall call{.program = environment.engines.hook, .more = {}, .environment = {}};
  std::string_view store = environment.paths.store_dir;
  if (!environment.root && store.ends_with(kBelowState)) {
    store.remove_suffix(kBelowState.size());
    call.environment.push_back(fmt::format("XDG_STATE_HOME={}", store));
  }
  return call;
}

Status WriteOrShow(const Environment& environment, TargetFile& target, std::string_view after,
                   DryRun dry_run) {
  if (dry_run == DryRun::kYes) {
    environment.out << UnifiedDiff(target.path(), target.text(), after);
    return {};
  }
  const auto backup = target.Write(after, NowWall());
  if (!backup) return std::unexpected(backup.error());
  Say(environment, "wrote", target.path());
  SayBackup(environment, *backup);
  return {};
}

Status UndoOrShow(const Environment& environment, TargetFile& target, const Becomes& becomes,
                  std::string_view without, DryRun dry_run) {
  const auto kept = KeptBefore(target, becomes);
  if (!kept) return std::unexpected(kept.error());
  if (*kept) return PutBack(environment, target, **kept, dry_run);
  if (becomes(std::nullopt)) return RemoveOrShow(environment, target, dry_run);
  return WriteOrShow(environment, target, without, dry_run);
}

}  // namespace headroom
