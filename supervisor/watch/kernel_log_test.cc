#include "supervisor/watch/kernel_log.h"

#include <gtest/gtest.h>

#include <ctime>

namespace headroom {
namespace {

using namespace std::chrono_literals;

std::chrono::microseconds Raw() {
  timespec now{};
  EXPECT_EQ(clock_gettime(CLOCK_MONOTONIC_RAW, &now), 0);
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

TEST(KernelLogTime, IsAClockThatNobodySlews) {
  const auto before = Raw();
  const auto now = KernelLogTime(NowBoot());
  const auto after = Raw();
  EXPECT_GE(now, before - 1us) << "less than a microsecond is cut off";
  EXPECT_LE(now, after + 1us);
}

TEST(KernelLogTime, GoesBackAsFarAsTheBootTime) {
  const BootTime now = NowBoot();
  const auto recent = KernelLogTime(now);
  const auto old = KernelLogTime(now - 100s);
  EXPECT_GE(recent - old, 99s) << "the clocks run apart by less than a thousandth";
  EXPECT_LE(recent - old, 101s);
}

}  // namespace
}  // namespace headroom
