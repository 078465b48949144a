#include "kernel/exit/pidfd_exit.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "kernel/proc/process.h"

namespace headroom {
namespace {

TEST(PidfdExit, OfALivingProcessIsNotKnown) {
  const auto self = OpenPidfd(getpid());
  if (!self) GTEST_SKIP() << "no pidfds here: " << self.error().Message();
  EXPECT_EQ(ReadPidfdExit(self->get()), std::nullopt);
}

TEST(PidfdExit, OfSomethingElseIsNotKnown) {
  EXPECT_EQ(ReadPidfdExit(STDIN_FILENO), std::nullopt);
  EXPECT_EQ(ReadPidfdExit(-1), std::nullopt);
}

TEST(PidfdExit, TellsTheSignalOnceTheParentHasAsked) {
  if (!PidfdsTellExits()) GTEST_SKIP() << "needs Linux 6.15";
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    pause();
    _exit(1);
  }
  const auto pidfd = OpenPidfd(child);
  ASSERT_TRUE(pidfd.has_value());
  ASSERT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(ReadPidfdExit(pidfd->get()), (ExitStatus{.signal = SIGKILL, .code = {}}));
}

}  // namespace
}  // namespace headroom
