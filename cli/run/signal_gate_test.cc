#include "cli/run/signal_gate.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace headroom {
namespace {

signalfd_siginfo Sent(int number, int code, pid_t by) {
  signalfd_siginfo signal{};
  signal.ssi_signo = static_cast<std::uint32_t>(number);
  signal.ssi_code = code;
  signal.ssi_pid = static_cast<std::uint32_t>(by);
  return signal;
}

TEST(SignalGate, HandsOutWhatWasSentInsteadOfEndingUs) {
  const auto gate = SignalGate::Close();
  ASSERT_TRUE(gate) << gate.error().Message();
  EXPECT_FALSE(gate->Next());
  ASSERT_EQ(kill(getpid(), SIGTERM), 0);
  const auto signal = gate->Next();
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->ssi_signo, static_cast<std::uint32_t>(SIGTERM));
  EXPECT_EQ(signal->ssi_pid, static_cast<std::uint32_t>(getpid()));
  EXPECT_TRUE(IsForCommand(*signal, 1, InSession::kMember));
  EXPECT_FALSE(gate->Next());
}

TEST(SignalGate, EverythingIsAsItWasAfterwards) {
  struct sigaction ignored{};
  ignored.sa_handler = SIG_IGN;
  struct sigaction before{};
  ASSERT_EQ(sigaction(SIGCHLD, &ignored, &before), 0);
  {
    const auto gate = SignalGate::Close();
    struct sigaction now{};
    (void)sigaction(SIGCHLD, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_DFL) << "or the command's status would be lost";
  }
  struct sigaction after{};
  (void)sigaction(SIGCHLD, nullptr, &after);
  EXPECT_EQ(after.sa_handler, SIG_IGN);
  (void)sigaction(SIGCHLD, &before, nullptr);
  sigset_t mask{};
  (void)sigprocmask(SIG_BLOCK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGTERM), 0);
}

TEST(IsForCommand, IsWhatAnotherProcessSentToUsAlone) {
  constexpr pid_t kChild = 77;
  for (const InSession we : {InSession::kMember, InSession::kLeader}) {
    EXPECT_TRUE(IsForCommand(Sent(SIGTERM, SI_USER, 5), kChild, we));
    EXPECT_TRUE(IsForCommand(Sent(SIGHUP, SI_USER, 5), kChild, we));
    EXPECT_TRUE(IsForCommand(Sent(SIGUSR1, SI_QUEUE, 5), kChild, we));
    EXPECT_TRUE(IsForCommand(Sent(SIGINT, SI_TKILL, 5), kChild, we));
    EXPECT_FALSE(IsForCommand(Sent(SIGINT, SI_KERNEL, 0), kChild, we)) << "Ctrl-C, which it has";
    EXPECT_FALSE(IsForCommand(Sent(SIGQUIT, SI_KERNEL, 0), kChild, we));
    EXPECT_FALSE(IsForCommand(Sent(SIGTERM, SI_USER, kChild), kChild, we)) << "it sent that";
    EXPECT_FALSE(IsForCommand(Sent(SIGCHLD, SI_USER, 5), kChild, we));
  }
}

TEST(IsForCommand, AHangupIsTheLeadersAloneToPassOn) {
  EXPECT_TRUE(IsForCommand(Sent(SIGHUP, SI_KERNEL, 0), 77, InSession::kLeader));
  EXPECT_FALSE(IsForCommand(Sent(SIGHUP, SI_KERNEL, 0), 77, InSession::kMember))
      << "sent to its whole process group, and so to the command";
}

/// What ended a command that had stopped when the terminal of `headroom run`, the leader of its
/// session, hung up; 0: nothing did. By the status of a process, which may become such a leader.
int EndOfCommandAtHangup() {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) return -1;
  const std::string name = ptsname(terminal);
  const pid_t leader = fork();
  if (leader == 0) {
    (void)close(terminal);
    (void)setsid();
    const int ours = open(name.c_str(), O_RDWR | O_CLOEXEC);  // becomes the session's
    const auto gate = SignalGate::Close();
    if (ours < 0 || !gate) _exit(100);
    const pid_t command = fork();
    if (command == 0) {
      gate->Restore();
      for (;;) (void)raise(SIGSTOP);
    }
    int status = 0;
    (void)waitpid(command, &status, WUNTRACED);
    (void)write(ours, "!", 1);  // now
    int ended = 0;
    for (pollfd next{.fd = gate->fd(), .events = POLLIN, .revents = 0}; ended == 0;) {
      if (poll(&next, 1, 10'000) <= 0) break;
      while (const auto signal = gate->Next()) PassOn(*signal, command);
      if (waitpid(command, &status, WNOHANG) == command) ended = WTERMSIG(status);
    }
    (void)kill(command, SIGKILL);
    _exit(ended);
  }
  char ready = 0;
  (void)!read(terminal, &ready, 1);
  (void)close(terminal);
  int status = 0;
  (void)waitpid(leader, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(PassOn, TheCommandOfALeaderEndsWithItsTerminal) { EXPECT_EQ(EndOfCommandAtHangup(), SIGHUP); }

}  // namespace
}  // namespace headroom
