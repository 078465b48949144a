#include "evidence/level_counters.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

MemoryEvents Counted(std::uint64_t kills, std::uint64_t group_kills = 0) {
  return {.oom = kills, .oom_kill = kills, .oom_group_kill = group_kills};
}

LevelReading Reading(const char* path, std::uint64_t inode, LevelRole role, MemoryEvents events) {
  return {.path = path,
          .inode = inode,
          .role = role,
          .events = {.subtree = events, .local = events},
          .memory_max = {}};
}

LevelReading Job(MemoryEvents events, std::uint64_t inode = 50) {
  return Reading("/box/web/job", inode, LevelRole::kDescendant, events);
}

LevelReading Own(MemoryEvents events) {
  return Reading("/box/web", 42, LevelRole::kContainer, events);
}

LevelReading Above(MemoryEvents events) {
  return Reading("/box", 41, LevelRole::kAncestor, events);
}

/// Enrolled when three had been killed in the cgroup, and seven in all of its parent.
class LevelCountersTest : public testing::Test {
 protected:
  static Enrolment Enrolled() {
    Enrolment enrolment;
    enrolment.cgroup = {.path = "/box/web", .inode = 42, .limits = {}};
    enrolment.cgroup.limits.max = Limit(Mebibytes(64));
    enrolment.cgroup.events = enrolment.cgroup.local_events = Counted(3);
    enrolment.ancestors = {{.path = "/box", .inode = 41, .limits = {}}};
    enrolment.ancestors[0].events = enrolment.ancestors[0].local_events = Counted(7);
    return enrolment;
  }
  IncidentLevel Take(const LevelReading& reading) { return counters_.Take({reading}).at(0); }

  LevelCounters counters_{Enrolled()};
};

TEST_F(LevelCountersTest, CountFromTheEnrolmentAndThenFromTheIncidentBefore) {
  const auto first = counters_.Take({Own(Counted(4)), Above(Counted(9))});
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].role, LevelRole::kContainer);
  EXPECT_EQ(first[0].events, Counted(1));
  EXPECT_EQ(first[0].events_local, Counted(1));
  EXPECT_EQ(first[0].memory_max, Limit(Mebibytes(64))) << "as it was enrolled";
  EXPECT_EQ(first[1].events, Counted(2));
  const auto second = counters_.Take({Own(Counted(4)), Above(Counted(10))});
  EXPECT_EQ(second[0].events, Counted(0));
  EXPECT_EQ(second[1].events, Counted(1));
}

TEST_F(LevelCountersTest, ADescendantThatIsSeenAfterItsKillCountsFromZero) {
  EXPECT_EQ(Take(Job(Counted(2))).events, Counted(2));
}

TEST_F(LevelCountersTest, ADescendantTellsNoIncidentTwice) {
  (void)Take(Job(Counted(2)));
  const IncidentLevel later = Take(Job(Counted(3)));
  EXPECT_EQ(later.events, Counted(1));
  EXPECT_EQ(later.events_local, Counted(1));
}

TEST_F(LevelCountersTest, ADescendantThatWasNotSeenMeanwhileCountsOn) {
  (void)Take(Job(Counted(2)));
  (void)Take(Own(Counted(4)));
  EXPECT_EQ(Take(Job(Counted(3))).events, Counted(1));
}

TEST_F(LevelCountersTest, AnotherCgroupAtTheSamePathCountsFromZero) {
  (void)Take(Job(Counted(2)));
  EXPECT_EQ(Take(Job(Counted(1), 51)).events, Counted(1));
}

TEST_F(LevelCountersTest, AGroupKillIsOfOneIncident) {
  EXPECT_EQ(Take(Own(Counted(6, 1))).events.oom_group_kill, 1U);
  EXPECT_EQ(Take(Own(Counted(7, 1))).events.oom_group_kill, 0U);
  EXPECT_EQ(Take(Job(Counted(3, 1))).events.oom_group_kill, 1U);
  EXPECT_EQ(Take(Job(Counted(4, 1))).events.oom_group_kill, 0U);
}

TEST_F(LevelCountersTest, WhatCannotBeReadIsNotKnownAndCountsOn) {
  LevelReading gone = Own({});
  gone.events = {};
  gone.removed = true;
  const IncidentLevel row = Take(gone);
  EXPECT_EQ(row.events, MemoryEvents{});
  EXPECT_EQ(row.events_local, std::nullopt);
  EXPECT_TRUE(row.removed);
  EXPECT_EQ(Take(Own(Counted(5))).events, Counted(2));
}

TEST_F(LevelCountersTest, ACounterThatOneReadingLacksIsNotKnown) {
  EXPECT_EQ(Take(Own({.oom = 4})).events.oom_kill, std::nullopt);
  EXPECT_EQ(Take(Own(Counted(5))).events.oom_kill, 2U) << "it counts on from the baseline";
}

