#include "cli/run/held_child.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace headroom {
namespace {

constexpr int kNeverRan = 125;

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Returns only when no place has a program that runs. Unlike execvp(3) it gives none to a shell.
int BecomeProgram(const std::vector<char*>& places, char* const* args) {
  int found = ENOENT;
  for (const char* place : places) {
    if (place == nullptr) break;
    (void)execve(place, args, environ);
    // Somewhere else there may be one that we may run; only if not, this one is told.
    if (errno == ENOENT || errno == ENOTDIR) continue;
    found = errno;
    if (errno != EACCES) break;
  }
  return found;
}

void Tell(int line, const OwnShm::Failure& failure) {
  (void)send(line, &failure, sizeof failure, MSG_NOSIGNAL);
}

[[noreturn]] void LiveHeld(int line, const SignalGate& gate, const OwnShm* shm,
                           const std::vector<char*>& places, char* const* args) {
  if (shm != nullptr) Tell(line, shm->Mount());
  char word = 0;
  ssize_t got = 0;
  do {
    got = recv(line, &word, sizeof word, 0);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof word) _exit(kNeverRan);
  gate.Restore();
  const int failed = BecomeProgram(places, args);
  (void)send(line, &failed, sizeof failed, MSG_NOSIGNAL);
  _exit(kNeverRan);
}

void WaitFor(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// What the child told of its /dev/shm. Its text is of the same program, at the same place.
Status HasShm(int line) {
  OwnShm::Failure failure;
  ssize_t got = 0;
  do {
    got = recv(line, &failure, sizeof failure, 0);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof failure) return MakeError(ErrorCode::kGone, "/dev/shm", "its process ended");
  if (failure.errno_value == 0) return {};
  return SystemError("/dev/shm", failure.step, failure.errno_value);
}

}  // namespace

Result<HeldChild> HeldChild::Start(const Program& program, const SignalGate& gate) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return SystemError("the command", "cannot be given a line to wait on");
  }
  UniqueFd ours(ends[0]);
  UniqueFd childs(ends[1]);
  // Made before the fork: the child allocates nothing.
  std::vector<std::string> args = program.args;
  std::vector<std::string> places = program.places;
  const std::vector<char*> arg_pointers = Pointers(args);
  const std::vector<char*> place_pointers = Pointers(places);
  const pid_t pid = fork();
  if (pid < 0) return SystemError("the command", "cannot be given a process");
  if (pid == 0) {
    ours.Reset();  // or our end would not be noticed
    LiveHeld(childs.get(), gate, program.shm ? &*program.shm : nullptr, place_pointers,
             arg_pointers.data());
  }
  childs.Reset();  // or the child's end would not be noticed
  HeldChild child(pid, std::move(ours));
  if (program.shm) {
    if (const auto mounted = HasShm(child.line_.get()); !mounted) {
      return std::unexpected(mounted.error());
    }
  }
  return child;
}

HeldChild::HeldChild(HeldChild&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), line_(std::move(other.line_)) {}

HeldChild::~HeldChild() {
  if (!line_.valid()) return;
  line_.Reset();
  WaitFor(pid_);
}

int HeldChild::Release() {
  const char word = 'g';
  (void)send(line_.get(), &word, sizeof word, MSG_NOSIGNAL);  // one that has ended is waited for
  int failed = 0;
  ssize_t got = 0;
  do {
    got = recv(line_.get(), &failed, sizeof failed, 0);
  } while (got < 0 && errno == EINTR);
  line_.Reset();
  if (got != sizeof failed) return 0;
  WaitFor(pid_);
  return failed;
}

}  // namespace headroom
