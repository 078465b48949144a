#include "base/clock.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(WallTimeText, IsUtcInEveryForm) {
  const WallTime time = 1763694764s + 120ms;
  EXPECT_EQ(ToIso8601(time), "2025-11-21T03:12:44.120Z");
  EXPECT_EQ(ToFileStamp(time), "20251121T031244Z");
  EXPECT_EQ(ToPersonalText(time), "2025-11-21 03:12:44 UTC");
}

TEST(DurationText, KeepsTheDigitsThatMatter) {
  EXPECT_EQ(ToText(12ms), "12 ms");
  EXPECT_EQ(ToText(400ms), "0.4 s");
  EXPECT_EQ(ToText(71s), "71 s");
  EXPECT_EQ(ToText(125s), "2 min 5 s");
  EXPECT_EQ(ToText(190min), "3 h 10 min");
}

TEST(NowBoot, NeverGoesBack) {
  const BootTime first = NowBoot();
  EXPECT_GE(NowBoot(), first);
}

}  // namespace
}  // namespace headroom
