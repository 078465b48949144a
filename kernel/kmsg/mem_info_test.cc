#include "kernel/kmsg/mem_info.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(MemInfoZone, IsFreeAndMinByZone) {
  const auto zone = ParseZoneLine(
      "Node 0 DMA32 free:44120kB boost:0kB min:45000kB low:56250kB high:67500kB active_anon:8kB");
  ASSERT_TRUE(zone.has_value());
  EXPECT_EQ(zone->node, 0U);
  EXPECT_EQ(zone->name, "DMA32");
  EXPECT_EQ(zone->free, Kibibytes(44120));
  EXPECT_EQ(zone->min, Kibibytes(45000));
}

TEST(MemInfoZone, AFigureThatIsNotThereOrBrokenIsNotZero) {
  const auto zone = ParseZoneLine("Node 1 Normal free:12");
  ASSERT_TRUE(zone.has_value());
  EXPECT_EQ(zone->free, std::nullopt);
  EXPECT_EQ(zone->min, std::nullopt);
}

TEST(MemInfoZone, OtherLinesOfTheBlockAreNone) {
  for (const char* text :
       {"", "Node", "Node 0", "Node 0 active_anon:4840kB inactive_anon:1kB", "Node x DMA free:1kB",
        "Node 0 DMA: 2*4kB (M) = 8kB", "lowmem_reserve[]: 0 925", " Node 0 DMA free:1kB",
        "Node 99999999999999999999 DMA free:1kB", "Node 0 D;A free:1kB"}) {
    EXPECT_FALSE(ParseZoneLine(text).has_value()) << text;
  }
}

TEST(MemInfoPieces, AreCountedBySize) {
  const auto pieces = ParsePiecesLine("Node 0 DMA: 2*4kB (M) 1*8kB (UM) 0*16kB = 16kB");
  ASSERT_TRUE(pieces.has_value());
  EXPECT_EQ(pieces->name, "DMA");
  ASSERT_EQ(pieces->sizes.size(), 3U);
  EXPECT_EQ(pieces->sizes[0].count, 2U);
  EXPECT_EQ(pieces->sizes[0].each, Kibibytes(4));
  EXPECT_EQ(pieces->sizes[2].count, 0U);
  EXPECT_EQ(pieces->sizes[2].each, Kibibytes(16));
}

TEST(MemInfoPieces, TheSumIsNoPieceAndABrokenLineIsNone) {
  EXPECT_FALSE(ParsePiecesLine("Node 0 DMA: = 16kB").has_value());
  EXPECT_FALSE(ParsePiecesLine("Node 0 DMA: x*4kB 2*kB *4kB 3*4").has_value());
  EXPECT_FALSE(ParsePiecesLine("Node 0 DMA free:1kB min:2kB").has_value());
}

TEST(MemInfoPieces, AreNeverMoreThanThereAreOrders) {
  std::string text = "Node 0 DMA:";
  for (int i = 0; i < 1000; ++i) text += " 1*4kB";
  EXPECT_EQ(ParsePiecesLine(text)->sizes.size(), 32U);
}

TEST(MemInfoSwap, IsFreeAndTotal) {
  EXPECT_EQ(ParseSwapLine("Free swap  = 0kB", "Free"), Bytes{0});
  EXPECT_EQ(ParseSwapLine("Total swap = 2097148kB", "Total"), Kibibytes(2097148));
  EXPECT_EQ(ParseSwapLine("Total swap = 2097148kB", "Free"), std::nullopt);
  EXPECT_EQ(ParseSwapLine("Free swap  = ", "Free"), std::nullopt);
  EXPECT_EQ(ParseSwapLine("Free swap  = 99999999999999999999kB", "Free"), std::nullopt);
}

TEST(MemInfoHugePages, AreTotalAndFreeByNode) {
  const auto huge = ParseHugePagesLine(
      "Node 0 hugepages_total=8 hugepages_free=1 hugepages_surp=0 hugepages_size=2048kB");
  ASSERT_TRUE(huge.has_value());
  EXPECT_EQ(huge->total, 8U);
  EXPECT_EQ(huge->free, 1U);
  EXPECT_EQ(huge->each, Kibibytes(2048));
  EXPECT_FALSE(ParseHugePagesLine("Node 0 hugepages_total=8 hugepages_free=1").has_value());
}

TEST(MemInfoNodes, AreThoseOfThePolicyAndOfTheCpuset) {
  const auto nodes = ParseNodes(
      "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=0,2,cpuset=job-77,mems_allowed=0-1,"
      "global_oom,task_memcg=/job,task=x,pid=6,uid=0");
  ASSERT_TRUE(nodes.has_value());
  EXPECT_EQ(nodes->policy, "0,2");
  EXPECT_EQ(nodes->cpuset, "0-1");
}

TEST(MemInfoNodes, NobodyIsTheSameAsNotStated) {
  const auto nodes = ParseNodes(
      "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom");
  ASSERT_TRUE(nodes.has_value());
  EXPECT_EQ(nodes->policy, "");
  EXPECT_EQ(nodes->cpuset, "0");
}

/// Whoever may make a cgroup names its cpuset.
TEST(MemInfoNodes, ACpusetThatIsNamedLikeTheLineTellsNothing) {
  const auto nodes = ParseNodes(
      "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=x,mems_allowed=9,global_oom,"
      "mems_allowed=0,global_oom,task_memcg=/x,task=x,pid=6,uid=0");
  ASSERT_TRUE(nodes.has_value());
  EXPECT_EQ(nodes->cpuset, "");
}

}  // namespace
}  // namespace headroom
