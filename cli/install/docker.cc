#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/install/answers.h"
#include "cli/install/dockerd.h"
#include "cli/install/engine_host.h"
#include "container/engine/dockerd.h"
#include "fix/register/docker_daemon.h"
#include "fix/register/oci_hooks.h"

namespace headroom {
namespace {

constexpr std::size_t kMostNamed = 20;

/// daemon.json as it is, and what dockerd was told beside it.
struct Daemon {
  TargetFile target;
  std::string path;  ///< as it was named
  DockerdFlags flags;
  DockerDaemon says;

  [[nodiscard]] std::string_view text() const { return target.text().value_or(""); }
};

Result<Daemon> OpenDaemon(const Environment& environment, const DockerOptions& options) {
  DockerdFlags flags = FlagsOfDockerd(environment.host);
  std::string path = !options.config.empty()
                         ? options.config
                         : flags.config_file.value_or(environment.engines.docker_config);
  auto target = TargetFile::Open(path, Links::kFollow, AccessFor(options.dry_run));
  if (!target) return std::unexpected(target.error());
  auto says = ReadDockerDaemon(target->text().value_or(""), path);
  if (!says) return std::unexpected(says.error());
  return Daemon{.target = *std::move(target),
                .path = std::move(path),
                .flags = std::move(flags),
                .says = *std::move(says)};
}

std::unexpected<Error> Refused(const std::string& where, std::string_view what) {
  return MakeError(ErrorCode::kDenied, where, what);
}

/// What would leave Docker worse than it is.
Status CheckCanRegister(const Daemon& daemon, const Environment& environment,
                        const DockerOptions& options) {
  if (daemon.says.headroom && !daemon.says.Has(environment.engines.runtime)) {
    return Refused(daemon.path,
                   fmt::format("has a runtime \"{}\" that is {}, not Headroom's: rename it first",
                               kDockerRuntime, daemon.says.headroom->path));
  }
  if (!daemon.says.headroom && daemon.flags.add_runtime) {
    return Refused(daemon.path,
                   "cannot name runtimes, as dockerd is started with --add-runtime, and refuses to "
                   "start where both say some: move those into this file first");
  }
  if (options.as_default && !daemon.says.IsDefault() && daemon.flags.default_runtime) {
    return Refused(daemon.path,
                   "cannot set default-runtime, as dockerd is started with --default-runtime, and "
                   "refuses to start where both say one: leave out one of them");
  }
  return {};
}

/// A program that dockerd names: by a path, or looked for as it would.
Result<std::string> ProgramOf(const Environment& environment, const std::string& name) {
  std::string path =
      name.find('/') == std::string::npos ? FindProgram(environment.engines, name) : name;
  if (!path.starts_with('/')) {
    return MakeError(ErrorCode::kNotFound, name,
                     "is no runtime on this machine; name the program: --runtime PATH");
  }
  if (LeafOf(path) == LeafOf(environment.engines.runtime)) {
    return MakeError(ErrorCode::kDenied, path,
                     "is Headroom's own program, expected the runtime behind it");
  }
  if (auto usable = CheckProgram(path); !usable) {
    return MakeError(usable.error().code, path,
                     "is no program that can be run; --runtime PATH "
                     "names the runtime behind headroom-runtime");
  }
  return path;
}

/// What stands behind headroom-runtime: what was named; else, where Headroom is to be the default,
/// what was the default; else runc.
Result<DockerRuntime> Behind(const Daemon& daemon, const Environment& environment,
                             const DockerOptions& options) {
  DockerRuntime behind{.path = options.runtime.empty() ? "runc" : options.runtime, .args = {}};
  const std::string before = daemon.says.default_runtime.value_or("runc");
  const bool takes_over =
      options.as_default && options.runtime.empty() && before != "runc" && before != kDockerRuntime;
  if (takes_over) {
    const auto named = DockerRuntimeNamed(daemon.text(), daemon.path, before);
    if (!named) return std::unexpected(named.error());
    if (!*named) {
      return Refused(daemon.path,
                     fmt::format("has the default-runtime \"{}\" and no path of it; name the "
                                 "program that Headroom is to stand before: --runtime PATH",
                                 before));
    }
    behind = **named;
  }
  const auto program = ProgramOf(environment, behind.path);
  if (!program) return std::unexpected(program.error());
  behind.path = *program;
  return behind;
}

/// The entry of daemon.json.
Result<DockerRuntime> Entry(const Daemon& daemon, const Environment& environment,
                            const DockerOptions& options) {
  auto behind = Behind(daemon, environment, options);
  if (!behind) return behind;
  DockerRuntime entry{.path = environment.engines.runtime,
                      .args = {"--headroom-runtime", behind->path}};
  entry.args.insert(entry.args.end(), behind->args.begin(), behind->args.end());
  const bool differs = daemon.says.headroom && daemon.says.headroom->args != entry.args;
  const bool asked = options.as_default && !daemon.says.IsDefault();
  if (differs && (asked || !options.runtime.empty())) {
    return Refused(daemon.path,
                   fmt::format("has Headroom registered before another runtime ({}): headroom "
                               "uninstall docker first",
                               fmt::join(daemon.says.headroom->args, " ")));
  }
  return entry;
}

/// Whether nothing is asked for that is not there.
bool HasAll(const Daemon& daemon, const DockerOptions& options) {
  return daemon.says.headroom && options.runtime.empty() &&
         (!options.as_default || daemon.says.IsDefault());
}

int AlreadyRegistered(const Environment& environment, const Daemon& daemon) {
  environment.out << fmt::format("docker: already registered in {}\n",
                                 EscapedForPeople(daemon.path));
  return CliStatus::kDone;
}

void SayHowToGoOn(const Environment& environment, const Daemon& daemon, bool as_default) {
  environment.out << "docker: registered as the runtime \"" << kDockerRuntime << "\""
                  << (as_default ? ", and as the default" : "") << "; now type: systemctl reload "
                  << "docker\n";
  if (as_default) {
    environment.out << "  containers that exist keep the runtime that they were made with\n";
  } else {
    environment.out << "  then start containers with: docker run --runtime " << kDockerRuntime
                    << " ...\n";
  }
  if (daemon.flags.config_file && *daemon.flags.config_file != daemon.path) {
    environment.out << "  dockerd reads " << EscapedForPeople(*daemon.flags.config_file)
                    << ", which is another file\n";
  }
}

/// Where Docker has its containers.
std::string DataRoot(const Environment& environment, const Daemon& daemon) {
  if (daemon.flags.data_root) return *daemon.flags.data_root;
  return daemon.says.data_root.value_or(environment.engines.docker_root);
}

/// Docker keeps the name of its runtime in each container: without it they start no more.
Status CheckNobodyDepends(const Environment& environment, const Daemon& daemon) {
  const std::string root = DataRoot(environment, daemon);
  const auto containers = ContainersOfRuntime(root, kDockerRuntime);
  if (!containers) return std::unexpected(containers.error());
  if (containers->empty()) return {};
  std::string names;
  for (std::size_t i = 0; i < std::min(containers->size(), kMostNamed); ++i) {
    const DockerContainer& container = (*containers)[i];
    names += ' ';
    names += container.name.empty() ? container.id.substr(0, 12) : container.name;
  }
  const std::string more = containers->size() <= kMostNamed
                               ? ""
                               : fmt::format(" (and {} more)", containers->size() - kMostNamed);
  return Refused(
      root, fmt::format("has {} {} of the runtime \"{}\", which would not start without "
                        "it:{}{}; remove them, and make them anew with --runtime runc: "
                        "docker rm --force{}",
                        containers->size(), containers->size() == 1 ? "container" : "containers",
                        kDockerRuntime, names, more, names));
}

/// Whether `before`, with what stands there registered in it, is what stands there.
bool BecomesThis(const Daemon& daemon, std::optional<std::string_view> before) {
  if (!daemon.says.headroom) return false;
  const auto said = ReadDockerDaemon(before.value_or(""), "backup");
  if (!said || said->headroom || said->IsDefault()) return false;
  const auto as_default = daemon.says.IsDefault() ? AsDefault::kYes : AsDefault::kNo;
  const auto text =
      WithDockerRuntime(before.value_or(""), "backup", *daemon.says.headroom, as_default);
  return text && *text == daemon.text();
}

/// The newest kept text in which Headroom was not the default: it says what was.
std::string Earlier(const Daemon& daemon) {
  const auto backups = daemon.target.Backups();
  if (!backups) return "";
  for (const TargetFile::Kept& kept : *backups) {
    const auto said = ReadDockerDaemon(kept.text, kept.name);
    if (said && !said->headroom && !said->IsDefault()) return kept.text;
  }
  return "";
}

Status Undo(const Environment& environment, Daemon& daemon, DryRun dry_run) {
  const auto without = WithoutDockerRuntime(daemon.text(), daemon.path, Earlier(daemon));
  if (!without) return std::unexpected(without.error());
  return UndoOrShow(
      environment, daemon.target,
      [&daemon](std::optional<std::string_view> before) { return BecomesThis(daemon, before); },
      *without, dry_run);
}

Result<Daemon> Prepared(const Environment& environment, const DockerOptions& options) {
  if (const auto usable = CheckProgram(environment.engines.runtime); !usable) {
    return std::unexpected(usable.error());
  }
  if (const auto usable = CheckProgram(environment.engines.hook); !usable) {
    return std::unexpected(usable.error());
  }
  if (options.config.empty() && FindProgram(environment.engines, "dockerd").empty()) {
    return MakeError(ErrorCode::kNotFound, "dockerd",
                     "is not on this machine; if it is elsewhere, name its configuration: --config "
                     "FILE");
  }
  auto daemon = OpenDaemon(environment, options);
  if (!daemon) return daemon;
  if (auto can = CheckCanRegister(*daemon, environment, options); !can) {
    return std::unexpected(can.error());
  }
  return daemon;
}

}  // namespace

int InstallDocker(const Environment& environment, const DockerOptions& options) {
  const int allowed = RefuseUnlessRoot(environment, options.dry_run, "install docker",
                                       "changes how dockerd starts containers");
  if (allowed != CliStatus::kDone) return allowed;
  auto daemon = Prepared(environment, options);
  if (!daemon) return FailToInstall(environment, daemon.error());
  if (HasAll(*daemon, options)) return AlreadyRegistered(environment, *daemon);
  const auto entry = Entry(*daemon, environment, options);
  if (!entry) return FailToInstall(environment, entry.error());
  const auto after = WithDockerRuntime(daemon->text(), daemon->path, *entry,
                                       options.as_default ? AsDefault::kYes : AsDefault::kNo);
  if (!after) return FailToInstall(environment, after.error());
  if (*after == daemon->text()) return AlreadyRegistered(environment, *daemon);
  const auto written = WriteOrShow(environment, daemon->target, *after, options.dry_run);
  if (!written) return FailToInstall(environment, written.error());
  if (options.dry_run == DryRun::kNo) SayHowToGoOn(environment, *daemon, options.as_default);
  return CliStatus::kDone;
}

int UninstallDocker(const Environment& environment, const DockerOptions& options) {
  const int allowed = RefuseUnlessRoot(environment, options.dry_run, "uninstall docker",
                                       "changes how dockerd starts containers");
  if (allowed != CliStatus::kDone) return allowed;
  auto daemon = OpenDaemon(environment, options);
  if (!daemon) return FailToInstall(environment, daemon.error());
  const bool ours = daemon->says.Has(environment.engines.runtime);
  // A default that stands there without its runtime is what dockerd does not start with.
  const bool left_over = daemon->says.IsDefault() && !daemon->says.headroom;
  if (!ours && !left_over) {
    environment.out << fmt::format("docker: not registered in {}\n",
                                   EscapedForPeople(daemon->path));
    return CliStatus::kDone;
  }
  if (auto nobody = CheckNobodyDepends(environment, *daemon); !nobody) {
    return FailToInstall(environment, nobody.error());
  }
  if (auto undone = Undo(environment, *daemon, options.dry_run); !undone) {
    return FailToInstall(environment, undone.error());
  }
  if (options.dry_run == DryRun::kNo) {
    // Seen with Docker 20.10: a reload takes settings on, and keeps those that the file has no
    // more.
    environment.out << "docker: no longer registered; dockerd keeps the runtime until it is "
                       "restarted: systemctl restart docker\n";
  }
  return CliStatus::kDone;
}

}  // namespace headroom
