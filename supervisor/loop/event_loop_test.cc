#include "supervisor/loop/event_loop.h"

#include <gtest/gtest.h>

#include <thread>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(EventLoop, ATimerThatIsSetAfterLongWorkCountsFromThen) {
  const auto loop = EventLoop::Create().value();
  EventLoop::Source timer;
  BootTime set{};
  BootTime rung{};
  loop->Post([&] {
    std::this_thread::sleep_for(30ms);  // the loop's own idea of now is that old
    set = NowBoot();
    timer = loop->After(20ms, 0ns, [&] { rung = NowBoot(); }).value();
  });
  ASSERT_TRUE(loop->RunUntil([&] { return rung != BootTime{}; }));
  EXPECT_GE(rung - set, 20ms);
}

TEST(EventLoop, ATimerThatIsCancelledNeverRings) {
  const auto loop = EventLoop::Create().value();
  bool rung = false;
  bool over = false;
  auto timer = loop->After(1ms, 0ns, [&] { rung = true; }).value();
  const auto end = loop->After(10ms, 0ns, [&] { over = true; }).value();
  timer.Cancel();
  EXPECT_FALSE(timer.active());
  ASSERT_TRUE(loop->RunUntil([&] { return over; }));
  EXPECT_FALSE(rung);
}

TEST(EventLoop, ASourceMayEndItselfWithinItsOwnCall) {
  const auto loop = EventLoop::Create().value();
  int calls = 0;
  EventLoop::Source timer;
  timer = loop->After(0ns, 0ns,
                      [&] {
                        ++calls;
                        timer = EventLoop::Source();
                      })
              .value();
  ASSERT_TRUE(loop->RunUntil([&] { return calls == 1; }));
  EXPECT_FALSE(timer.active());
}

TEST(EventLoop, WhatOtherThreadsPostRunsInItsThread) {
  const auto loop = EventLoop::Create().value();
  std::thread::id ran_in;
  std::thread other([&] { loop->Post([&] { ran_in = std::this_thread::get_id(); }); });
  other.join();
  ASSERT_TRUE(loop->RunUntil([&] { return ran_in != std::thread::id{}; }));
  EXPECT_EQ(ran_in, std::this_thread::get_id());
}

}  // namespace
}  // namespace headroom
