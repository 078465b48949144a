#include "supervisor/prekill/run_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/file.h"
#include "base/unique_fd.h"
#include "kernel/proc/process.h"
#include "supervisor/prekill/output.h"

namespace headroom {
namespace {

using Outcome = PreKillResult::Outcome;

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// What posix_spawn is told; freed with it.
class SpawnSettings {
 public:
  explicit SpawnSettings(int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions_, "/");
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigdefault(&attributes_, &all);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void TakeStatus(int status, bool in_time, PreKillResult& result) {
  if (!in_time) {
    result.outcome = Outcome::kTimedOut;
  } else if (WIFSIGNALED(status)) {
    result.outcome = Outcome::kKilled;
    result.status = WTERMSIG(status);
  } else {
    result.outcome = Outcome::kExited;
    result.status = WEXITSTATUS(status);
  }
}

PreKillResult NotRun(PreKillResult result, std::string why) {
  result.outcome = Outcome::kNotRun;
  result.reason = std::move(why);
  return result;
}

}  // namespace

PreKillResult RunCommand(const std::vector<std::string>& command,
                         const std::vector<std::string>& environment, std::chrono::seconds time) {
  PreKillResult result{.command = command, .began = NowBoot()};
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return NotRun(result, "no pipe can be made");
  const UniqueFd output(ends[0]);
  UniqueFd input(ends[1]);
  const SpawnSettings settings(input.get());
  pid_t pid = 0;
  const int failed =
      posix_spawn(&pid, command.front().c_str(), settings.actions(), settings.attributes(),
                  Pointers(command).data(), Pointers(environment).data());
  input.Reset();
  if (failed != 0) {
    return NotRun(result, fmt::format("{}: {}", command.front(), std::strerror(failed)));
  }
  const auto pidfd = OpenPidfd(pid);
  const bool in_time =
      pidfd && ReadUntilEnd(pidfd->get(), output.get(), result.began + time, result);
  if (!in_time) (void)kill(-pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  ReadRest(output.get(), result);
  TakeStatus(status, in_time, result);
  result.took = std::chrono::duration_cast<std::chrono::microseconds>(NowBoot() - result.began);
  return result;
}

}  // namespace headroom
