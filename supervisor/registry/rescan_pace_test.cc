#include "supervisor/registry/rescan_pace.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(RescanPace, TheFirstLookIsDueAtOnceAndACheapOneWithEverySample) {
  RescanPace pace;
  EXPECT_TRUE(pace.IsDue(BootTime(0s)));
  pace.OnLooked(BootTime(10s), 1ms);
  EXPECT_TRUE(pace.IsDue(BootTime(11s)));
}

/// A sample comes once a second, and there are other containers.
TEST(RescanPace, ADearLookRestsNineTimesAsLongAsItTook) {
  RescanPace pace;
  pace.OnLooked(BootTime(13s), 3s);
  EXPECT_FALSE(pace.IsDue(BootTime(14s)));
  EXPECT_FALSE(pace.IsDue(BootTime(39s)));
  EXPECT_TRUE(pace.IsDue(BootTime(40s)));
}

}  // namespace
}  // namespace headroom
