#include "container/supervision/life_line.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// The one that waits, in a thread of its own.
class LifeLineTest : public testing::Test {
 protected:
  LifeLineTest() {
    auto ends = MakeLifeLine().value();
    guardian_ = std::move(ends.first);
    watcher_ = std::move(ends.second);
  }
  ~LifeLineTest() override {
    guardian_.Reset();
    if (thread_.joinable()) thread_.join();
  }
  void Watch(LifeLineRhythm rhythm) {
    thread_ = std::thread([this, rhythm] {
      UndoWhenSilent(watcher_.get(), rhythm, [this](GuardianIs why) {
        ++undone_;
        why_ = why;
      });
    });
  }
  void Say(LifeLineWord word) const { EXPECT_TRUE(SayOnLifeLine(guardian_.get(), word)); }
  void WaitForEnd() { thread_.join(); }
  /// Until it has said that it has undone.
  void WaitForUndone() const {
    pollfd ready{.fd = guardian_.get(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(poll(&ready, 1, -1), 1);
    char word = 0;
    ASSERT_EQ(recv(guardian_.get(), &word, 1, 0), 1);
    EXPECT_EQ(word, static_cast<char>(LifeLineWord::kUndone));
  }

  static constexpr LifeLineRhythm kNeverSilent{.interval = 1ms, .patience = 1h};
  UniqueFd guardian_;
  UniqueFd watcher_;
  std::atomic<int> undone_{0};
  std::atomic<GuardianIs> why_;
  std::thread thread_;
};

TEST_F(LifeLineTest, UndoesOnceWhenTheGuardianIsKilledAndEnds) {
  Watch(kNeverSilent);
  Say(LifeLineWord::kAlive);
  guardian_.Reset();
  WaitForEnd();
  EXPECT_EQ(undone_, 1);
  EXPECT_EQ(why_, GuardianIs::kDead);
}

TEST_F(LifeLineTest, UndoesNothingWhereTheGuardianEndsInOrder) {
  Watch(kNeverSilent);
  Say(LifeLineWord::kAlive);
  Say(LifeLineWord::kDone);
  guardian_.Reset();
  WaitForEnd();
  EXPECT_EQ(undone_, 0);
}

TEST_F(LifeLineTest, UndoesWhileTheGuardianIsSilentAndTellsItSo) {
  Watch({.interval = 1ms, .patience = 20ms});
  WaitForUndone();
  EXPECT_GE(undone_, 1);
  EXPECT_EQ(why_, GuardianIs::kSilent);
  Say(LifeLineWord::kAlive);
  WaitForUndone();
  EXPECT_GE(undone_, 2) << "it goes on, for as long as the guardian lives";
}

TEST_F(LifeLineTest, OneThatCouldNotRunItselfReadsWhatWasSaidMeanwhileFirst) {
  for (int signs = 0; signs < 3; ++signs) Say(LifeLineWord::kAlive);
  Say(LifeLineWord::kDone);
  Watch({.interval = 1ms, .patience = 0ms});
  WaitForEnd();
  EXPECT_EQ(undone_, 0);
}

TEST_F(LifeLineTest, TheGuardianDoesNotWaitForOneThatDoesNotRead) {
  for (int signs = 0; signs < 100'000; ++signs) Say(LifeLineWord::kAlive);
}

TEST_F(LifeLineTest, TheGuardianLearnsThatNobodyWaits) {
  watcher_.Reset();
  EXPECT_FALSE(SayOnLifeLine(guardian_.get(), LifeLineWord::kAlive));
}

}  // namespace
}  // namespace headroom
