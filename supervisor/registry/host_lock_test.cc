#include "supervisor/registry/host_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/watch/doorbell.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

class HostLockTest : public testing::Test {
 protected:
  [[nodiscard]] Result<UniqueFd> Take(LockHolder as) const {
    return TakeHostLock({}, dir_.path(), as);
  }
  /// A process that holds the lock until it is killed, under the name of our program.
  [[nodiscard]] pid_t Holder(LockHolder as, const char* name) const {
    std::array<int, 2> ready{};
    EXPECT_EQ(pipe(ready.data()), 0);
    const pid_t pid = fork();
    if (pid == 0) {
      (void)prctl(PR_SET_NAME, name);
      const auto lock = Take(as);
      (void)!write(ready[1], lock ? "y" : "n", 1);
      for (;;) pause();
    }
    char answer = 0;
    EXPECT_EQ(read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    close(ready[0]);
    close(ready[1]);
    return pid;
  }
  static int EndOf(pid_t pid) {
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return WTERMSIG(status);
  }

  TemporaryDirectory dir_;
};

TEST_F(HostLockTest, OneHoldsItAndTheNextIsTold) {
  const auto first = Take(LockHolder::kStays);
  ASSERT_TRUE(first);
  const auto second = Take(LockHolder::kStays);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kExists);
}

TEST_F(HostLockTest, AHolderThatGivesWayIsAskedToEnd) {
  const pid_t holder = Holder(LockHolder::kGivesWay, "headroomd");
  ASSERT_TRUE(Take(LockHolder::kStays));
  EXPECT_EQ(EndOf(holder), SIGTERM);
}

TEST_F(HostLockTest, OneThatGivesWayAsksNobodyToEnd) {
  const auto loop = EventLoop::Create().value();
  const auto doorbell = Doorbell::Open(*loop, dir_.path(), [] {});
  ASSERT_TRUE(doorbell) << doorbell.error().Message();
  const pid_t holder = Holder(LockHolder::kGivesWay, "headroomd");
  EXPECT_FALSE(Take(LockHolder::kGivesWay));
  EXPECT_EQ(waitpid(holder, nullptr, WNOHANG), 0) << "it lives";
  kill(holder, SIGKILL);
  (void)EndOf(holder);
}

TEST_F(HostLockTest, OneThatGivesWayWaitsForAHolderThatListensNoMore) {
  auto held = Take(LockHolder::kGivesWay);
  ASSERT_TRUE(held);
  const std::jthread ends([&] {
    std::this_thread::sleep_for(1s);
    held->Reset();
  });
  EXPECT_TRUE(Take(LockHolder::kGivesWay));
}

TEST_F(HostLockTest, OneThatStaysIsLeftAlone) {
  const pid_t holder = Holder(LockHolder::kStays, "headroomd");
  EXPECT_FALSE(Take(LockHolder::kStays));
  EXPECT_EQ(waitpid(holder, nullptr, WNOHANG), 0) << "it lives";
  kill(holder, SIGKILL);
  (void)EndOf(holder);
}

TEST_F(HostLockTest, TheNextIsToldWhatStopsTheOneThatStays) {
  const auto first = Take(LockHolder::kStays);
  const auto second = Take(LockHolder::kStays);
  ASSERT_FALSE(second);
  const std::string command =
      geteuid() == 0 ? "(systemctl stop headroomd)" : "(systemctl --user stop headroomd)";
  EXPECT_NE(second.error().what.find(command), std::string::npos) << second.error().what;
}

TEST_F(HostLockTest, ANumberThatIsNoHeadroomdIsNotSignalled) {
  const pid_t holder = Holder(LockHolder::kGivesWay, "something-else");
  EXPECT_FALSE(Take(LockHolder::kStays));
  EXPECT_EQ(waitpid(holder, nullptr, WNOHANG), 0) << "it lives";
  kill(holder, SIGKILL);
  (void)EndOf(holder);
}

TEST_F(HostLockTest, WhoStaysLeavesNoNumberOfAnEarlierHolder) {
  dir_.Write("headroomd.lock", "1\n");
  const auto lock = Take(LockHolder::kStays);
  ASSERT_TRUE(lock);
  EXPECT_EQ(ReadFileAt(AT_FDCWD, dir_.path() + "/headroomd.lock", 64).value(), "");
}

}  // namespace
}  // namespace headroom
