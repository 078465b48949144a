#include "hook/start_supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/detached.h"
#include "base/file.h"
#include "container/facts/facts.h"
#include "container/supervision/guardian_socket.h"
#include "container/supervision/supervisor_units.h"
#include "container/supervision/told_to_end.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

/// It goes when it has ended; a second one of the name is refused.
std::vector<std::string> AsUnit(const SupervisorPrograms& programs, const TransientUnit& unit,
                                const std::vector<std::string>& command) {
  std::vector<std::string> words = {programs.systemd_run,
                                    "--quiet",
                                    "--collect",
                                    "--no-block",
                                    fmt::format("--unit={}", unit.name),
                                    fmt::format("--slice={}", unit.slice)};
  for (const char* property : unit.properties)
    words.push_back(fmt::format("--property={}", property));
  words.emplace_back("--");
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

/// As `systemctl mask` leaves it, with and without --runtime: a link to /dev/null, or an empty
/// file.
bool IsMasked(const std::string& unit_file) {
  struct stat info{};
  if (stat(unit_file.c_str(), &info) != 0) return false;
  return S_ISCHR(info.st_mode) || (S_ISREG(info.st_mode) && info.st_size == 0);
}

/// Whether an administrator wants none now: headroomd was told to end, or may not be started.
bool IsUnwanted(const SupervisorPrograms& programs, const std::string& run_dir) {
  if (WasToldToEnd(run_dir)) return true;
  for (const std::string& dir : programs.mask_dirs) {
    for (const char* unit : {"headroomd.service", "headroomd.socket"}) {
      if (IsMasked(fmt::format("{}/{}", dir, unit))) return true;
    }
  }
  return false;
}

Result<UniqueFd> OwnCgroup(const HostView& host) {
  const std::string dir = host.cgroup_root + "/headroom";
  if (mkdir(dir.c_str(), 0755) != 0 && errno != EEXIST) {
    return SystemError(dir, "cannot be made, for the supervisor's own cgroup");
  }
  return OpenAt(AT_FDCWD, dir + "/cgroup.procs", O_WRONLY | O_CLOEXEC);
}

}  // namespace

SupervisorCommands CommandsToStart(SupervisorChoice choice, const SupervisorPrograms& programs,
                                   const std::string& run_dir, const HostView& host) {
  const bool wanted = choice == SupervisorChoice::kAuto || choice == SupervisorChoice::kEmbedded;
  if (!wanted || !programs.system) return {};
  const bool listens = DoorbellHasListener(run_dir);
  if (listens && !HasLostItsGuardian(host, run_dir)) return {};
  if (choice == SupervisorChoice::kAuto && IsUnwanted(programs, run_dir)) return {};
  std::vector<std::string> guardian = {programs.guardian, "--until-alone"};
  std::vector<std::string> headroomd = {programs.headroomd, "--until-idle"};
  const bool detached = access(programs.systemd_dir.c_str(), F_OK) != 0;
  if (!detached) {
    const TransientUnits units = TransientUnitsOfSystem();
    guardian = AsUnit(programs, units.guardian, guardian);
    headroomd = AsUnit(programs, units.headroomd, headroomd);
  }
  SupervisorCommands to_start{.commands = {std::move(guardian)}, .detached = detached};
  if (!listens) to_start.commands.push_back(std::move(headroomd));
  return to_start;
}

bool WaitsForOrphans(const HostView& host, pid_t runtime) {
  const auto stat = ReadProcessStat(host, runtime);
  const auto text = ReadProcessFile(host, runtime, "cmdline", 65536);
  if (!stat || !text || stat->comm != "crun") return false;
  bool runs = false;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    if (word == "--detach" || word == "-d") return false;
    runs = runs || word == "run";
  }
  return runs;
}

Status StartOutside(const std::vector<std::string>& command, const HostView& host) {
  const auto procs = OwnCgroup(host);
  if (!procs) return std::unexpected(procs.error());
  return StartDetached({.command = command, .cgroup_procs = procs->get()});
}

}  // namespace headroom
