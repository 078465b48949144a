#include <fmt/format.h>

#include "base/text.h"
#include "cli/install/answers.h"
#include "cli/install/engine_host.h"
#include "container/oci/oci_config.h"
#include "fix/register/oci_hooks.h"

namespace headroom {
namespace {

/// config.json of a bundle, read. Its folder may be somebody else's, so no link is followed.
struct BundleFile {
  TargetFile target;
  JsonText config;
};

Result<BundleFile> OpenBundle(const BundleHooksOptions& options) {
  const std::string path = options.directory + "/config.json";
  auto target = TargetFile::Open(path, Links::kRefuse, AccessFor(options.dry_run));
  if (!target) return std::unexpected(target.error());
  if (!target->text()) {
    return MakeError(ErrorCode::kNotFound, path,
                     "is not there: DIR is a bundle, the folder that holds config.json and is "
                     "given to runc or crun");
  }
  if (const auto parsed = ParseOciConfig(*target->text(), path); !parsed) {
    // The editor names line and column, and refuses comments too.
    const auto text = JsonText::Parse(*target->text(), path);
    return std::unexpected(text ? parsed.error() : text.error());
  }
  auto config = JsonText::Parse(*target->text(), path);
  if (!config) return std::unexpected(config.error());
  return BundleFile{.target = *std::move(target), .config = *std::move(config)};
}

/// Whether `before` with our hooks added is what stands there now.
bool BecomesThis(std::string_view now, std::optional<std::string_view> before,
                 const HookCall& call) {
  if (!before) return false;
  auto config = JsonText::Parse(*before, "backup");
  if (!config) return false;
  const auto added = AddOciHooks(*config, call);
  return added && *added && config->text() == now;
}

/// The newest kept text without our hooks: what was there before they came.
std::optional<JsonText> Earlier(const TargetFile& target, std::string_view program) {
  const auto backups = target.Backups();
  if (!backups) return std::nullopt;
  for (const TargetFile::Kept& kept : *backups) {
    auto config = JsonText::Parse(kept.text, kept.name);
    const auto has = config ? HasOciHooks(*config, program) : Result<bool>(true);
    if (has && !*has) return *std::move(config);
  }
  return std::nullopt;
}

std::string ConfigPath(const BundleHooksOptions& options) {
  return EscapedForPeople(options.directory + "/config.json");
}

}  // namespace

int InstallBundle(const Environment& environment, const BundleHooksOptions& options) {
  const HookCall call = CallOf(environment);
  if (const auto usable = CheckProgram(call.program); !usable) {
    return FailToInstall(environment, usable.error());
  }
  auto bundle = OpenBundle(options);
  if (!bundle) return FailToInstall(environment, bundle.error());
  const auto added = AddOciHooks(bundle->config, call);
  if (!added) return FailToInstall(environment, added.error());
  if (!*added) {
    environment.out << fmt::format("bundle: already registered in {}\n", ConfigPath(options));
    return CliStatus::kDone;
  }
  const auto written =
      WriteOrShow(environment, bundle->target, bundle->config.text(), options.dry_run);
  if (!written) return FailToInstall(environment, written.error());
  if (options.dry_run == DryRun::kNo) {
    environment.out << "bundle: registered; nothing is to be restarted, runc and crun read it when "
                       "they create the container\n";
  }
  return CliStatus::kDone;
}

int UninstallBundle(const Environment& environment, const BundleHooksOptions& options) {
  const HookCall call = CallOf(environment);
  auto bundle = OpenBundle(options);
  if (!bundle) return FailToInstall(environment, bundle.error());
  const auto earlier = Earlier(bundle->target, call.program);
  const auto removed = RemoveOciHooks(bundle->config, call.program, earlier ? &*earlier : nullptr);
  if (!removed) return FailToInstall(environment, removed.error());
  if (!*removed) {
    environment.out << fmt::format("bundle: not registered in {}\n", ConfigPath(options));
    return CliStatus::kDone;
  }
  const auto undone = UndoOrShow(
      environment, bundle->target,
      [&](std::optional<std::string_view> before) {
        return BecomesThis(*bundle->target.text(), before, call);
      },
      bundle->config.text(), options.dry_run);
  if (!undone) return FailToInstall(environment, undone.error());
  if (options.dry_run == DryRun::kNo) {
    environment.out << "bundle: no longer registered; a container that runs keeps its hooks until "
                       "it is deleted\n";
  }
  return CliStatus::kDone;
}

}  // namespace headroom
