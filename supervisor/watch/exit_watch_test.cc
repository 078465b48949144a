#include "supervisor/watch/exit_watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr pid_t kPid = 4400;
constexpr std::uint64_t kStart = 77;

/// A process of a fake host, of which neither a pidfd nor the connector can tell.
class ExitWatchTest : public testing::Test {
 protected:
  /// `wait_status` as wait(2) has it.
  void SetProcess(char state, int wait_status) {
    std::string fields;
    for (int field = 23; field < 52; ++field) fields += " 0";
    host_.Write(fmt::format("proc/{}/stat", kPid),
                fmt::format("{} (job) {} 1 1 1 0 -1 0 1 0 0 0 0 0 0 0 20 0 1 0 {}{} {}\n", kPid,
                            state, kStart, fields, wait_status));
  }
  std::optional<InitExit> StatusOf(std::uint64_t start = kStart) {
    return watch_->StatusOf({.pid = kPid, .start_ticks = start}, UniqueFd::kNone,
                            {.since = 1s, .ended_at = 2s});
  }

  FakeHost host_;
  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
  std::unique_ptr<ExitWatch> watch_ = ExitWatch::Open(*loop_, host_.view());
};

TEST_F(ExitWatchTest, AZombieTellsHowItEnded) {
  SetProcess('Z', SIGKILL);
  auto exit = StatusOf();
  ASSERT_TRUE(exit.has_value());
  EXPECT_EQ(exit->status.signal, SIGKILL);
  EXPECT_EQ(exit->source, "zombie");
  SetProcess('Z', 137 << 8);
  exit = StatusOf();
  ASSERT_TRUE(exit.has_value());
  EXPECT_EQ(exit->status.code, 137);
  EXPECT_FALSE(exit->status.signal.has_value());
}

TEST_F(ExitWatchTest, OneThatLivesHasNotEnded) {
  SetProcess('S', 0);
  EXPECT_FALSE(StatusOf().has_value());
}

TEST_F(ExitWatchTest, AnotherProcessOfTheSameNumberTellsNothingOfIt) {
  SetProcess('Z', SIGKILL);
  EXPECT_FALSE(StatusOf(kStart - 1).has_value());
}

TEST_F(ExitWatchTest, OfOneThatIsGoneNothingIsKnown) { EXPECT_FALSE(StatusOf().has_value()); }

}  // namespace
}  // namespace headroom
