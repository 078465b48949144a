#include "cli/why/run_tool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "base/clock.h"
#include "base/unique_fd.h"

namespace headroom {
namespace {

std::string PathOf(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  for (const char* folder : {"/usr/bin/", "/usr/local/bin/", "/usr/sbin/", "/bin/"}) {
    std::string path = folder + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return "";
}

/// A process group of its own, ended at the latest with this object.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    (void)kill(-pid_, SIGKILL);
    // One that waits in the kernel cannot be waited for: it is init's when we have ended.
    for (int tries = 0; tries < 50 && waitpid(pid_, nullptr, WNOHANG) == 0; ++tries) {
      (void)poll(nullptr, 0, 2);
    }
  }

  /// Its wait status; nullopt: it has not ended when `deadline` comes.
  std::optional<int> WaitUntil(BootTime deadline) {
    int status = 0;
    for (;;) {
      const pid_t ended = waitpid(pid_, &status, WNOHANG);
      if (ended == pid_) {
        pid_ = 0;
        return status;
      }
      if (ended < 0 || NowBoot() > deadline) return std::nullopt;
      (void)poll(nullptr, 0, 2);
    }
  }

 private:
  pid_t pid_;
};

struct Attributes {
  Attributes() {
    (void)posix_spawnattr_init(&spawn);
    (void)posix_spawnattr_setflags(&spawn, POSIX_SPAWN_SETPGROUP);
    (void)posix_spawn_file_actions_init(&files);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() {
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&spawn);
  }
  posix_spawnattr_t spawn{};
  posix_spawn_file_actions_t files{};
};

Result<pid_t> Spawn(const std::string& path, const std::vector<std::string>& words, int out) {
  Attributes attributes;
  (void)posix_spawn_file_actions_addopen(&attributes.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  (void)posix_spawn_file_actions_adddup2(&attributes.files, out, STDOUT_FILENO);
  (void)posix_spawn_file_actions_addopen(&attributes.files, STDERR_FILENO, "/dev/null", O_WRONLY,
                                         0);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  arguments.reserve(copies.size() + 1);
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, path.c_str(), &attributes.files, &attributes.spawn,
                                 arguments.data(), environ);
  if (failed != 0) return SystemError(path, "cannot be started", failed);
  return pid;
}

Result<std::string> ReadUntil(int fd, const std::string& path, std::size_t most_bytes,
                              BootTime deadline) {
  std::string text;
  std::array<char, 16384> buffer{};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - NowBoot()).count();
    pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = left <= 0 ? 0 : poll(&readable, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return MakeError(ErrorCode::kTimedOut, path, "gave no answer in time");
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(path, "cannot be read");
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > most_bytes) {
      return MakeError(ErrorCode::kTooLarge, path,
                       fmt::format("wrote more than {} bytes", most_bytes));
    }
  }
}

}  // namespace

Result<std::string> RunTool(const std::vector<std::string>& words, std::size_t most_bytes,
                            std::chrono::milliseconds patience) {
  const std::string path = PathOf(words.front());
  if (path.empty()) return MakeError(ErrorCode::kNotFound, words.front(), "is not installed");
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return SystemError(path, "cannot be given a pipe");
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  const BootTime deadline = NowBoot() + patience;
  const auto pid = Spawn(path, words, writing.get());
  if (!pid) return std::unexpected(pid.error());
  writing.Reset();
  Child child(*pid);
  auto text = ReadUntil(reading.get(), path, most_bytes, deadline);
  if (!text) return text;
  const auto status = child.WaitUntil(deadline);
  if (!status) return MakeError(ErrorCode::kTimedOut, path, "did not end in time");
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
    return MakeError(ErrorCode::kSystem, path, "failed");
  }
  return text;
}

}  // namespace headroom
