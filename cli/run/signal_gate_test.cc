#include "cli/run/signal_gate.h"

#include <gtest/gtest.h>
#include <unistd.h>

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
  EXPECT_TRUE(IsForCommand(*signal, 1));
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
  EXPECT_TRUE(IsForCommand(Sent(SIGTERM, SI_USER, 5), kChild));
  EXPECT_TRUE(IsForCommand(Sent(SIGUSR1, SI_QUEUE, 5), kChild));
  EXPECT_TRUE(IsForCommand(Sent(SIGINT, SI_TKILL, 5), kChild));
  EXPECT_FALSE(IsForCommand(Sent(SIGINT, SI_KERNEL, 0), kChild)) << "Ctrl-C, which it has already";
  EXPECT_FALSE(IsForCommand(Sent(SIGTERM, SI_USER, kChild), kChild)) << "it knows what it sent";
  EXPECT_FALSE(IsForCommand(Sent(SIGCHLD, SI_USER, 5), kChild));
}

}  // namespace
}  // namespace headroom
