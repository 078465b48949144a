#include "supervisor/tripwire/high_write.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "kernel/cgroup/memory_high.h"

namespace headroom {
namespace {

class HighWriteTest : public testing::Test {
 protected:
  HighWriteTest() { dir_.Write("memory.high", "max\n"); }
  [[nodiscard]] UniqueFd Open() const { return OpenAt(dir_.fd(), "memory.high", O_RDWR).value(); }
  [[nodiscard]] std::string High() const {
    return ReadFileAt(dir_.fd(), "memory.high", 100).value();
  }
  TemporaryDirectory dir_;
};

TEST_F(HighWriteTest, WritesItsNumberWhereNoneStands) {
  HighWrite write(Open(), Bytes{4096});
  EXPECT_FALSE(write.begun());
  EXPECT_TRUE(write.Run());
  EXPECT_TRUE(write.begun());
  EXPECT_EQ(High(), "4096");
}

TEST_F(HighWriteTest, NeverWritesOverANumber) {
  dir_.Write("memory.high", "8192\n");
  HighWrite write(Open(), Bytes{4096});
  EXPECT_FALSE(write.Run());
  EXPECT_FALSE(write.begun());
  EXPECT_EQ(High(), "8192\n");
}

TEST_F(HighWriteTest, AVoidOneWritesNothingAndTakesBackWhatIsItsOwn) {
  HighWrite never(Open(), Bytes{4096});
  never.Void();
  EXPECT_FALSE(never.Run());
  EXPECT_EQ(High(), "max\n");
  dir_.Write("memory.high", "4096\n");
  HighWrite late(Open(), Bytes{4096});
  late.Void();
  EXPECT_FALSE(late.Run());
  EXPECT_EQ(High().substr(0, 3), "max");
}

TEST_F(HighWriteTest, AnInterruptOutsideOfTheWriteReachesNobody) {
  HighWrite write(Open(), Bytes{4096});
  write.Interrupt();
  EXPECT_TRUE(write.Run());
  write.Interrupt();
  EXPECT_EQ(High(), "4096");
}

/// A signal without a handler would end this process, and one with SA_RESTART end no wait.
TEST_F(HighWriteTest, ItsSignalIsHandledAndRestartsNothing) {
  const HighWrite write(Open(), Bytes{4096});
  struct sigaction action{};
  ASSERT_EQ(sigaction(SIGUSR1, nullptr, &action), 0);
  EXPECT_NE(action.sa_handler, SIG_DFL);
  EXPECT_NE(action.sa_handler, SIG_IGN);
  EXPECT_EQ(action.sa_flags & SA_RESTART, 0);
}

TEST_F(HighWriteTest, HoweverItIsInterruptedTheNumberIsThereOrTakenBack) {
  for (int i = 0; i < 200; ++i) {
    dir_.Write("memory.high", "max\n");
    HighWrite write(Open(), Bytes{4096});
    std::thread worker([&] { (void)write.Run(); });
    write.Interrupt();
    const bool lifted = i % 2 == 0;
    if (lifted) {  // as who lifts does it: whichever of the two comes last takes it back
      write.Void();
      (void)LiftIfOurs(Open().get(), Bytes{4096});
    }
    worker.join();
    EXPECT_EQ(High().substr(0, 3) == "max", lifted) << High();
  }
}

}  // namespace
}  // namespace headroom
