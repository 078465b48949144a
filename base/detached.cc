#include "base/detached.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace headroom {
namespace {

constexpr long kMostDescriptors = 65536;

/// The three standard descriptors, and no other.
void KeepOnlyStandardDescriptors(const DetachedProgram& program) {
  const int null = open("/dev/null", O_RDWR);
  // Copies first: what is wanted as one of the three may have the number of another one.
  const auto copy = [null](int wanted) {
    return fcntl(wanted == UniqueFd::kNone ? null : wanted, F_DUPFD, STDERR_FILENO + 1);
  };
  const int input = copy(program.standard_input);
  const int error = copy(program.standard_error);
  if (null < 0 || input < 0 || error < 0) _exit(1);  // it would have something of its parent's
  dup2(input, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  dup2(error, STDERR_FILENO);
  const long most = sysconf(_SC_OPEN_MAX);
  for (int fd = STDERR_FILENO + 1; fd < most && fd < kMostDescriptors; ++fd) close(fd);
}

/// The end of a process that must not return into its caller.
[[noreturn]] void Run(const DetachedProgram& program) {
  if (setsid() < 0 || fork() != 0) _exit(0);
  if (program.cgroup_procs != UniqueFd::kNone && write(program.cgroup_procs, "0", 1) != 1) {
    _exit(1);
  }
  KeepOnlyStandardDescriptors(program);
  if (chdir("/") != 0) _exit(1);
  umask(077);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  (void)signal(SIGPIPE, SIG_DFL);  // the one that our programs ignore
  std::vector<char*> words;
  words.reserve(program.command.size() + 1);
  for (const std::string& word : program.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {path, nullptr};
  execve(words.front(), words.data(), environment);
  _exit(127);
}

}  // namespace

Status StartDetached(const DetachedProgram& program) {
  const std::string& path = program.command.front();
  if (access(path.c_str(), X_OK) != 0) return SystemError(path, "cannot be executed");
  const pid_t child = fork();
  if (child < 0) return SystemError(path, "no process can be made");
  if (child == 0) Run(program);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return {};
}

}  // namespace headroom
