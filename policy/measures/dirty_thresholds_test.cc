#include "policy/measures/dirty_thresholds.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

HostFacts ByRatio(unsigned background, unsigned stop) {
  HostFacts host;
  host.memory_total = Bytes{100'000'000};
  host.dirty_background_ratio = background;
  host.dirty_ratio = stop;
  return host;
}

TEST(HostBackgroundThreshold, IsAShareOfAllMemoryAtMost) {
  const auto threshold = HostBackgroundThreshold(ByRatio(10, 20));
  ASSERT_TRUE(threshold);
  EXPECT_EQ(threshold->value, Bytes{10'000'000});
  EXPECT_TRUE(threshold->by_ratio);
}

TEST(HostBackgroundThreshold, BytesWinOverTheRatio) {
  HostFacts host = ByRatio(10, 20);
  host.dirty_background_bytes = Bytes{4096};
  const auto threshold = HostBackgroundThreshold(host);
  ASSERT_TRUE(threshold);
  EXPECT_EQ(threshold->value, Bytes{4096});
  EXPECT_FALSE(threshold->by_ratio);
  host.memory_total = std::nullopt;
  EXPECT_TRUE(HostBackgroundThreshold(host)) << "bytes need no memory to be a share of";
}

TEST(HostBackgroundThreshold, IsHalfOfTheOtherWhereItIsNotBelowThat) {
  EXPECT_EQ(HostBackgroundThreshold(ByRatio(20, 20))->value, Bytes{10'000'000});
  EXPECT_EQ(HostBackgroundThreshold(ByRatio(19, 20))->value, Bytes{19'000'000});
  HostFacts host = ByRatio(10, 20);
  host.dirty_bytes = Bytes{8192};
  const auto threshold = HostBackgroundThreshold(host);
  EXPECT_EQ(threshold->value, Bytes{4096});
  EXPECT_FALSE(threshold->by_ratio) << "it is that of bytes";
}

TEST(HostBackgroundThreshold, IsNotKnownWithoutTheSysctlOrTheMemory) {
  EXPECT_FALSE(HostBackgroundThreshold(HostFacts{}));
  HostFacts host = ByRatio(10, 20);
  host.memory_total = std::nullopt;
  EXPECT_FALSE(HostBackgroundThreshold(host));
  host = ByRatio(10, 20);
  host.dirty_background_ratio = std::nullopt;
  EXPECT_FALSE(HostBackgroundThreshold(host));
  host = ByRatio(10, 20);
  host.dirty_ratio = std::nullopt;
  EXPECT_EQ(HostBackgroundThreshold(host)->value, Bytes{10'000'000});
}

TEST(HostBackgroundThreshold, ARatioOfNoneIsNoThresholdAtAll) {
  EXPECT_EQ(HostBackgroundThreshold(ByRatio(0, 20))->value, Bytes{0});
}

}  // namespace
}  // namespace headroom
