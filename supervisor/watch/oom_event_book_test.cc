#include "supervisor/watch/oom_event_book.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

OomEvent EventIn(std::optional<std::string> task_memcg, const std::vector<int>& pids) {
  OomEvent event;
  event.task_memcg = std::move(task_memcg);
  for (const int pid : pids) event.victims.push_back(OomVictim{.pid = pid});
  return event;
}

TEST(Concerns, BelievesTheCgroupWhereTheLogStatesOne) {
  EXPECT_TRUE(Concerns(EventIn("/a/web", {7}), "/a/web", {}));
  EXPECT_TRUE(Concerns(EventIn("/a/web/worker", {7}), "/a/web", {}));
  EXPECT_FALSE(Concerns(EventIn("/a/web2", {7}), "/a/web", {7})) << "a number can be used again";
  EXPECT_FALSE(Concerns(EventIn("/a", {7}), "/a/web", {7}));
}

TEST(Concerns, GoesByProcessOnlyWhereNoCgroupIsStated) {
  EXPECT_TRUE(Concerns(EventIn(std::nullopt, {7, 8}), "/a/web", {7, 8, 9}));
  EXPECT_FALSE(Concerns(EventIn(std::nullopt, {7, 10}), "/a/web", {7, 8, 9}));
  EXPECT_FALSE(Concerns(EventIn(std::nullopt, {}), "/a/web", {7}));
}

TEST(Concerns, NothingConcernsAContainerWithoutACgroup) {
  EXPECT_FALSE(Concerns(EventIn("/a/web", {7}), "", {7}));
  EXPECT_FALSE(Concerns(EventIn("/a/web", {7}), "/", {7}));
  EXPECT_FALSE(Concerns(EventIn(std::nullopt, {7}), "", {7}));
}

TEST(Concerns, KnowsAGroupKillByItsOwnLine) {
  OomEvent event = EventIn(std::nullopt, {7});
  event.group_memcg = "/a/web";
  EXPECT_TRUE(Concerns(event, "/a/web", {}));
  EXPECT_FALSE(Concerns(event, "/a/db", {7}));
}

/// The kernel's words at any time, and a book that hears them.
class OomEventBookTest : public testing::Test {
 protected:
  bool Say(std::chrono::microseconds at, const std::string& text) {
    return book_.Add(KmsgRecord{.priority = 6,
                                .sequence = ++sequence_,
                                .since_boot = at,
                                .text = text,
                                .raw = fmt::format("6,{},{},-;{}", sequence_, at.count(), text)});
  }
  void Place(std::chrono::microseconds at, const std::string& cgroup) {
    (void)Say(at,
              "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
              "oom_memcg=" +
                  cgroup + ",task_memcg=" + cgroup + ",task=x,pid=1,uid=0");
  }
  bool Kill(std::chrono::microseconds at, int pid) {
    return Say(at, fmt::format("Memory cgroup out of memory: Killed process {} (x) "
                               "total-vm:9kB, anon-rss:3kB, file-rss:2kB, shmem-rss:1kB",
                               pid));
  }
  void Group(std::chrono::microseconds at, const std::string& cgroup) {
    (void)Say(at, "Tasks in " + cgroup + " are going to be killed due to memory.oom.group set");
  }
  /// Two of three victims of a group kill: the last one's line is still to come.
  void MostOfAGroupKill() {
    Place(1000ms, "/web");
    (void)Kill(1001ms, 7);
    Group(1002ms, "/web");
    (void)Kill(1003ms, 7);
    (void)Kill(1004ms, 8);
  }

  [[nodiscard]] OomEventBook::Query After(std::uint64_t sequence) const {
    OomEventBook::Query query = claim_;
    query.after = sequence;
    return query;
  }

  OomEventBook book_;
  std::uint64_t sequence_ = 0;
  const OomEventBook::Query web_{.cgroup = "/web"};
  const OomEventBook::Query claim_{.cgroup = "/web", .consume = true};
};

TEST_F(OomEventBookTest, AGroupKillWaitsForItsLastVictim) {
  MostOfAGroupKill();
  EXPECT_TRUE(book_.Find(web_, 1900ms).empty()) << "its lines may still come";
  (void)Kill(1950ms, 9);
  const auto events = book_.Find(web_, 3950ms);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].victims.size(), 3U);
}

TEST_F(OomEventBookTest, ALookDoesNotCloseAnEvent) {
  MostOfAGroupKill();
  EXPECT_EQ(book_.UnclaimedKills(web_), 3U);
  EXPECT_TRUE(book_.Find(web_, 1041ms).empty());
  (void)Kill(1042ms, 9);
  EXPECT_EQ(book_.UnclaimedKills(web_), 4U);
  const auto events = book_.Find(claim_, 1043ms);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].victims.size(), 3U);
}