TEST_F(LevelCountersTest, BehindAnEarlierRunOnlyWhatHasNotRisenIsKnown) {
  counters_.ForgetBaselines();
  const auto first = counters_.Take({Own(Counted(5)), Above(Counted(7)), Job(Counted(1))});
  EXPECT_EQ(first[0].events.oom_kill, std::nullopt) << "of how many incidents is not known";
  EXPECT_EQ(first[0].events.oom_group_kill, 0U);
  EXPECT_EQ(first[1].events, Counted(0));
  EXPECT_EQ(first[2].events.oom_kill, std::nullopt);
  const auto second = counters_.Take({Own(Counted(6)), Above(Counted(8)), Job(Counted(2))});
  for (const IncidentLevel& level : second) EXPECT_EQ(level.events, Counted(1)) << level.path;
  EXPECT_EQ(Take(Job(Counted(1), 51)).events, Counted(1)) << "made since";
}

TEST_F(LevelCountersTest, CgroupsWithoutEndTakeNoMemoryWithoutEnd) {
  (void)counters_.Take({Own(Counted(3)), Job(Counted(2))});
  for (std::uint64_t inode = 1000; inode < 4000; ++inode) {
    (void)counters_.Take({Own(Counted(3)), Job(Counted(2)), Job(Counted(1), inode)});
  }
  EXPECT_EQ(Take(Job(Counted(3))).events, Counted(1)) << "those that are there are kept";
}

TEST_F(LevelCountersTest, TheLevelWhoseLimitWasMetIsKnownBeforeItIsTaken) {
  const auto with_local = [](LevelReading reading, std::uint64_t oom) {
    reading.events.local->oom = oom;
    return reading;
  };
  const auto container = [](std::uint64_t subtree_oom, std::uint64_t local_oom) {
    LevelReading own = Own(Counted(4));
    own.events.subtree->oom = subtree_oom;
    own.events.local->oom = local_oom;
    return own;
  };
  const LevelReading quiet = with_local(Above(Counted(8)), 7);
  EXPECT_EQ(counters_.LevelMet({container(4, 4), quiet}), "/box/web");
  EXPECT_EQ(counters_.LevelMet({container(4, 3), quiet}), "/box/web") << "a cgroup below";
  EXPECT_EQ(counters_.LevelMet({container(3, 3), with_local(Above(Counted(8)), 8)}), "/box");
  EXPECT_EQ(counters_.LevelMet({container(3, 3), quiet}), "host");
  EXPECT_EQ(counters_.LevelMet({container(3, 3), quiet}), "host") << "nothing was taken";
  EXPECT_EQ(Take(Own(Counted(4))).events, Counted(1));
}

/// cgroup v1 has no `oom`: how often a limit was met stands for it.
TEST(LevelCountersOnV1, TheLevelIsTheOneWhoseLimitWasMetMoreOften) {
  const auto counted = [](std::uint64_t max, std::uint64_t kills) {
    return MemoryEvents{.max = max, .oom_kill = kills};
  };
  Enrolment enrolment;
  enrolment.cgroup = {.path = "/a/b",
                      .inode = 1,
                      .limits = {},
                      .events = counted(2, 0),
                      .local_events = counted(2, 0)};
  enrolment.ancestors = {{.path = "/a",
                          .inode = 2,
                          .limits = {},
                          .events = counted(7, 0),
                          .local_events = counted(7, 0)}};
  const LevelCounters counters(enrolment);
  const auto met = [&](std::uint64_t own_max, std::uint64_t above_max) {
    LevelReading own{.path = "/a/b", .inode = 1, .events = {}, .memory_max = {}};
    own.events = {.subtree = counted(own_max, 1), .local = counted(own_max, 1)};
    LevelReading above{.path = "/a", .inode = 2, .events = {}, .memory_max = {}};
    above.events = {.subtree = counted(above_max, 0), .local = counted(above_max, 0)};
    return counters.LevelMet({own, above});
  };
  EXPECT_EQ(met(5, 7), "/a/b");
  EXPECT_EQ(met(2, 9), "/a");
  EXPECT_EQ(met(2, 7), "host");
}

TEST_F(LevelCountersTest, ACounterThatIsNotKnownMayBeTheOneThatRose) {
  LevelReading own = Own(Counted(3));
  own.events.subtree->oom_kill = 4;
  LevelReading above = Above(Counted(7));
  EXPECT_EQ(counters_.LevelMet({own, above}), "host");
  EXPECT_EQ(counters_.LevelMet({Own(Counted(3)), above}), std::nullopt) << "read before the kill";
  above.events.local.reset();
  EXPECT_EQ(counters_.LevelMet({own, above}), std::nullopt);
  above = Above(Counted(7));
  above.inode = 99;
  EXPECT_EQ(counters_.LevelMet({own, above}), std::nullopt) << "another cgroup of that name";
  counters_.ForgetBaselines();
  EXPECT_EQ(counters_.LevelMet({own, Above(Counted(7))}), std::nullopt);
}

}  // namespace
}  // namespace headroom
