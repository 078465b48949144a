#include "hook/wrapper/deadline.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr int kFailed = 1;

Deadline* current = nullptr;

std::string Record(LogLevel level, std::string_view line) {
  return fmt::format("PRIORITY={}\nSYSLOG_IDENTIFIER=headroom-runtime\nMESSAGE={}\n",
                     static_cast<int>(level), line);
}

void SetTimer(std::chrono::milliseconds limit) {
  const itimerval timer{
      .it_interval = {},
      .it_value = {.tv_sec = limit.count() / 1000, .tv_usec = limit.count() % 1000 * 1000}};
  (void)setitimer(ITIMER_REAL, &timer, nullptr);
}

/// A pipe that is full may be what we waited for. One that can be written takes a line whole.
void WriteIfItDoesNotWait(int fd, const std::string& line) {
  pollfd writable{.fd = fd, .events = POLLOUT, .revents = 0};
  if (poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) return;
  (void)!write(fd, line.data(), line.size());
}

}  // namespace

Deadline::Deadline(std::chrono::milliseconds limit, char* const* program,
                   const std::string& container, OnError on_error)
    : program_(program), becomes_runtime_(on_error == OnError::kOpen ? 1 : 0) {
  const std::string late =
      fmt::format("headroom-runtime was not ready within {} ms", limit.count());
  const std::string whose = fmt::format("[container {}]", EscapedForPeople(container));
  goes_on_ = Record(
      LogLevel::kWarning,
      fmt::format("headroom: warning: {}; the runtime gets config.json as it is {}", late, whose));
  line_ = fmt::format("headroom: error: {}; the container is not started\n", late);
  ends_ = Record(LogLevel::kError,
                 fmt::format("headroom: error: {}; the container is not started {}", late, whose));
  if (auto address = UnixAddress::Of("/run/systemd/journal/socket")) journal_ = *address;
  (void)sigaction(SIGPIPE, nullptr, &pipe_before_);
  (void)sigprocmask(SIG_SETMASK, nullptr, &mask_before_);
  current = this;
  struct sigaction action{};
  action.sa_handler = OnAlarm;
  (void)sigaction(SIGALRM, &action, &alarm_before_);
  sigset_t alarm_only;
  (void)sigemptyset(&alarm_only);
  (void)sigaddset(&alarm_only, SIGALRM);
  (void)sigprocmask(SIG_UNBLOCK, &alarm_only, nullptr);  // engines may have blocked it
  SetTimer(limit);
}

Deadline::~Deadline() {
  SetTimer({});
  (void)sigaction(SIGALRM, &alarm_before_, nullptr);
  (void)sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  current = nullptr;
}

void Deadline::OnAlarm(int /*signal*/) { current->Expire(); }

/// Only what is safe in a signal handler (signal-safety(7)).
void Deadline::Expire() const {
  const bool becomes_runtime = becomes_runtime_ != 0;
  const std::string& record = becomes_runtime ? goes_on_ : ends_;
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0 && journal_) {
    (void)sendto(fd, record.data(), record.size(), MSG_NOSIGNAL, journal_->get(),
                 UnixAddress::size());
  }
  if (!becomes_runtime) {
    WriteIfItDoesNotWait(STDERR_FILENO, line_);
    _exit(kFailed);
  }
  (void)sigaction(SIGPIPE, &pipe_before_, nullptr);
  (void)sigaction(SIGALRM, &alarm_before_, nullptr);
  (void)sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  (void)execv(program_[0], program_);
  _exit(kFailed);
}

}  // namespace headroom
