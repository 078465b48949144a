#include <fmt/format.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "cli/install/answers.h"
#include "cli/systemd/unit.h"

namespace headroom {
namespace {

constexpr const char* kFileName = "50-headroom.conf";

/// A drop-in (systemd.unit(5)). "-": a unit starts also where it cannot be watched; "+": with
/// root's powers, whatever user the unit has. Behind the start of its main process, which is what
/// is to be watched.
std::string DropIn(const std::string& headroom) {
  return fmt::format(
      "# Made by `headroom install systemd`; `headroom uninstall systemd` removes it.\n"
      "[Service]\n"
      "ExecStartPost=-+{} watch --unit %n\n",
      headroom);
}

std::string FolderOf(const Environment& environment, const std::string& unit) {
  return fmt::format("{}/{}.d", environment.engines.unit_dir, unit);
}

/// A scope is made anew each time, by whoever starts it: no file of it is read.
Result<std::string> ServiceNameOf(const std::string& text) {
  auto unit = UnitNameOf(text);
  if (unit && unit->ends_with(".scope")) {
    return MakeError(ErrorCode::kMalformed, *unit,
                     "is a scope, which has no file: headroom watch --unit when it runs");
  }
  return unit;
}

}  // namespace

int InstallSystemd(const Environment& environment, const SystemdOptions& options) {
  const int allowed = RefuseUnlessRoot(environment, options.dry_run, "install systemd",
                                       "changes how a unit of this machine starts");
  if (allowed != CliStatus::kDone) return allowed;
  const auto unit = ServiceNameOf(options.unit);
  if (!unit) return FailToInstall(environment, unit.error());
  if (const auto usable = CheckProgram(environment.engines.headroom); !usable) {
    return FailToInstall(environment, usable.error());
  }
  const std::string text = DropIn(environment.engines.headroom);
  auto target = TargetFile::Open(FolderOf(environment, *unit) + "/" + kFileName, Links::kRefuse,
                                 AccessFor(options.dry_run));
  if (!target) return FailToInstall(environment, target.error());
  if (target->text() == text) {
    environment.out << fmt::format("systemd: {} is registered already\n", *unit);
    return CliStatus::kDone;
  }
  // What stands in it is part of how the unit runs, and not ours to take away.
  if (target->text()) {
    return FailToInstall(environment,
                         MakeError(ErrorCode::kExists, target->path(),
                                   "is there already, and is not as headroom install writes it: "
                                   "rename or remove it")
                             .error());
  }
  if (const auto written = WriteOrShow(environment, *target, text, options.dry_run); !written) {
    return FailToInstall(environment, written.error());
  }
  if (options.dry_run == DryRun::kNo) {
    environment.out << fmt::format(
        "systemd: {0} is registered; systemctl daemon-reload, and it is watched from its next "
        "start "
        "on; headroom watch --unit {0} watches it now\n",
        *unit);
  }
  return CliStatus::kDone;
}

int UninstallSystemd(const Environment& environment, const SystemdOptions& options) {
  const int allowed = RefuseUnlessRoot(environment, options.dry_run, "uninstall systemd",
                                       "changes how a unit of this machine starts");
  if (allowed != CliStatus::kDone) return allowed;
  const auto unit = ServiceNameOf(options.unit);
  if (!unit) return FailToInstall(environment, unit.error());
  const std::string folder = FolderOf(environment, *unit);
  auto target =
      TargetFile::Open(folder + "/" + kFileName, Links::kRefuse, AccessFor(options.dry_run));
  if (!target) return FailToInstall(environment, target.error());
  if (!target->text()) {
    environment.out << fmt::format("systemd: {} is not registered\n", *unit);
    return CliStatus::kDone;
  }
  const std::string text = DropIn(environment.engines.headroom);
  // install makes the file and replaces none, so that there is none to put back.
  const auto becomes = [](std::optional<std::string_view> before) { return !before.has_value(); };
  if (*target->text() != text) {
    return FailToInstall(environment,
                         MakeError(ErrorCode::kExists, folder + "/" + kFileName,
                                   "is not as headroom install writes it: remove it by hand")
                             .error());
  }
  if (const auto undone = UndoOrShow(environment, *target, becomes, "", options.dry_run); !undone) {
    return FailToInstall(environment, undone.error());
  }
  if (options.dry_run == DryRun::kYes) return CliStatus::kDone;
  (void)rmdir(folder.c_str());  // fails where there are other drop-ins, as it should
  environment.out << fmt::format("systemd: {} is no longer registered; systemctl daemon-reload\n",
                                 *unit);
  return CliStatus::kDone;
}

}  // namespace headroom
