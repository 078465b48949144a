#include "kernel/proc/meminfo.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(ParseMeminfo, TakesTheLinesThatWeGoByAndSkipsTheOthers) {
  const auto meminfo = ParseMeminfo(
      "MemTotal:        2014936 kB\nMemFree:          100 kB\nMemAvailable:    1802112 kB\n"
      "HugePages_Total:       1\nHugetlb:            2048 kB\nSwapTotal:             0 "
      "kB\nSwapFree:              0 kB\n");
  ASSERT_TRUE(meminfo);
  EXPECT_EQ(meminfo->total, Kibibytes(2014936));
  EXPECT_EQ(meminfo->available, Kibibytes(1802112));
  EXPECT_EQ(meminfo->swap_total, Bytes{0});
  EXPECT_EQ(meminfo->hugetlb, Mebibytes(2));
}

TEST(ParseMeminfo, AMissingLineIsNotZero) {
  EXPECT_EQ(ParseMeminfo("MemTotal: 5 kB\n")->available, std::nullopt);
  EXPECT_EQ(ParseMeminfo("")->total, std::nullopt);
}

TEST(ParseMeminfo, ALineOfOursWithoutAnAmountIsRefused) {
  EXPECT_FALSE(ParseMeminfo("SwapFree: lots\n"));
  EXPECT_FALSE(ParseMeminfo("SwapFree:\n"));
}

}  // namespace
}  // namespace headroom