TEST_F(OomEventBookTest, AVictimBehindAClaimedGroupKillIsNeverAnEventOfItsOwn) {
  MostOfAGroupKill();
  EXPECT_EQ(book_.Find(claim_, 1005ms).size(), 1U);
  (void)Kill(1035ms, 9);
  OomEventBook::Query any = claim_;
  any.processes = {7, 8, 9};
  EXPECT_EQ(book_.UnclaimedKills(any), 0U);
  EXPECT_TRUE(book_.Find(any, 5000ms).empty());
}

TEST_F(OomEventBookTest, AClaimedVictimMayTurnOutToBeOfAGroupKill) {
  Place(1000ms, "/web");
  (void)Kill(1001ms, 7);
  EXPECT_EQ(book_.Find(claim_, 1040ms).size(), 1U);
  Group(1050ms, "/web");
  (void)Kill(1051ms, 7);
  (void)Kill(1052ms, 8);
  EXPECT_TRUE(book_.Find(claim_, 9000ms).empty());
}

TEST_F(OomEventBookTest, ANewReportIsNotOfTheClaimedEventBeforeIt) {
  MostOfAGroupKill();
  EXPECT_EQ(book_.Find(claim_, 1005ms).size(), 1U);
  Place(1006ms, "/web");
  (void)Kill(1007ms, 10);
  const auto events = book_.Find(claim_, 1008ms);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].victims.at(0).pid, 10);
}

TEST_F(OomEventBookTest, ASingleKillHasSaidAllAfterAMoment) {
  Place(1000ms, "/web");
  (void)Kill(1001ms, 7);
  EXPECT_TRUE(book_.Find(web_, 1002ms).empty());
  EXPECT_EQ(book_.Find(web_, 1031ms).size(), 1U);
}

TEST_F(OomEventBookTest, CountsAsTheCounterDoes) {
  MostOfAGroupKill();
  Place(1040ms, "/web");
  (void)Kill(1041ms, 9);
  EXPECT_EQ(book_.UnclaimedKills(web_), 4U) << "the first of the group was killed twice";
  book_.SkipReported(web_, 3);
  EXPECT_EQ(book_.UnclaimedKills(web_), 1U) << "what the group kill counted was skipped, no more";
  EXPECT_EQ(book_.Find(claim_, 1100ms).at(0).victims.at(0).pid, 9);
}

TEST_F(OomEventBookTest, GivesAnEventToEveryContainerThatItIsAboutAndOnceToEach) {
  Place(1000ms, "/outer/inner");
  (void)Kill(1001ms, 7);
  const OomEventBook::Query outer{.cgroup = "/outer", .consume = true};
  const OomEventBook::Query inner{.cgroup = "/outer/inner", .consume = true};
  EXPECT_EQ(book_.Find(outer, 1100ms).size(), 1U);
  EXPECT_EQ(book_.UnclaimedKills(inner), 1U) << "its own counter has counted it too";
  EXPECT_EQ(book_.Find(inner, 1100ms).size(), 1U);
  EXPECT_TRUE(book_.Find(outer, 1100ms).empty());
  EXPECT_TRUE(book_.Find(inner, 1100ms).empty());
}

TEST_F(OomEventBookTest, AGroupKillOfALevelAboveCountsInEachContainerOnlyItsOwn) {
  Place(1000ms, "/pod/web");
  (void)Kill(1001ms, 7);
  Group(1002ms, "/pod");
  for (const int pid : {7, 8, 20, 21}) (void)Kill(1003ms, pid);
  const OomEventBook::Query web{.cgroup = "/pod/web", .processes = {7, 8}};
  const OomEventBook::Query db{.cgroup = "/pod/db", .processes = {20}};
  const OomEventBook::Query other{.cgroup = "/pod2/db", .processes = {20}};
  EXPECT_EQ(book_.UnclaimedKills(web), 3U);
  EXPECT_EQ(book_.UnclaimedKills(db), 1U);
  EXPECT_EQ(book_.Find(db, 9000ms).size(), 1U);
  EXPECT_EQ(book_.UnclaimedKills(other), 0U);
  EXPECT_EQ(book_.UnclaimedKills({.cgroup = "/pod"}), 5U);
}

TEST_F(OomEventBookTest, SkipsWhatWasReportedAlsoWhereItIsTheNewest) {
  MostOfAGroupKill();
  book_.SkipReported(web_, 3);
  (void)Kill(1035ms, 9);
  EXPECT_TRUE(book_.Find(claim_, 5000ms).empty());
}

