#include "cli/run/exit_status.h"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>

namespace headroom {

int ExitStatusOfWait(int wait_status) {
  if (WIFSIGNALED(wait_status)) return RunStatus::kSignalled + WTERMSIG(wait_status);
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : RunStatus::kOwnFailure;
}

int ExitStatusOfExec(int errno_value) {
  return errno_value == ENOENT ? RunStatus::kNotFound : RunStatus::kNotExecutable;
}

bool WasKilled(int wait_status) {
  return WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL;
}

}  // namespace headroom
