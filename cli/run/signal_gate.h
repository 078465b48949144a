#pragma once

#include <sys/signalfd.h>

#include <csignal>
#include <optional>

#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// Signals that are meant for the command, kept back and handed out one by one, and SIGCHLD. They
/// are blocked for as long as this object is there, so that none ends us before the command has
/// ended. One for a process, which has one thread.
class SignalGate {
 public:
  [[nodiscard]] static Result<SignalGate> Close();
  SignalGate(SignalGate&&) = default;
  SignalGate& operator=(SignalGate&&) = delete;
  ~SignalGate();

  /// Polls readable when there is a signal.
  [[nodiscard]] int fd() const { return fd_.get(); }
  /// nullopt: none is waiting. Never blocks.
  [[nodiscard]] std::optional<signalfd_siginfo> Next() const;

  /// As everything was before: for a child that is about to become another program, which is to
  /// find what its caller gave us. Only makes system calls that a forked child may make.
  void Restore() const;

 private:
  SignalGate() = default;

  UniqueFd fd_;
  sigset_t mask_before_{};
  struct sigaction child_before_{};
  struct sigaction pipe_before_{};
};

/// What we are in our session.
enum class InSession { kMember, kLeader };

/// Whether to pass a signal on to the command, whose process is `child`. A terminal sends Ctrl-C
/// to every process in the foreground, so the command has it already; what another process sent to
/// us alone it has not. Nor has it a hangup where we lead the session: the kernel tells the leader
/// alone, which is to tell its jobs (drivers/tty/tty_jobctrl.c, tty_signal_session_leader). Pure.
[[nodiscard]] bool IsForCommand(const signalfd_siginfo& signal, pid_t child, InSession we);

/// Passes on what is for the command; behind a hangup also the SIGCONT that comes with it, by which
/// a command that has stopped gets to see it.
void PassOn(const signalfd_siginfo& signal, pid_t child);

}  // namespace headroom