/// The kernel states the cgroup of ten kills in five seconds at most.
TEST_F(OomEventBookTest, WhatWasReportedAndNotStatedHidesNothingThatCameLater) {
  (void)Kill(1000ms, 7);  // of /web, whose first line was left out
  (void)Kill(1100ms, 8);
  Place(1200ms, "/web");
  (void)Kill(1200ms, 9);
  const std::uint64_t reported_up_to = book_.position();
  Place(2000ms, "/web");
  (void)Kill(2000ms, 10);
  const auto found = book_.Find(After(reported_up_to), 5000ms);
  ASSERT_EQ(found.size(), 1U) << "three kills were reported, and only one of them was stated";
  EXPECT_EQ(found.front().victims.front().pid, 10);
}

TEST_F(OomEventBookTest, AnEventThatHadNamedNobodyYetWasNotReported) {
  EXPECT_EQ(book_.position(), 0U);
  Place(1000ms, "/web");
  const std::uint64_t reported_up_to = book_.position();
  (void)Kill(1000ms, 7);
  EXPECT_EQ(book_.UnclaimedKills(After(reported_up_to)), 1U);
  EXPECT_EQ(book_.Find(After(reported_up_to), 5000ms).size(), 1U);
}

TEST_F(OomEventBookTest, OneThatHadNamedSomebodyWasReportedWithAllThatFollow) {
  MostOfAGroupKill();
  const std::uint64_t reported_up_to = book_.position();
  (void)Kill(1035ms, 9);
  EXPECT_EQ(book_.UnclaimedKills(After(reported_up_to)), 0U);
  EXPECT_TRUE(book_.Find(After(reported_up_to), 5000ms).empty());
}

/// The log's clock falls behind, and what the machine was suspended is not on it: by then the time
/// of an enrolment is taken for an earlier one.
TEST_F(OomEventBookTest, AKillOfAnEarlierLifeIsNotTheNextOnesHoweverEarlyThatSeemsToHaveBegun) {
  Place(1000ms, "/web");
  (void)Kill(1000ms, 7);
  OomEventBook::Query next = After(book_.position());
  next.since = 0ms;
  EXPECT_EQ(book_.UnclaimedKills(next), 0U);
  EXPECT_EQ(book_.LimitMet(next), std::nullopt);
  EXPECT_TRUE(book_.Find(next, 5000ms).empty());
  Place(2000ms, "/web");
  (void)Kill(2000ms, 8);
  EXPECT_EQ(book_.UnclaimedKills(next), 1U);
}

TEST_F(OomEventBookTest, WhatIsOfAnEarlierLifeForTheNextOneIsStillThatEarlierOnes) {
  Place(1000ms, "/web");
  (void)Kill(1000ms, 7);
  EXPECT_TRUE(book_.Find(After(book_.position()), 5000ms).empty());
  EXPECT_EQ(book_.Find(claim_, 5000ms).size(), 1U) << "which may be watched still";
}

/// Its first victim was another's: what was killed in this one only afterwards is not told yet.
TEST_F(OomEventBookTest, AGroupKillOfALevelAboveThatWasUnderWayIsNotTold) {
  Place(1000ms, "/pod/db");
  (void)Kill(1001ms, 20);
  Group(1002ms, "/pod");
  (void)Kill(1003ms, 20);
  OomEventBook::Query web{.cgroup = "/pod/web", .processes = {7}, .after = book_.position()};
  (void)Kill(1004ms, 7);
  EXPECT_EQ(book_.UnclaimedKills(web), 1U);
  EXPECT_EQ(book_.Find(web, 9000ms).size(), 1U);
  web.after = book_.position();
  EXPECT_EQ(book_.UnclaimedKills(web), 0U);
  EXPECT_TRUE(book_.Find(web, 9000ms).empty());
}

/// On cgroup v1 its counter has none of those below that are gone.
TEST_F(OomEventBookTest, WhatIsToldOfTheCgroupItselfIsNotToldOfThoseBelow) {
  Place(1000ms, "/web");
  (void)Kill(1000ms, 7);
  Place(1100ms, "/web/worker");
  (void)Kill(1100ms, 8);
  OomEventBook::Query query = claim_;
  query.own_after = book_.position();
  EXPECT_EQ(book_.UnclaimedKills(query), 1U);
  const auto found = book_.Find(query, 5000ms);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().victims.front().pid, 8);
}

