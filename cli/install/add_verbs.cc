#include "cli/install/add_verbs.h"

#include <memory>

#include "cli/install/verbs.h"

namespace headroom {
namespace {

/// The two verbs take the same arguments, but for what only says how to register.
enum class Way : bool { kInstall, kUninstall };

void AddDryRun(CLI::App& engine, DryRun& dry_run) {
  engine.add_flag_callback(
      "--dry-run", [&dry_run] { dry_run = DryRun::kYes; },
      "Show what would be written as a unified diff, and write nothing");
}

/// What a verb of one engine does, and what undoes it.
template <typename Options>
struct Pair {
  int (*install)(const Environment&, const Options&);
  int (*uninstall)(const Environment&, const Options&);
};

/// The engine's verb, when it is the one that was typed.
template <typename Options>
void Bind(CLI::App& engine, const Environment& environment, Verb& verb, Way way,
          const std::shared_ptr<Options>& options, Pair<Options> pair) {
  engine.callback([&environment, &verb, options, way, pair] {
    verb = [&environment, options, way, pair] {
      return (way == Way::kInstall ? pair.install : pair.uninstall)(environment, *options);
    };
  });
}

void AddPodman(CLI::App& parent, const Environment& environment, Verb& verb, Way way) {
  auto options = std::make_shared<HooksDirOptions>();
  CLI::App* podman =
      parent.add_subcommand("podman", "Podman, by two files in the hooks directory that it reads");
  podman->add_option("--hooks-dir", options->hooks_dir, "This hooks directory instead")
      ->check(RefuseEmpty);
  AddDryRun(*podman, options->dry_run);
  Bind<HooksDirOptions>(*podman, environment, verb, way, options, {InstallPodman, UninstallPodman});
}

void AddCrio(CLI::App& parent, const Environment& environment, Verb& verb, Way way) {
  auto options = std::make_shared<HooksDirOptions>();
  CLI::App* crio =
      parent.add_subcommand("crio", "CRI-O, by two files in the hooks directory that it reads");
  crio->add_option("--hooks-dir", options->hooks_dir, "This hooks directory instead")
      ->check(RefuseEmpty);
  AddDryRun(*crio, options->dry_run);
  Bind<HooksDirOptions>(*crio, environment, verb, way, options, {InstallCrio, UninstallCrio});
}

void AddLxc(CLI::App& parent, const Environment& environment, Verb& verb, Way way) {
  auto options = std::make_shared<LxcOptions>();
  CLI::App* lxc = parent.add_subcommand(
      "lxc", "LXC, by hooks in the common configuration, or in that of one container");
  lxc->add_option("container", options->container,
                  "Only this container, for one that does not include the common configuration")
      ->check(RefuseEmpty);
  lxc->add_option("-P,--lxcpath", options->lxc_path, "Where containers lie (/var/lib/lxc)")
      ->check(RefuseEmpty);
  AddDryRun(*lxc, options->dry_run);
  Bind<LxcOptions>(*lxc, environment, verb, way, options, {InstallLxc, UninstallLxc});
}

void AddCdi(CLI::App& parent, const Environment& environment, Verb& verb, Way way) {
  auto options = std::make_shared<CdiOptions>();
  CLI::App* cdi = parent.add_subcommand(
      "cdi", "Single containers, by a device of the Container Device Interface (--device)");
  AddDryRun(*cdi, options->dry_run);
  Bind<CdiOptions>(*cdi, environment, verb, way, options, {InstallCdi, UninstallCdi});
}

void AddDocker(CLI::App& parent, const Environment& environment, Verb& verb, Way way) {
  auto options = std::make_shared<DockerOptions>();
  CLI::App* docker =
      parent.add_subcommand("docker", "Docker, by a runtime named headroom in daemon.json");
  docker->add_option("--config", options->config, "This file instead of the one that dockerd reads")
      ->check(RefuseEmpty);
  if (way == Way::kInstall) {
    docker->add_flag("--default", options->as_default,
                     "Also for containers that are run without --runtime");
    docker
        ->add_option("--runtime", options->runtime,
                     "The runtime that headroom-runtime becomes (runc, or with --default what was "
                     "the default)")
        ->check(RefuseEmpty);
  }
  AddDryRun(*docker, options->dry_run);
  Bind<DockerOptions>(*docker, environment, verb, way, options, {InstallDocker, UninstallDocker});
}

void AddContainerd(CLI::App& parent, const Environment& environment, Verb& verb, Way way) {
  auto options = std::make_shared<ContainerdOptions>();
  CLI::App* containerd = parent.add_subcommand(
      "containerd",
      "containerd for Kubernetes, by a runtime handler named headroom in config.toml");
  containerd
      ->add_option("--config", options->config,
                   "This file instead of the one that containerd reads")
      ->check(RefuseEmpty);
  AddDryRun(*containerd, options->dry_run);
  Bind<ContainerdOptions>(*containerd, environment, verb, way, options,
                          {InstallContainerd, UninstallContainerd});
}

void AddBundleHooks(CLI::App& parent, const Environment& environment, Verb& verb, Way way) {
  auto options = std::make_shared<BundleHooksOptions>();
  CLI::App* bundle = parent.add_subcommand(
      "bundle", "One OCI bundle, by hooks in its config.json: for runc and crun by themselves");
  bundle->add_option("directory", options->directory, "The folder that holds config.json")
      ->required()
      ->check(RefuseEmpty);
  AddDryRun(*bundle, options->dry_run);
  Bind<BundleHooksOptions>(*bundle, environment, verb, way, options,
                           {InstallBundle, UninstallBundle});
}

void AddSystemd(CLI::App& parent, const Environment& environment, Verb& verb, Way way) {
  auto options = std::make_shared<SystemdOptions>();
  CLI::App* systemd = parent.add_subcommand(
      "systemd", "One service of systemd's, by a drop-in: it is watched each time that it starts");
  systemd->add_option("unit", options->unit, "Its name: web, or web.service")
      ->required()
      ->check(RefuseEmpty);
  AddDryRun(*systemd, options->dry_run);
  Bind<SystemdOptions>(*systemd, environment, verb, way, options,
                       {InstallSystemd, UninstallSystemd});
}

void AddEngines(CLI::App& parent, const Environment& environment, Verb& verb, Way way) {
  AddPodman(parent, environment, verb, way);
  AddDocker(parent, environment, verb, way);
  AddContainerd(parent, environment, verb, way);
  AddCrio(parent, environment, verb, way);
  AddLxc(parent, environment, verb, way);
  AddCdi(parent, environment, verb, way);
  AddBundleHooks(parent, environment, verb, way);
  AddSystemd(parent, environment, verb, way);
}

}  // namespace

void AddInstall(CLI::App& program, const Environment& environment, Verb& verb) {
  auto options = std::make_shared<EnginesOptions>();
  CLI::App* install = program.add_subcommand(
      "install", "Register Headroom with an engine; alone: which engines there are");
  install->require_subcommand(0, 1);
  install->add_flag("--json", options->json, "The engines as JSON (headroom.engines/1)");
  AddEngines(*install, environment, verb, Way::kInstall);
  install->callback([&environment, &verb, options, install] {
    // Called behind the one of the engine that was named.
    if (!install->get_subcommands().empty()) return;
    verb = [&environment, options] { return ListEngines(environment, *options); };
  });
  CLI::App* uninstall = program.add_subcommand(
      "uninstall",
      "Undo what install did, and nothing else; alone: what still needs Headroom's programs");
  uninstall->require_subcommand(0, 1);
  AddEngines(*uninstall, environment, verb, Way::kUninstall);
  uninstall->callback([&environment, &verb, uninstall] {
    if (!uninstall->get_subcommands().empty()) return;
    verb = [&environment] { return TellWhatNeedsHeadroom(environment); };
  });
}

}  // namespace headroom
