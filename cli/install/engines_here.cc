#include "cli/install/engines_here.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cli/install/answers.h"
#include "cli/install/cdi_dir.h"
#include "cli/install/containerds.h"
#include "cli/install/crio_dirs.h"
#include "cli/install/lxc_files.h"
#include "cli/install/podman_dirs.h"
#include "cli/install/target_file.h"
#include "container/engine/dockerd.h"
#include "fix/register/cdi_spec.h"
#include "fix/register/containerd_config.h"
#include "fix/register/docker_daemon.h"
#include "fix/register/lxc_hooks.h"
#include "fix/register/podman_hooks.h"

namespace headroom {
namespace {

std::string Install(std::string_view engine) { return fmt::format("headroom install {}", engine); }

/// A hook whose program is gone is the worst that can be.
std::string NoteOnProgram(const std::string& program, std::string_view consequence) {
  const auto usable = CheckProgram(program);
  return usable ? "" : fmt::format("{}: {}", usable.error().Message(), consequence);
}

/// An engine that reads hooks from those directories.
void LookAtHooks(const Environment& environment, EngineHere& row,
                 const Result<std::vector<std::string>>& dirs) {
  if (!dirs) {
    row.note = dirs.error().Message();
    return;
  }
  row.where = fmt::format("{}", fmt::join(*dirs, ", "));
  const HookCall call{.program = environment.engines.hook};
  const auto in_place = HooksIn(*dirs);
  std::vector<std::string> missing;
  for (const PodmanHookFile& file : PodmanHookFiles(call)) {
    const auto there = std::ranges::find_if(in_place, [&](const HookInPlace& hook) {
      return hook.hook.Calls(call.program, file.stage);
    });
    if (there == in_place.end()) {
      missing.push_back(file.stage);
    } else if (row.note.empty()) {
      row.note = NoteOnProgram(there->hook.program, "no container starts");
    }
  }
  row.registered = missing.empty();
  if (missing.size() == 1) {
    row.note = fmt::format("only in part, not at {}: {}", missing.front(), Install(row.engine));
  } else if (!missing.empty()) {
    row.note = Install(row.engine);
  }
}

void LookAtDocker(const Environment& environment, EngineHere& row) {
  const DockerdFlags flags = FlagsOfDockerd(environment.host);
  row.where = flags.config_file.value_or(environment.engines.docker_config);
  const auto target = TargetFile::Open(row.where, Links::kFollow, Access::kRead);
  const auto says = target ? ReadDockerDaemon(target->text().value_or(""), row.where)
                           : std::unexpected(target.error());
  if (!says) {
    row.note = says.error().Message();
    return;
  }
  row.registered = says->Has(environment.engines.runtime);
  if (!*row.registered) {
    row.note = Install("docker");
    return;
  }
  row.note = NoteOnProgram(says->headroom->path, "its containers do not start");
  if (!row.note.empty()) return;
  row.note = says->IsDefault() ? "as the default runtime"
                               : fmt::format("as the runtime \"{}\"", kDockerRuntime);
}

void LookAtContainerd(const Environment& environment, EngineHere& row) {
  const auto path = ConfigOfContainerd(environment);
  const auto target =
      path ? TargetFile::Open(*path, Links::kFollow, Access::kRead) : std::unexpected(path.error());
  const auto says = target ? ReadContainerdConfig(target->text().value_or(""), *path)
                           : std::unexpected(target.error());
  row.where = path ? *path : path.error().where;
  if (!says) {
    row.note = says.error().Message();
    return;
  }
  row.registered = says->Has(environment.engines.runtime);
  if (!*row.registered) {
    row.note = Install("containerd");
    return;
  }
  row.note = NoteOnProgram(says->headroom->binary, "its containers do not start");
  if (row.note.empty()) row.note = fmt::format("as the runtime handler \"{}\"", kContainerdHandler);
}

void LookAtLxc(const Environment& environment, EngineHere& row) {
  row.where = LxcCommonFile(environment.engines);
  const auto target = TargetFile::Open(row.where, Links::kRefuse, Access::kRead);
  const auto has =
      target ? HasLxcHooks(target->text().value_or(""), row.where, environment.engines.hook)
             : std::unexpected(target.error());
  if (!has) {
    row.note = has.error().Message();
    return;
  }
  row.registered = *has;
  if (*has) {
    row.note = NoteOnProgram(environment.engines.hook, "no container starts");
    return;
  }
  const auto containers = LxcContainersWithHooks(environment.engines);
  row.note = containers.empty() ? Install("lxc")
                                : fmt::format("by themselves: {}", fmt::join(containers, ", "));
}

/// The device is no engine's alone: it is told where one that reads it may be, or where it stands.
std::optional<EngineHere> CdiHere(const Environment& environment,
                                  const std::vector<EngineHere>& engines) {
  EngineHere row{.engine = "cdi",
                 .program = {},
                 .registered = {},
                 .where = CdiSpecPath(environment.engines),
                 .note = {}};
  const auto target = TargetFile::Open(row.where, Links::kRefuse, Access::kRead);
  if (!target) {
    row.note = target.error().Message();
    return row;
  }
  const bool is_read = std::ranges::any_of(engines, [](const EngineHere& engine) {
    return engine.engine != "lxc" && engine.engine != "runc" && engine.engine != "crun";
  });
  if (!target->text()) {
    if (!is_read) return std::nullopt;
    row.registered = false;
    row.note = "for single containers: " + Install("cdi");
    return row;
  }
  row.registered = *target->text() == CdiSpecText(CallOf(environment));
  row.note = *row.registered ? NoteOnProgram(environment.engines.hook,
                                             "containers with the device do not start")
                             : "is not as headroom install writes it";
  if (row.note.empty()) row.note = fmt::format("by --device {}={}", kCdiKind, kCdiDevice);
  return row;
}

void LookAt(const Environment& environment, EngineHere& row) {
  if (row.engine == "podman") {
    LookAtHooks(environment, row, HooksDirsOfPodman(environment.engines));
  } else if (row.engine == "docker") {
    LookAtDocker(environment, row);
  } else if (row.engine == "containerd") {
    LookAtContainerd(environment, row);
  } else if (row.engine == "crio") {
    LookAtHooks(environment, row, HooksDirsOfCrio(environment));
  } else if (row.engine == "lxc") {
    LookAtLxc(environment, row);
  } else {
    row.note = "each bundle by itself: headroom install bundle DIR";
  }
}

}  // namespace

std::vector<EngineHere> EnginesHere(const Environment& environment) {
  std::vector<EngineHere> rows;
  constexpr std::array<std::pair<const char*, const char*>, 7> kPrograms = {
      {{"podman", "podman"},
       {"docker", "dockerd"},
       {"containerd", "containerd"},
       {"crio", "crio"},
       {"lxc", "lxc-start"},
       {"runc", "runc"},
       {"crun", "crun"}}};
  for (const auto& [engine, program] : kPrograms) {
    EngineHere row{.engine = engine,
                   .program = FindProgram(environment.engines, program),
                   .registered = {},
                   .where = {},
                   .note = {}};
    if (row.program.empty()) continue;
    LookAt(environment, row);
    rows.push_back(std::move(row));
  }
  if (auto cdi = CdiHere(environment, rows)) rows.push_back(*std::move(cdi));
  return rows;
}

}  // namespace headroom