TEST_F(OomEventBookTest, WhereNothingIsToldTheVeryFirstRecordIsNotEither) {
  ASSERT_TRUE(book_.Add(KmsgRecord{.priority = 6,
                                   .sequence = 0,
                                   .since_boot = 1000ms,
                                   .text = "Out of memory: Killed process 7 (x) total-vm:9kB, "
                                           "anon-rss:3kB, file-rss:2kB, shmem-rss:1kB",
                                   .raw = "6,0,1000000,-;Out of memory"}));
  EXPECT_EQ(book_.UnclaimedKills({.cgroup = "/web", .processes = {7}}), 1U);
}

TEST_F(OomEventBookTest, ALossOfRecordsPutsNoKillUnderTheHeadOfAnother) {
  Place(1000ms, "/web");
  book_.OnLoss();
  (void)Kill(1001ms, 7);
  EXPECT_EQ(book_.UnclaimedKills(web_), 0U);
  EXPECT_EQ(book_.UnclaimedKills({.cgroup = "/db", .processes = {7}}), 1U);
}

TEST_F(OomEventBookTest, KeepsTheNewestWithinBoundedMemory) {
  const std::string row(1000, 'x');
  for (auto at = 1000ms; at < 61000ms; at += 1000ms) {
    (void)Say(at, "x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0");
    for (int line = 0; line < 1000; ++line) (void)Say(at, row);
    Place(at, "/web");
    (void)Kill(at, 7);
  }
  const auto events = book_.Find(claim_, 90000ms);
  std::size_t bytes = 0;
  for (const OomEvent& event : events) bytes += event.raw.size();
  EXPECT_LE(bytes, std::size_t{34} << 20U);
  EXPECT_GE(events.size(), 20U);
  EXPECT_EQ(events.back().since_boot, 60000ms);
}

TEST_F(OomEventBookTest, SaysWhenARecordStatesAKill) {
  Place(1000ms, "/web");
  EXPECT_TRUE(Kill(1001ms, 7));
  Group(1002ms, "/web");
  EXPECT_FALSE(Kill(1003ms, 7)) << "the same process once more";
  EXPECT_TRUE(Kill(1004ms, 8));
  EXPECT_FALSE(Say(1005ms, "eth0: link up"));
  EXPECT_FALSE(Say(9000ms, "eth0: link up")) << "ends the event and is no kill";
  EXPECT_TRUE(Kill(9001ms, 9));
  EXPECT_TRUE(Kill(9002ms, 10)) << "an event of its own";
}

TEST_F(OomEventBookTest, KnowsTheKillsBelowALevelThatAreOfNoneOfItsMembers) {
  Place(1s, "/pod/web");
  EXPECT_TRUE(Kill(1s, 7));
  Place(2s, "/pod/other");
  EXPECT_TRUE(Kill(2s, 8));
  Place(3s, "/elsewhere");
  EXPECT_TRUE(Kill(3s, 9));
  EXPECT_TRUE(Kill(4s, 10)) << "of which the log states no cgroup";
  EXPECT_EQ(book_.KillsElsewhere("/pod", 0s, {"/pod/web", "/pod/db"}), 1U);
  EXPECT_EQ(book_.KillsElsewhere("/pod", 2500ms, {"/pod/web"}), 0U) << "that was before";
  EXPECT_EQ(book_.KillsElsewhere("/", 0s, {"/pod/web"}), 2U);
  EXPECT_EQ(book_.KillsElsewhere("/pod", 0s, {}), 2U);
}

TEST_F(OomEventBookTest, KnowsWhoseLimitWasMetBeforeTheEventHasSettled) {
  const OomEventBook::Query query{.cgroup = "/pod/web"};
  EXPECT_FALSE(book_.LimitMet(query));
  (void)Say(1s,
            "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
            "oom_memcg=/pod,task_memcg=/pod/web,task=x,pid=7,uid=0");
  EXPECT_FALSE(book_.LimitMet(query)) << "nobody was killed yet";
  EXPECT_TRUE(Kill(1s, 7));
  EXPECT_EQ(book_.LimitMet(query), "/pod");
  EXPECT_FALSE(book_.LimitMet({.cgroup = "/pod/db"}));
  Place(2s, "/other");
  EXPECT_TRUE(Kill(2s, 8));
  EXPECT_EQ(book_.LimitMet(query), "/pod") << "the newest of its own";
}

TEST_F(OomEventBookTest, WhereNoLimitWasMetItWasTheHost) {
  (void)Say(
      1s,
      "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,"
      "task_memcg=/pod/web,task=x,pid=7,uid=0");
  EXPECT_TRUE(Say(1s,
                  "Out of memory: Killed process 7 (x) total-vm:1kB, anon-rss:1kB, file-rss:0kB, "
                  "shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0"));
  EXPECT_EQ(book_.LimitMet({.cgroup = "/pod/web"}), "host");
}

}  // namespace
}  // namespace headroom
