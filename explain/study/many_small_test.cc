#include "explain/study/many_small.h"

#include <gtest/gtest.h>

#include "explain/testing/recorded_parts.h"

namespace headroom {
namespace {

using namespace testing_evidence;

ProcessTable TableOf(int processes, Bytes each) {
  std::vector<ProcessRow> rows;
  for (int i = 0; i < processes; ++i) {
    rows.push_back(Process(100 + i, i == 0 ? "sh" : "worker", each.value >> 10U));
    rows.back().rss_anon = each;
  }
  return Processes(std::move(rows));
}

TEST(ManySmall, AreMoreTogetherThanAnyOfThem) {
  const auto many = FindManySmall(TableOf(20, Mebibytes(3)), Mebibytes(64));
  ASSERT_TRUE(many.has_value());
  EXPECT_EQ(many->processes, 20U);
  EXPECT_EQ(many->together, Mebibytes(60));
  EXPECT_EQ(many->largest, Mebibytes(3));
  EXPECT_EQ(many->comm, "worker");
  EXPECT_EQ(many->with_comm, 19U);
}

TEST(ManySmall, AreNotFew) {
  EXPECT_EQ(FindManySmall(TableOf(7, Mebibytes(6)), Mebibytes(64)), std::nullopt);
}

TEST(ManySmall, HaveNoLargeOneAmongThem) {
  ProcessTable table = TableOf(20, Mebibytes(3));
  table.processes[5].rss_anon = Mebibytes(7);
  EXPECT_EQ(FindManySmall(table, Mebibytes(64)), std::nullopt);
}

TEST(ManySmall, HoldHalfOfTheLimit) {
  EXPECT_EQ(FindManySmall(TableOf(20, Mebibytes(1)), Mebibytes(64)), std::nullopt);
  EXPECT_EQ(FindManySmall(TableOf(20, Bytes{0}), Bytes{0}), std::nullopt);
}

TEST(ManySmall, AreNotClaimedOfATableThatIsNotWhole) {
  ProcessTable table = TableOf(20, Mebibytes(3));
  table.total = 21;
  EXPECT_EQ(FindManySmall(table, Mebibytes(64)), std::nullopt);
  table.total = std::nullopt;
  EXPECT_EQ(FindManySmall(table, Mebibytes(64)), std::nullopt);
  table = TableOf(20, Mebibytes(3));
  table.processes[5].rss_anon = std::nullopt;
  EXPECT_EQ(FindManySmall(table, Mebibytes(64)), std::nullopt) << "absent is not zero";
  table.processes[5].state = "Z";
  EXPECT_TRUE(FindManySmall(table, Mebibytes(64)).has_value()) << "a dead one holds nothing";
}

}  // namespace
}  // namespace headroom
