#include "cli/run/signal_gate.h"

#include <unistd.h>

#include <array>

namespace headroom {
namespace {

constexpr std::array kForCommand = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

sigset_t Kept() {
  sigset_t set{};
  (void)sigemptyset(&set);
  for (const int number : kForCommand) (void)sigaddset(&set, number);
  (void)sigaddset(&set, SIGCHLD);
  return set;
}

/// By the kernel: of the terminal, and of nobody's kill(1).
bool IsHangup(const signalfd_siginfo& signal) {
  return signal.ssi_signo == SIGHUP && signal.ssi_code > 0;
}

}  // namespace

Result<SignalGate> SignalGate::Close() {
  SignalGate gate;
  const sigset_t kept = Kept();
  struct sigaction action{};
  action.sa_handler = SIG_DFL;  // ignored, as a caller may have left it, it would reap for us
  if (sigaction(SIGCHLD, &action, &gate.child_before_) != 0) {
    return SystemError("SIGCHLD", "cannot be waited for");
  }
  action.sa_handler = SIG_IGN;  // a reader of our words that is gone must not hide a status
  if (sigaction(SIGPIPE, &action, &gate.pipe_before_) != 0) {
    return SystemError("SIGPIPE", "cannot be ignored");
  }
  if (sigprocmask(SIG_BLOCK, &kept, &gate.mask_before_) != 0) {
    return SystemError("signals", "cannot be kept back");
  }
  gate.fd_ = UniqueFd(signalfd(-1, &kept, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!gate.fd_.valid()) {
    gate.Restore();
    return SystemError("signals", "cannot be read");
  }
  return gate;
}

SignalGate::~SignalGate() {
  if (fd_.valid()) Restore();
}

std::optional<signalfd_siginfo> SignalGate::Next() const {
  signalfd_siginfo signal{};
  if (read(fd_.get(), &signal, sizeof signal) != static_cast<ssize_t>(sizeof signal)) {
    return std::nullopt;
  }
  return signal;
}

void SignalGate::Restore() const {
  (void)sigaction(SIGCHLD, &child_before_, nullptr);
  (void)sigaction(SIGPIPE, &pipe_before_, nullptr);
  (void)sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
}

bool IsForCommand(const signalfd_siginfo& signal, pid_t child, InSession we) {
  if (signal.ssi_signo == SIGCHLD) return false;
  if (IsHangup(signal)) return we == InSession::kLeader;
  // SI_USER, SI_QUEUE and SI_TKILL are zero or less; what the kernel sends by itself is above.
  if (signal.ssi_code > 0) return false;
  return static_cast<pid_t>(signal.ssi_pid) != child;
}

void PassOn(const signalfd_siginfo& signal, pid_t child) {
  const InSession we = getsid(0) == getpid() ? InSession::kLeader : InSession::kMember;
  if (!IsForCommand(signal, child, we)) return;
  (void)kill(child, static_cast<int>(signal.ssi_signo));
  if (IsHangup(signal)) (void)kill(child, SIGCONT);
}

}  // namespace headroom
