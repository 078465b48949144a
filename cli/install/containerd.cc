#include <fmt/format.h>

#include "base/text.h"
#include "cli/install/answers.h"
#include "cli/install/containerds.h"
#include "cli/install/dependents.h"
#include "cli/install/engine_host.h"
#include "fix/register/containerd_config.h"
#include "fix/register/oci_hooks.h"

namespace headroom {
namespace {

constexpr const char* kWhyRoot = "changes how containerd starts containers";

/// config.toml as it is.
struct ConfigFile {
  TargetFile target;
  std::string path;  ///< as it was named
  ContainerdConfig says;

  [[nodiscard]] std::string_view text() const { return target.text().value_or(""); }
};

Result<ConfigFile> OpenConfig(const Environment& environment, const ContainerdOptions& options) {
  auto path = options.config.empty() ? ConfigOfContainerd(environment)
                                     : Result<std::string>(options.config);
  if (!path) return std::unexpected(path.error());
  auto target = TargetFile::Open(*path, Links::kFollow, AccessFor(options.dry_run));
  if (!target) return std::unexpected(target.error());
  auto says = ReadContainerdConfig(target->text().value_or(""), *path);
  if (!says) return std::unexpected(says.error());
  return ConfigFile{
      .target = *std::move(target), .path = *std::move(path), .says = *std::move(says)};
}

/// headroom-runtime takes no arguments from containerd, and looks for the runtime itself.
Status CheckPrograms(const EngineHost& host) {
  for (const std::string& program : {host.runtime, host.hook}) {
    if (auto usable = CheckProgram(program); !usable) return usable;
  }
  if (!FindProgram(host, "runc").empty() || !FindProgram(host, "crun").empty()) return {};
  return MakeError(ErrorCode::kNotFound, "runc",
                   "is not on this machine, nor is crun: headroom-runtime would have no runtime to "
                   "become");
}

Result<ConfigFile> Prepared(const Environment& environment, const ContainerdOptions& options) {
  if (auto usable = CheckPrograms(environment.engines); !usable) {
    return std::unexpected(usable.error());
  }
  if (options.config.empty() && FindProgram(environment.engines, "containerd").empty()) {
    return MakeError(ErrorCode::kNotFound, "containerd",
                     "is not on this machine; if it is elsewhere, name its configuration: --config "
                     "FILE");
  }
  auto config = OpenConfig(environment, options);
  if (!config) return config;
  if (config->says.headroom && !config->says.Has(environment.engines.runtime)) {
    return MakeError(
        ErrorCode::kDenied, config->path,
        fmt::format("has a runtime \"{}\" that starts {}, not Headroom's: rename it first",
                    kContainerdHandler,
                    config->says.headroom->binary.empty() ? "no program of its own"
                                                          : config->says.headroom->binary));
  }
  return config;
}

/// What is not as one would think.
void SayNotes(const Environment& environment, const ContainerdConfig& before) {
  if (before.cri_disabled) {
    environment.out << "  the CRI plugin, which alone reads it, is in disabled_plugins\n";
  }
  if (before.imports) {
    environment.out << "  the file imports others, and what they say of the CRI plugin wins: "
                       "containerd config dump shows what counts\n";
  }
  const std::string binary = before.by_default ? before.by_default->binary : "";
  if (!binary.empty() && LeafOf(binary) != "runc") {
    environment.out << fmt::format(
        "  the default handler starts {}; this one starts the first of runc and crun that "
        "headroom-runtime finds\n",
        EscapedForPeople(binary));
  }
}

void SayHowToGoOn(const Environment& environment, const ContainerdConfig& before) {
  environment.out << fmt::format(
      "containerd: registered as the runtime handler \"{0}\"; now type: systemctl restart "
      "containerd (containers that run go on)\n"
      "  pods have it with runtimeClassName: {0}, and a RuntimeClass of that handler\n"
      "  ctr does not read this file: ctr run --runc-binary {1} ...\n",
      kContainerdHandler, environment.engines.runtime);
  SayNotes(environment, before);
}

/// containerd looks a pod's handler up by its name whenever one of its containers is started.
Status CheckNoPodDepends(const ContainerdTasks& tasks) {
  if (tasks.pods.empty()) return {};
  return MakeError(
      ErrorCode::kDenied, "containerd",
      fmt::format("{}; delete them, or make them anew with another runtimeClassName, first",
                  CountedNames(tasks.pods, "pod",
                               fmt::format("of the handler \"{}\", whose containers would not "
                                           "start again without it",
                                           kContainerdHandler))));
}

/// Whether `before`, with what stands there registered in it, is what stands there.
bool BecomesThis(const ConfigFile& config, std::optional<std::string_view> before) {
  const auto text =
      WithContainerdHandler(before.value_or(""), "backup", config.says.headroom->binary);
  return text && *text == config.text() && *text != before.value_or("");
}

}  // namespace

int InstallContainerd(const Environment& environment, const ContainerdOptions& options) {
  const int allowed =
      RefuseUnlessRoot(environment, options.dry_run, "install containerd", kWhyRoot);
  if (allowed != CliStatus::kDone) return allowed;
  auto config = Prepared(environment, options);
  if (!config) return FailToInstall(environment, config.error());
  if (config->says.headroom) {
    environment.out << fmt::format("containerd: already registered in {}\n",
                                   EscapedForPeople(config->path));
    return CliStatus::kDone;
  }
  const auto after =
      WithContainerdHandler(config->text(), config->path, environment.engines.runtime);
  if (!after) return FailToInstall(environment, after.error());
  const auto written = WriteOrShow(environment, config->target, *after, options.dry_run);
  if (!written) return FailToInstall(environment, written.error());
  if (options.dry_run == DryRun::kNo) SayHowToGoOn(environment, config->says);
  return CliStatus::kDone;
}

int UninstallContainerd(const Environment& environment, const ContainerdOptions& options) {
  const int allowed =
      RefuseUnlessRoot(environment, options.dry_run, "uninstall containerd", kWhyRoot);
  if (allowed != CliStatus::kDone) return allowed;
  auto config = OpenConfig(environment, options);
  if (!config) return FailToInstall(environment, config.error());
  if (!config->says.Has(environment.engines.runtime)) {
    environment.out << fmt::format("containerd: not registered in {}\n",
                                   EscapedForPeople(config->path));
    return CliStatus::kDone;
  }
  const auto tasks = TasksOfHeadroom(environment.engines);
  if (!tasks) return FailToInstall(environment, tasks.error());
  if (auto nobody = CheckNoPodDepends(*tasks); !nobody) {
    return FailToInstall(environment, nobody.error());
  }
  const auto without = WithoutContainerdHandler(config->text(), config->path);
  if (!without) return FailToInstall(environment, without.error());
  const auto becomes = [&config](std::optional<std::string_view> before) {
    return BecomesThis(*config, before);
  };
  const auto undone = UndoOrShow(environment, config->target, becomes, *without, options.dry_run);
  if (!undone) return FailToInstall(environment, undone.error());
  if (options.dry_run == DryRun::kNo) {
    environment.out << fmt::format(
        "containerd: no longer registered; now type: systemctl restart containerd\n"
        "  pods of a RuntimeClass with the handler \"{}\" start no more\n",
        kContainerdHandler);
    if (!tasks->others.empty()) {
      environment.out << fmt::format(
          "  containerd {}\n",
          EscapedForPeople(CountedNames(tasks->others, "container",
                                        "that headroom-runtime started, and needs to stop")));
    }
  }
  return CliStatus::kDone;
}

}  // namespace headroom
