#pragma once

#include <string>

#include "cli/environment.h"

namespace headroom {

/// How the verbs `install` and `uninstall` end: kDone when the engine is (un)registered now,
/// whether or not anything had to be written; kIncomplete when it was refused or failed, and then,
/// unless the line on the error stream says otherwise, nothing was changed; kUsage.

/// Prints what would be written as a unified diff, and writes nothing.
enum class DryRun : bool { kNo, kYes };

/// `headroom install|uninstall podman` and `crio`: two files in a hooks directory.
struct HooksDirOptions {
  std::string hooks_dir;  ///< empty: the one that the engine reads
  DryRun dry_run = DryRun::kNo;
};
[[nodiscard]] int InstallPodman(const Environment& environment, const HooksDirOptions& options);
[[nodiscard]] int UninstallPodman(const Environment& environment, const HooksDirOptions& options);
[[nodiscard]] int InstallCrio(const Environment& environment, const HooksDirOptions& options);
[[nodiscard]] int UninstallCrio(const Environment& environment, const HooksDirOptions& options);

/// `headroom install|uninstall docker`: a runtime in daemon.json.
struct DockerOptions {
  std::string config;   ///< empty: the one that dockerd reads
  std::string runtime;  ///< the runtime behind headroom-runtime; empty: the one that is the default
  bool as_default = false;
  DryRun dry_run = DryRun::kNo;
};
[[nodiscard]] int InstallDocker(const Environment& environment, const DockerOptions& options);
[[nodiscard]] int UninstallDocker(const Environment& environment, const DockerOptions& options);

/// `headroom install|uninstall containerd`: a runtime handler in config.toml, for Kubernetes.
struct ContainerdOptions {
  std::string config;  ///< empty: the one that containerd reads
  DryRun dry_run = DryRun::kNo;
};
[[nodiscard]] int InstallContainerd(const Environment& environment,
                                    const ContainerdOptions& options);
[[nodiscard]] int UninstallContainerd(const Environment& environment,
                                      const ContainerdOptions& options);

/// `headroom install|uninstall lxc [NAME]`: three hooks in the configuration of one container, or
/// in a file that the common one includes.
struct LxcOptions {
  std::string container;  ///< empty: all that include the common configuration
  std::string lxc_path;   ///< where containers lie; empty: LXC's own place
  DryRun dry_run = DryRun::kNo;
};
[[nodiscard]] int InstallLxc(const Environment& environment, const LxcOptions& options);
[[nodiscard]] int UninstallLxc(const Environment& environment, const LxcOptions& options);

/// `headroom install|uninstall cdi`: a device of the Container Device Interface, by which a single
/// container opts in.
struct CdiOptions {
  DryRun dry_run = DryRun::kNo;
};
[[nodiscard]] int InstallCdi(const Environment& environment, const CdiOptions& options);
[[nodiscard]] int UninstallCdi(const Environment& environment, const CdiOptions& options);

/// `headroom install|uninstall bundle DIR`: hooks in DIR/config.json, for runc and crun.
struct BundleHooksOptions {
  std::string directory;
  DryRun dry_run = DryRun::kNo;
};
[[nodiscard]] int InstallBundle(const Environment& environment, const BundleHooksOptions& options);
[[nodiscard]] int UninstallBundle(const Environment& environment,
                                  const BundleHooksOptions& options);

/// `headroom install|uninstall systemd UNIT`: a drop-in of that service, which has it watched each
/// time that it starts.
struct SystemdOptions {
  std::string unit;  ///< "web" or "web.service"
  DryRun dry_run = DryRun::kNo;
};
[[nodiscard]] int InstallSystemd(const Environment& environment, const SystemdOptions& options);
[[nodiscard]] int UninstallSystemd(const Environment& environment, const SystemdOptions& options);

/// `headroom install` alone: the engines of this machine, and whether each is registered.
struct EnginesOptions {
  bool json = false;
};
[[nodiscard]] int ListEngines(const Environment& environment, const EnginesOptions& options);

/// `headroom uninstall` alone: what of this machine still needs Headroom's programs. kDone: nothing
/// that is known; kIncomplete otherwise.
[[nodiscard]] int TellWhatNeedsHeadroom(const Environment& environment);

}  // namespace headroom
