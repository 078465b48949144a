#include "hook/process_setup.h"

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

namespace headroom {
namespace {

volatile std::sig_atomic_t watchdog_status = 0;

/// Only what is safe in a signal handler (signal-safety(7)).
void OnAlarm(int /*signal*/) {
  constexpr std::string_view kLine =
      "headroom: warning: the hook ran out of its time and gave up\n";
  (void)!write(STDERR_FILENO, kLine.data(), kLine.size());
  _exit(watchdog_status);
}

}  // namespace

void OpenMissingStandardDescriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is the one that is missing. Left open for the life of the process.
    (void)!open("/dev/null", O_RDWR | O_NOCTTY);
  }
}

void IgnoreBrokenPipes() {
  struct sigaction action{};
  action.sa_handler = SIG_IGN;
  (void)sigaction(SIGPIPE, &action, nullptr);
}

void StartWatchdog(std::chrono::milliseconds limit, int exit_status) {
  watchdog_status = exit_status;
  struct sigaction action{};
  action.sa_handler = OnAlarm;
  (void)sigaction(SIGALRM, &action, nullptr);
  sigset_t alarm_only;
  (void)sigemptyset(&alarm_only);
  (void)sigaddset(&alarm_only, SIGALRM);
  (void)sigprocmask(SIG_UNBLOCK, &alarm_only, nullptr);  // runtimes may have blocked it
  const itimerval timer{
      .it_interval = {},
      .it_value = {.tv_sec = limit.count() / 1000, .tv_usec = limit.count() % 1000 * 1000}};
  (void)setitimer(ITIMER_REAL, &timer, nullptr);
}

void SetWatchdogStatus(int exit_status) { watchdog_status = exit_status; }

}  // namespace headroom
