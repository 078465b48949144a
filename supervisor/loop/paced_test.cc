#include "supervisor/loop/paced.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace headroom {
namespace {

using namespace std::chrono_literals;

struct Lap {
  BootTime start;
  BootTime end;
};

class PacedTest : public testing::Test {
 protected:
  /// Turns the loop until what was asked for before has been done.
  void TurnUntil(std::size_t runs) {
    ASSERT_TRUE(loop_->RunUntil([&] { return runs_.size() >= runs; }));
  }

  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
  std::vector<Lap> runs_;
  std::chrono::nanoseconds lasts_ = 0ns;
  bool asks_again_ = false;
  Paced paced_{*loop_, [this] {
                 const BootTime start = NowBoot();
                 std::this_thread::sleep_for(lasts_);
                 runs_.push_back({start, NowBoot()});
                 if (std::exchange(asks_again_, false)) paced_.Soon();
               }};
};

TEST_F(PacedTest, RunsOnceForAllThatHaveAsked) {
  for (int i = 0; i < 100; ++i) paced_.Soon();
  EXPECT_TRUE(runs_.empty()) << "it ran within the call";
  bool later = false;
  const auto timer = loop_->After(20ms, 0ns, [&] { later = true; });
  ASSERT_TRUE(timer);
  ASSERT_TRUE(loop_->RunUntil([&] { return later; }));
  EXPECT_EQ(runs_.size(), 1U);
}

TEST_F(PacedTest, RunsAgainForWhoAsksAfterIt) {
  paced_.Soon();
  TurnUntil(1);
  paced_.Soon();
  TurnUntil(2);
  EXPECT_EQ(runs_.size(), 2U);
}

TEST_F(PacedTest, RestsNineTimesAsLongAsItTook) {
  lasts_ = 3ms;
  paced_.Soon();
  TurnUntil(1);
  paced_.Soon();
  TurnUntil(2);
  EXPECT_GE(runs_[1].start - runs_[0].end, 9 * (runs_[0].end - runs_[0].start));
}

TEST_F(PacedTest, IsPendingFromWhenItIsAskedForUntilItBegins) {
  EXPECT_FALSE(paced_.pending());
  paced_.Soon();
  EXPECT_TRUE(paced_.pending());
  TurnUntil(1);
  EXPECT_FALSE(paced_.pending());
}

/// As where the machine was suspended within it.
TEST_F(PacedTest, RestsNoLongerThanASecond) {
  lasts_ = 400ms;
  paced_.Soon();
  TurnUntil(1);
  lasts_ = 0ms;
  paced_.Soon();
  bool late = false;
  const auto timer = loop_->After(3s, 0ns, [&] { late = true; });
  ASSERT_TRUE(timer);
  ASSERT_TRUE(loop_->RunUntil([&] { return late || runs_.size() == 2; }));
  EXPECT_EQ(runs_.size(), 2U);
}

TEST_F(PacedTest, ATaskThatAsksForItselfRestsAsWell) {
  lasts_ = 3ms;
  asks_again_ = true;
  paced_.Soon();
  TurnUntil(2);
  EXPECT_GE(runs_[1].start - runs_[0].end, 9 * (runs_[0].end - runs_[0].start));
}

TEST_F(PacedTest, WhatWasAskedForEndsWithIt) {
  int runs = 0;
  {
    Paced gone(*loop_, [&] { ++runs; });
    gone.Soon();
  }
  bool later = false;
  const auto timer = loop_->After(5ms, 0ns, [&] { later = true; });
  ASSERT_TRUE(timer);
  ASSERT_TRUE(loop_->RunUntil([&] { return later; }));
  EXPECT_EQ(runs, 0);
}

}  // namespace
}  // namespace headroom
