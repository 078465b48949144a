#include "explain/html/chart/scale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(ByteTicks, AreRoundAndFew) {
  EXPECT_EQ(ByteTicks(Mebibytes(64), 6), (std::vector<Bytes>{Bytes{}, Mebibytes(16), Mebibytes(32),
                                                             Mebibytes(48), Mebibytes(64)}));
  EXPECT_EQ(ByteTicks(Bytes{1}, 6), std::vector<Bytes>{Bytes{}});
  const auto most = ByteTicks(Bytes{std::numeric_limits<std::uint64_t>::max()}, 6);
  EXPECT_GE(most.size(), 2U);
  EXPECT_LE(most.size(), 6U);
  EXPECT_TRUE(std::ranges::is_sorted(most)) << "the last one has not wrapped";
}

TEST(TimeTicks, AreThoseOfAClock) {
  using Ticks = std::vector<std::chrono::nanoseconds>;
  EXPECT_EQ(TimeTicks(9600ms, 6), (Ticks{0s, 2s, 4s, 6s, 8s}));
  EXPECT_EQ(TimeTicks(7min, 9), (Ticks{0s, 1min, 2min, 3min, 4min, 5min, 6min, 7min}));
  EXPECT_EQ(TimeTicks(0s, 4), Ticks{0s});
  EXPECT_LE(TimeTicks(std::chrono::nanoseconds(std::int64_t{1} << 61U), 4).size(), 4U);
}

TEST(TickText, NamesTheLargestWholeUnit) {
  EXPECT_EQ(TickText(500ms), "0.5 s");
  EXPECT_EQ(TickText(30s), "30 s");
  EXPECT_EQ(TickText(120s), "2 min");
  EXPECT_EQ(TickText(90s), "90 s");
  EXPECT_EQ(TickText(7200s), "2 h");
}

}  // namespace
}  // namespace headroom
