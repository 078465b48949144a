#include <fmt/format.h>

#include "base/text.h"
#include "cli/install/answers.h"
#include "cli/install/cdi_dir.h"
#include "cli/install/dependents.h"
#include "cli/install/dockerd.h"
#include "cli/install/engine_host.h"
#include "container/engine/dockerd.h"
#include "fix/register/cdi_spec.h"

namespace headroom {
namespace {

constexpr const char* kWhyRoot = "changes what every engine of this machine offers";

Result<TargetFile> OpenSpec(const Environment& environment, const CdiOptions& options) {
  return TargetFile::Open(CdiSpecPath(environment.engines), Links::kRefuse,
                          AccessFor(options.dry_run));
}

/// What is there already. One device of two files is an error to every engine.
Status CheckFree(const Environment& environment, const TargetFile& target) {
  if (target.text()) {
    return MakeError(ErrorCode::kExists, target.path(),
                     "is there already, and is not as headroom install writes it: rename or remove "
                     "it");
  }
  const std::string other = OtherSpecOfOurKind(environment.engines);
  if (other.empty()) return {};
  return MakeError(
      ErrorCode::kExists, other,
      fmt::format("is of the kind {} already, and two files of it are an error to every "
                  "engine: remove it",
                  kCdiKind));
}

/// Those that Podman and Docker tell of: they do not start without the device.
Result<Dependents> MadeWithDevice(const Environment& environment) {
  const EngineHost& engines = environment.engines;
  Dependents found;
  const auto inspected = engines.podman_containers ? engines.podman_containers()
                                                   : MakeError(ErrorCode::kNotFound, "podman", "");
  if (inspected) {
    auto made = ContainersMadeWithDevice(*inspected, kCdiKind, "podman container inspect");
    if (!made) return made;
    found = *std::move(made);
  } else if (inspected.error().code != ErrorCode::kNotFound) {
    return std::unexpected(inspected.error());
  }
  const DockerPlaces places{.config = engines.docker_config, .root = engines.docker_root};
  const auto dockers =
      DockerContainersWithDevice(DockerDataRoot(environment.host, places), kCdiKind);
  if (!dockers) return std::unexpected(dockers.error());
  for (const DockerContainer& container : *dockers) {
    found.push_back(container.name.empty() ? container.id.substr(0, 12) : container.name);
  }
  return found;
}

Status CheckNobodyDepends(const Environment& environment) {
  const auto made = MadeWithDevice(environment);
  if (!made) {
    return MakeError(made.error().code, made.error().where,
                     fmt::format("{}; which containers were made with the device is not known",
                                 made.error().what));
  }
  if (made->empty()) return {};
  return MakeError(
      ErrorCode::kDenied, CdiSpecPath(environment.engines),
      fmt::format("{}; remove them, or make them anew without it, first",
                  CountedNames(*made, "container",
                               fmt::format("made with --device {}={}, which would not start "
                                           "without it",
                                           kCdiKind, kCdiDevice))));
}

}  // namespace

int InstallCdi(const Environment& environment, const CdiOptions& options) {
  const int allowed = RefuseUnlessRoot(environment, options.dry_run, "install cdi", kWhyRoot);
  if (allowed != CliStatus::kDone) return allowed;
  const HookCall call = CallOf(environment);
  if (const auto usable = CheckProgram(call.program); !usable) {
    return FailToInstall(environment, usable.error());
  }
  auto target = OpenSpec(environment, options);
  if (!target) return FailToInstall(environment, target.error());
  const std::string text = CdiSpecText(call);
  if (target->text() == text) {
    environment.out << fmt::format("cdi: already registered in {}\n",
                                   EscapedForPeople(target->path()));
    return CliStatus::kDone;
  }
  if (auto free = CheckFree(environment, *target); !free) {
    return FailToInstall(environment, free.error());
  }
  const auto written = WriteOrShow(environment, *target, text, options.dry_run);
  if (!written) return FailToInstall(environment, written.error());
  if (options.dry_run == DryRun::kNo) {
    environment.out << fmt::format(
        "cdi: registered; nothing is to be restarted: a container has it with --device {}={}\n",
        kCdiKind, kCdiDevice);
  }
  return CliStatus::kDone;
}

int UninstallCdi(const Environment& environment, const CdiOptions& options) {
  const int allowed = RefuseUnlessRoot(environment, options.dry_run, "uninstall cdi", kWhyRoot);
  if (allowed != CliStatus::kDone) return allowed;
  auto target = OpenSpec(environment, options);
  if (!target) return FailToInstall(environment, target.error());
  if (!target->text()) {
    environment.out << "cdi: not registered\n";
    return CliStatus::kDone;
  }
  const bool unchanged = *target->text() == CdiSpecText(CallOf(environment));
  if (!unchanged) {
    return FailToInstall(environment,
                         MakeError(ErrorCode::kExists, target->path(),
                                   "is not as headroom install writes it: remove it by hand")
                             .error());
  }
  if (auto nobody = CheckNobodyDepends(environment); !nobody) {
    return FailToInstall(environment, nobody.error());
  }
  const auto becomes = [](std::optional<std::string_view> before) { return !before; };
  const auto undone = UndoOrShow(environment, *target, becomes, "", options.dry_run);
  if (!undone) return FailToInstall(environment, undone.error());
  if (options.dry_run == DryRun::kNo) {
    environment.out << fmt::format(
        "cdi: no longer registered; a container of another engine than Podman and Docker that was "
        "made with --device {}={} starts no more\n",
        kCdiKind, kCdiDevice);
  }
  return CliStatus::kDone;
}

}  // namespace headroom
