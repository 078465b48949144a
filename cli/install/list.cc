#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/install/engine_host.h"
#include "cli/install/podman_dirs.h"
#include "cli/install/target_file.h"
#include "cli/install/verbs.h"
#include "cli/table.h"
#include "container/dockerd.h"
#include "fix/register/docker_daemon.h"
#include "fix/register/podman_hooks.h"

namespace headroom {
namespace {

using nlohmann::json;

/// One engine of this machine.
struct Row {
  std::string engine;
  std::string program;
  std::optional<bool> registered;  ///< nullopt: not known, or a matter of each bundle
  std::string where = {};          ///< the file or folder
  std::string note = {};           ///< what is not as it should be, or how to register
};

std::string Install(std::string_view engine) { return fmt::format("headroom install {}", engine); }

/// A hook whose program is gone is the worst that can be.
std::string NoteOnProgram(const std::string& program, std::string_view consequence) {
  const auto usable = CheckProgram(program);
  return usable ? "" : fmt::format("{}: {}", usable.error().Message(), consequence);
}

void LookAtPodman(const Environment& environment, Row& row) {
  const auto dirs = HooksDirsOfPodman(environment.engines);
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
    row.note = fmt::format("only in part, not at {}: {}", missing.front(), Install("podman"));
  } else if (!missing.empty()) {
    row.note = Install("podman");
  }
}

void LookAtDocker(const Environment& environment, Row& row) {
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

std::vector<Row> Engines(const Environment& environment) {
  std::vector<Row> rows;
  for (const auto& [engine, program] :
       {std::pair{"podman", "podman"}, std::pair{"docker", "dockerd"}, std::pair{"runc", "runc"},
        std::pair{"crun", "crun"}}) {
    Row row{.engine = engine, .program = FindProgram(environment.engines, program)};
    if (row.program.empty()) continue;
    if (row.engine == "podman") {
      LookAtPodman(environment, row);
    } else if (row.engine == "docker") {
      LookAtDocker(environment, row);
    } else {
      row.note = "each bundle by itself: headroom install bundle DIR";
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void PrintJson(const Environment& environment, const std::vector<Row>& rows) {
  json engines = json::array();
  for (const Row& row : rows) {
    engines.push_back(
        {{"engine", row.engine},
         {"program", EscapedForPeople(row.program)},
         {"registered", row.registered ? json(*row.registered) : json(nullptr)},
         {"where", row.where.empty() ? json(nullptr) : json(EscapedForPeople(row.where))},
         {"note", row.note.empty() ? json(nullptr) : json(EscapedForPeople(row.note))}});
  }
  environment.out << DumpJson({{"schema", "headroom.engines/1"}, {"engines", std::move(engines)}});
}

std::string RegisteredText(const Row& row) {
  if (!row.registered) return row.where.empty() ? "-" : "?";
  return *row.registered ? "yes" : "no";
}

void PrintTable(const Environment& environment, const std::vector<Row>& rows) {
  Table table({"ENGINE", "REGISTERED", "WHERE", ""});
  for (const Row& row : rows) {
    table.Add({row.engine, RegisteredText(row),
               row.where.empty() ? std::string("-") : EscapedForPeople(row.where),
               EscapedForPeople(row.note)});
  }
  environment.out << table.Text();
}

}  // namespace

int ListEngines(const Environment& environment, const EnginesOptions& options) {
  const auto rows = Engines(environment);
  if (options.json) {
    PrintJson(environment, rows);
  } else if (rows.empty()) {
    environment.err << "headroom: neither podman, dockerd, runc nor crun is on this machine\n";
  } else {
    PrintTable(environment, rows);
  }
  return CliStatus::kDone;
}

}  // namespace headroom
