#include "supervisor/tripwire/stall_breaker.h"

#include <gtest/gtest.h>

#include <random>

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr Bytes kHigh = Mebibytes(100);

/// A container that waits `share` of the time and reads `pages` again each second, looked at every
/// `step`; when it is given up, nullopt: not within `time`.
struct Course {
  double share = 0;
  std::uint64_t pages = 0;
  std::chrono::milliseconds step = 1s;
};
std::optional<StallRecord> Watch(StallBreaker& breaker, BootTime from, BootTime time,
                                 const Course& course, BootTime& ended) {
  for (BootTime at = from; at <= from + time; at += course.step) {
    const double seconds = std::chrono::duration<double>(at).count();
    const auto stall = breaker.Observe(
        at, std::chrono::microseconds(static_cast<std::int64_t>(1e6 * course.share * seconds)),
        static_cast<std::uint64_t>(static_cast<double>(course.pages) * seconds), kHigh);
    ended = at;
    if (stall) return stall;
  }
  return std::nullopt;
}

std::optional<StallRecord> WatchFor(BootTime time, const Course& course, BootTime& ended) {
  StallBreaker breaker{Throttle{}};
  return Watch(breaker, 1000s, time, course, ended);
}

TEST(StallBreaker, GivesUpOnceTheWholeGraceWasWaitedThrough) {
  BootTime ended{};
  const auto stall = WatchFor(1h, {.share = 0.5}, ended);
  ASSERT_TRUE(stall);
  EXPECT_EQ(ended, 1030s);
  EXPECT_EQ(stall->reason, StallRecord::Reason::kPressure);
  EXPECT_EQ(stall->over, 30s);
  EXPECT_NEAR(stall->stalled, 0.5, 1e-6);
  EXPECT_EQ(stall->high, kHigh);
}

TEST(StallBreaker, LetsAContainerWaitThatStillMakesProgress) {
  BootTime ended{};
  EXPECT_FALSE(WatchFor(1h, {.share = 0.39}, ended));
}

TEST(StallBreaker, ABurstShorterThanTheGraceIsNoStall) {
  StallBreaker breaker{Throttle{}};
  std::chrono::microseconds stalled{};
  for (int second = 0; second < 3600; ++second) {
    if (second % 60 < 11) stalled += 1s;  // 11 of any 30 seconds at most, all of each
    EXPECT_FALSE(breaker.Observe(std::chrono::seconds(second), stalled, std::nullopt, kHigh))
        << second;
  }
}

TEST(StallBreaker, ReadingTheSameFilesAgainCountsWithAQuarterOfTheWaiting) {
  BootTime ended{};
  const auto stall =
      WatchFor(1h, {.share = 0.11, .pages = 257}, ended);  // just over 1 MiB a second
  ASSERT_TRUE(stall);
  EXPECT_EQ(stall->reason, StallRecord::Reason::kRereading);
  EXPECT_GE(stall->reread.value_or(Bytes{}), Mebibytes(30));
  EXPECT_FALSE(WatchFor(1h, {.share = 0.09, .pages = 257}, ended)) << "nobody waits for it";
  EXPECT_FALSE(WatchFor(1h, {.share = 0.11, .pages = 250}, ended)) << "little is read";
}

TEST(StallBreaker, WhereWaitingIsNotKnownNothingIsSaidAndWhatWasSeenIsForgotten) {
  StallBreaker breaker{Throttle{}};
  BootTime ended{};
  ASSERT_FALSE(Watch(breaker, 1000s, 29s, {.share = 1}, ended));
  EXPECT_FALSE(breaker.Observe(1030s, std::nullopt, 0, kHigh));
  EXPECT_FALSE(Watch(breaker, 1031s, 29s, {.share = 1}, ended));
  EXPECT_TRUE(Watch(breaker, 1061s, 1s, {.share = 1}, ended));
}

TEST(StallBreaker, ACounterThatGoesBackBeginsAnew) {
  StallBreaker breaker{Throttle{}};
  EXPECT_FALSE(breaker.Observe(0s, 100s, 5, kHigh));
  EXPECT_FALSE(breaker.Observe(31s, 1s, 5, kHigh));
  EXPECT_TRUE(breaker.Observe(62s, 30s, 5, kHigh));
}

TEST(StallBreaker, RarelyLookedAtItIsJudgedOverTheLongerTime) {
  StallBreaker breaker{Throttle{}};
  EXPECT_FALSE(breaker.Observe(0s, 0s, 0, kHigh));
  EXPECT_FALSE(breaker.Observe(100s, 39s, 0, kHigh)) << "39 % of 100 s";
  const auto stall = breaker.Observe(200s, 100s, 0, kHigh);
  ASSERT_TRUE(stall);
  EXPECT_EQ(stall->over, 100s);
}

class AnyPace : public testing::TestWithParam<int> {};

TEST_P(AnyPace, NeverGivesUpBelowTheLimitNorBeforeTheGraceIsOver) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  std::uniform_int_distribution<int> step(1, 3000);
  std::uniform_real_distribution<double> share(0, 0.399);
  StallBreaker breaker{Throttle{}};
  BootTime at{};
  std::chrono::microseconds stalled{};
  for (int i = 0; i < 5000; ++i) {
    const std::chrono::milliseconds pause(step(random));
    at += pause;
    stalled += std::chrono::microseconds(
        static_cast<std::int64_t>(share(random) * static_cast<double>(pause.count()) * 1000));
    ASSERT_FALSE(breaker.Observe(at, stalled, 0, kHigh)) << i;
  }
  const BootTime since = at;
  for (;;) {
    const std::chrono::milliseconds pause(step(random));
    at += pause;
    stalled += pause;
    const auto stall = breaker.Observe(at, stalled, 0, kHigh);
    if (!stall) continue;
    EXPECT_GE(stall->over, 30s);
    EXPECT_LE(at - since, 30s + 6s) << "all of the time is waited";
    break;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyPace, testing::Range(1, 20));

}  // namespace
}  // namespace headroom
