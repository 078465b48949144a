#include "cli/run/exit_status.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

namespace headroom {
namespace {

TEST(ExitStatusOfWait, IsTheCommandsOwn) {
  for (const int code : {0, 1, 3, 125, 126, 127, 137, 255}) {
    EXPECT_EQ(ExitStatusOfWait(W_EXITCODE(code, 0)), code);
  }
}

TEST(ExitStatusOfWait, OfASignalIs128AndItsNumber) {
  EXPECT_EQ(ExitStatusOfWait(W_EXITCODE(0, SIGKILL)), 137);
  EXPECT_EQ(ExitStatusOfWait(W_EXITCODE(0, SIGTERM)), 143);
  EXPECT_EQ(ExitStatusOfWait(W_EXITCODE(0, SIGINT)), 130);
  EXPECT_EQ(ExitStatusOfWait(W_EXITCODE(0, SIGSEGV) | WCOREFLAG), 139) << "with a core dump too";
}

TEST(ExitStatusOfExec, TellsNotFoundFromNotToBeExecuted) {
  EXPECT_EQ(ExitStatusOfExec(ENOENT), 127);
  for (const int error : {EACCES, ENOEXEC, EISDIR, E2BIG, ETXTBSY, ENOMEM}) {
    EXPECT_EQ(ExitStatusOfExec(error), 126) << error;
  }
}

TEST(WasKilled, IsTrueOfSigkillAlone) {
  EXPECT_TRUE(WasKilled(W_EXITCODE(0, SIGKILL)));
  EXPECT_FALSE(WasKilled(W_EXITCODE(0, SIGTERM)));
  EXPECT_FALSE(WasKilled(W_EXITCODE(137, 0))) << "it exited so by itself";
}

}  // namespace
}  // namespace headroom
