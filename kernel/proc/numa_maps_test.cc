#include "kernel/proc/numa_maps.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(NumaMaps, AreAddedUpByNode) {
  const auto sums = SumNumaMaps(
      "00400000 default file=/usr/bin/x mapped=2 N0=2 kernelpagesize_kB=4\n"
      "7f0000000000 default anon=300 dirty=300 N0=100 N1=200 kernelpagesize_kB=4\n"
      "7f1000000000 default huge anon=1 dirty=1 N1=1 kernelpagesize_kB=2048\n");
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums.at(0), Kibibytes(408));
  EXPECT_EQ(sums.at(1), Kibibytes(800 + 2048));
}

TEST(NumaMaps, ACutLineCountsForNothing) {
  EXPECT_TRUE(SumNumaMaps("00400000 default N0=2 kernelpagesize_kB=4").empty());
  EXPECT_TRUE(SumNumaMaps("").empty());
}

TEST(NumaMaps, WhatIsNoNumberCountsForNothing) {
  for (const char* line :
       {"00400000 default N0=2\n", "00400000 default N=2 kernelpagesize_kB=4\n",
        "00400000 default N0= kernelpagesize_kB=4\n", "00400000 N99999=2 kernelpagesize_kB=4\n",
        "00400000 N0=18446744073709551615 kernelpagesize_kB=4\n",
        "00400000 N0=2 kernelpagesize_kB=18446744073709551615\n"}) {
    EXPECT_TRUE(SumNumaMaps(line).empty()) << line;
  }
}

}  // namespace
}  // namespace headroom
