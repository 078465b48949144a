#include "kernel/cgroup/tripwire_high.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

constexpr ThrottleModel kModern{.batch_pages = 64, .cpus = 2};

double GapShare(Bytes max, const ThrottleModel& model) {
  const Bytes high = TripwireHigh(max, model).value();
  return Share(max - high, high);
}

TEST(TripwireHigh, BuysASecondAsMeasured) {
  EXPECT_NEAR(GapShare(Mebibytes(128), kModern), 0.045, 0.002);
  EXPECT_NEAR(GapShare(Mebibytes(32), kModern), 0.072, 0.002);
  EXPECT_NEAR(GapShare(Mebibytes(1024), kModern), 0.0226, 0.001);
}

TEST(TripwireHigh, StaysWithinItsBounds) {
  EXPECT_NEAR(GapShare(Mebibytes(65536), kModern), 0.02, 0.0005);
  const ThrottleModel one_cpu{.batch_pages = 64, .cpus = 1};
  EXPECT_LE(GapShare(Mebibytes(1), one_cpu), 0.13) << "12.5 % and the rounding to a page";
}

TEST(TripwireHigh, IsWholePagesBelowTheLimit) {
  for (std::uint64_t mib = 2; mib < 3000; mib += 7) {
    const Bytes max = Mebibytes(mib) + Bytes{123};
    const Bytes high = TripwireHigh(max, kModern).value();
    EXPECT_LT(high, max);
    EXPECT_EQ(high.value % 4096, 0U);
  }
}

TEST(TripwireHigh, IsNoneWhereMemoryStatCouldNotTell) {
  EXPECT_EQ(TripwireHigh(Mebibytes(2) - Bytes{1}, kModern), std::nullopt);
  EXPECT_TRUE(TripwireHigh(Mebibytes(2), kModern).has_value());
  EXPECT_EQ(TripwireHigh(Bytes{0}, kModern), std::nullopt);
}

TEST(ThrottleModelFor, KnowsTheSmallerBatchOfOlderKernels) {
  EXPECT_EQ(ThrottleModelFor("6.1.0-56-cloud-amd64", 2).batch_pages, 64U);
  EXPECT_EQ(ThrottleModelFor("5.15.85", 2).batch_pages, 32U);
  EXPECT_EQ(ThrottleModelFor("7.0", 2).batch_pages, 64U);
  EXPECT_EQ(ThrottleModelFor("garbage", 0).batch_pages, 32U);
  EXPECT_EQ(ThrottleModelFor("garbage", 0).cpus, 1U);
}

}  // namespace
}  // namespace headroom
