#include "explain/study/forked.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

ForkedProcess One(int pid, int parent, std::uint64_t own_mebibytes, std::string comm = "worker") {
  return {.id = {.pid = pid, .start_ticks = static_cast<std::uint64_t>(pid) * 100},
          .parent = parent,
          .comm = std::move(comm),
          .private_dirty = Mebibytes(own_mebibytes),
          .shared_dirty = Mebibytes(2)};
}

TEST(Forked, AreAParentAndItsChildren) {
  const auto forked = FindForked({One(10, 1, 5), One(11, 10, 20), One(12, 10, 15)}, 100s);
  ASSERT_TRUE(forked.has_value());
  EXPECT_EQ(forked->processes, 3U);
  EXPECT_EQ(forked->private_dirty, Mebibytes(40));
  EXPECT_EQ(forked->shared_dirty, Mebibytes(2)) << "what is shared is not added up";
  EXPECT_EQ(forked->first_pid, 11);
  EXPECT_EQ(forked->child, 0) << "no pair";
}

TEST(Forked, AreBrothersWhoseParentIsNotSeen) {
  EXPECT_TRUE(FindForked({One(11, 10, 20), One(12, 10, 15)}, 100s).has_value());
}

TEST(Forked, OfInitNeedNotBeBrothers) {
  EXPECT_EQ(FindForked({One(11, 1, 20), One(12, 1, 15)}, 100s), std::nullopt);
  EXPECT_EQ(FindForked({One(11, 0, 20), One(12, 0, 15)}, 100s), std::nullopt);
}

TEST(Forked, ShareMemoryElseTheyAreOnlyOfOneName) {
  ForkedProcess alone = One(12, 10, 15);
  alone.shared_dirty = Bytes{0};
  EXPECT_EQ(FindForked({One(11, 10, 20), alone}, 100s), std::nullopt);
}

TEST(Forked, HaveOneName) {
  EXPECT_EQ(FindForked({One(11, 10, 20, "a"), One(12, 11, 15, "b")}, 100s), std::nullopt);
}

TEST(Forked, TheLargestFamilyIsTold) {
  const auto forked = FindForked(
      {One(10, 9, 1, "a"), One(11, 10, 1, "a"), One(20, 9, 30, "b"), One(21, 20, 30, "b")}, 100s);
  EXPECT_EQ(forked->comm, "b");
}

TEST(Forked, OfAPairTheAgeOfTheChildIsKnown) {
  const auto forked = FindForked({One(12, 11, 30), One(11, 1, 30)}, 15s);
  EXPECT_EQ(forked->parent, 11);
  EXPECT_EQ(forked->child, 12);
  EXPECT_EQ(forked->child_age, 3s) << "1200 ticks of 10 ms are 12 s after the boot";
  EXPECT_EQ(FindForked({One(12, 11, 30), One(11, 1, 30)}, 11s)->child_age, std::nullopt)
      << "younger than the snapshot cannot be";
  EXPECT_EQ(FindForked({One(12, 11, 30), One(11, 1, 30)}, std::nullopt)->child_age, std::nullopt);
}

TEST(Forked, ATimeBeyondAllTimesIsNoAge) {
  ForkedProcess child = One(12, 11, 30);
  child.id.start_ticks = UINT64_MAX;
  EXPECT_EQ(FindForked({child, One(11, 1, 30)}, 15s)->child_age, std::nullopt);
}

TEST(Forked, OfNobodyAreNone) {
  EXPECT_EQ(FindForked({}, 1s), std::nullopt);
  EXPECT_EQ(FindForked({One(1, 0, 1)}, 1s), std::nullopt);
}

}  // namespace
}  // namespace headroom
