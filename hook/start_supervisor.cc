#include "hook/start_supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/file.h"
#include "container/facts.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

/// Transient units, which go when they have ended; a second one of the name is refused.
std::vector<std::string> AsUnit(const SupervisorPrograms& programs, const char* unit,
                                const char* slice, const std::vector<std::string>& properties,
                                const std::vector<std::string>& command) {
  std::vector<std::string> words = {programs.systemd_run,
                                    "--quiet",
                                    "--collect",
                                    "--no-block",
                                    fmt::format("--unit={}", unit),
                                    fmt::format("--slice={}", slice),
                                    "--property=Type=notify",
                                    "--property=OOMScoreAdjust=-900",
                                    "--property=LimitMEMLOCK=infinity",
                                    "--property=LimitNOFILE=65536",
                                    "--property=NoNewPrivileges=yes"};
  for (const std::string& property : properties) words.push_back("--property=" + property);
  words.emplace_back("--");
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

/// As in its unit file (packaging/systemd): systemd is left where both hang.
std::vector<std::string> GuardiansProperties(const SupervisorPrograms& programs) {
  return {"Restart=on-failure",
          "RestartSec=500ms",
          "WatchdogSec=1250ms",
          "WatchdogSignal=SIGKILL",
          fmt::format("ExecStopPost=+{}", programs.undo),
          "TimeoutStopSec=5"};
}

/// The end of a process that must not return into its caller.
[[noreturn]] void Run(const std::vector<std::string>& command, int cgroup_procs) {
  if (setsid() < 0 || fork() != 0) _exit(0);
  if (write(cgroup_procs, "0", 1) != 1) _exit(1);
  const int null = open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, standard);
  const long most = sysconf(_SC_OPEN_MAX);
  for (int fd = STDERR_FILENO + 1; fd < most && fd < 65536; ++fd) close(fd);
  if (chdir("/") != 0) _exit(1);
  umask(077);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  (void)signal(SIGPIPE, SIG_DFL);  // the one that the hook ignores
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {path, nullptr};
  execve(words.front(), words.data(), environment);
  _exit(127);
}

Result<UniqueFd> OwnCgroup(const HostView& host) {
  const std::string dir = host.cgroup_root + "/headroom";
  if (mkdir(dir.c_str(), 0755) != 0 && errno != EEXIST) {
    return SystemError(dir, "cannot be made, for the supervisor's own cgroup");
  }
  return OpenAt(AT_FDCWD, dir + "/cgroup.procs", O_WRONLY | O_CLOEXEC);
}

}  // namespace

std::vector<std::vector<std::string>> CommandsToStart(SupervisorChoice choice,
                                                      const SupervisorPrograms& programs,
                                                      const std::string& run_dir) {
  const bool wanted = choice == SupervisorChoice::kAuto || choice == SupervisorChoice::kEmbedded;
  if (!wanted || !programs.system || DoorbellHasListener(run_dir)) return {};
  const bool systemd = access(programs.systemd_dir.c_str(), F_OK) == 0;
  if (systemd && choice == SupervisorChoice::kAuto) return {};
  const std::vector<std::string> guardian = {programs.guardian, "--until-alone"};
  const std::vector<std::string> headroomd = {programs.headroomd, "--until-idle"};
  if (!systemd) return {guardian, headroomd};
  return {AsUnit(programs, "headroom-guardian-embedded", "headroom-guardian.slice",
                 GuardiansProperties(programs), guardian),
          AsUnit(programs, "headroomd-embedded", "headroom.slice", {}, headroomd)};
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

Status StartDetached(const std::vector<std::string>& command, const HostView& host) {
  const std::string& program = command.front();
  if (access(program.c_str(), X_OK) != 0) return SystemError(program, "cannot be executed");
  const auto procs = OwnCgroup(host);
  if (!procs) return std::unexpected(procs.error());
  const pid_t child = fork();
  if (child < 0) return SystemError(program, "no process can be made");
  if (child == 0) Run(command, procs->get());
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return {};
}

}  // namespace headroom
