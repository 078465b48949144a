#include "explain/study/map_growth.h"

#include <gtest/gtest.h>

#include "explain/testing/cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

MappingGroup Heap(Bytes rss) {
  MappingGroup group;
  group.kind = MappingKind::kHeap;
  group.name = "heap";
  group.mappings = 1;
  group.rss = rss;
  return group;
}

EarlierMap Earlier(Bytes rss) {
  return {.id = {.pid = kInit, .start_ticks = 777}, .taken = kKilledAt - 2s, .groups = {Heap(rss)}};
}

TEST(MapGrowth, IsTheRiseOfOneGroup) {
  EXPECT_EQ(GrowthOf(Heap(Mebibytes(30)), Earlier(Mebibytes(20)), 2s), Mebibytes(5));
}

TEST(MapGrowth, OfWhatDidNotGrowIsNone) {
  EXPECT_EQ(GrowthOf(Heap(Mebibytes(20)), Earlier(Mebibytes(20)), 2s), std::nullopt);
  EXPECT_EQ(GrowthOf(Heap(Mebibytes(10)), Earlier(Mebibytes(20)), 2s), std::nullopt);
}

TEST(MapGrowth, OfWhatWasNotThereIsNotKnown) {
  MappingGroup other = Heap(Mebibytes(30));
  other.name = "anonymous";
  EXPECT_EQ(GrowthOf(other, Earlier(Mebibytes(1)), 2s), std::nullopt);
}

TEST(MapGrowth, NeedsTime) {
  const auto grown = Heap(Mebibytes(30));
  EXPECT_EQ(GrowthOf(grown, Earlier(Mebibytes(1)), 999ms), std::nullopt);
  EXPECT_EQ(GrowthOf(grown, Earlier(Mebibytes(1)), 0s), std::nullopt);
  EXPECT_EQ(GrowthOf(grown, Earlier(Mebibytes(1)), -3s), std::nullopt);
}

std::string HeapStatement(const EarlierMap& earlier) {
  EvidenceBuilder builder = KillSingle();
  builder.File("before/earlier.json", SerializeEarlierMap(earlier));
  for (const Statement& statement : Explain(builder.Build()).statements) {
    if (statement.text.starts_with("heap of")) return statement.text;
  }
  return "";
}

TEST(MapGrowth, IsSaidWithTheGroup) {
  EXPECT_EQ(HeapStatement(Earlier(Kibibytes(57000) - Mebibytes(12))),
            "heap of eat: 55.7 MiB in 1 mapping, +6 MiB/s");
}

TEST(MapGrowth, OfAnotherProcessWithTheNumberIsNotSaid) {
  EarlierMap other = Earlier(Mebibytes(1));
  other.id.start_ticks = 776;
  EXPECT_EQ(HeapStatement(other), "heap of eat: 55.7 MiB in 1 mapping");
}

}  // namespace
}  // namespace headroom
