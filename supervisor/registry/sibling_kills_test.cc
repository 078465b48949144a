#include "supervisor/registry/sibling_kills.h"

#include <gtest/gtest.h>

#include <random>

namespace headroom {
namespace {

using namespace std::chrono_literals;

SiblingKills::LoggedElsewhere Nothing() {
  return [](const std::string&, BootTime, const std::set<std::string>&) { return 0; };
}

/// Two containers below one cgroup, which has counted 5 kills before anybody looked.
class SiblingKillsTest : public testing::Test {
 protected:
  SiblingKillsTest() {
    Join("web");
    Join("db");
    See(5);
  }
  void Join(const std::string& name, const std::vector<std::string>& levels = {"/pod", "/"}) {
    kills_.Join({.generation = "g-" + name,
                 .container = "runc-0-" + name,
                 .cgroup = "/pod/" + name,
                 .levels = levels});
  }
  void See(std::uint64_t count) { kills_.Seen("/pod", count, now_ += 1ms); }
  std::optional<SiblingKills::Unclaimed> Find(const std::string& name) {
    return kills_.Find("g-" + name, Nothing());
  }

  SiblingKills kills_;
  BootTime now_ = 1s;
};

TEST_F(SiblingKillsTest, WhatWasCountedBeforeAnybodyLookedIsNobodys) {
  kills_.OnGone("g-web", now_);
  See(5);
  EXPECT_FALSE(Find("web"));
}

TEST_F(SiblingKillsTest, AKillThatNobodyBelowHasCountedIsOfTheOneThatIsGone) {
  kills_.OnGone("g-web", now_);
  See(7);
  const auto found = Find("web");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->level, "/pod");
  EXPECT_EQ(found->kills, 2U);
  EXPECT_EQ(found->candidates, std::vector<std::string>{"runc-0-web"});
}

TEST_F(SiblingKillsTest, OneThatIsThereHasCountedItsOwn) {
  kills_.OnGone("g-web", now_);
  See(6);
  EXPECT_FALSE(Find("db")) << "its own counter tells";
}

TEST_F(SiblingKillsTest, WhatAnotherHasCountedIsNotOfTheOneThatIsGone) {
  kills_.OnGone("g-web", now_);
  See(6);
  kills_.Attribute("g-db", 1);
  EXPECT_FALSE(Find("web"));
}

TEST_F(SiblingKillsTest, AnotherMayCountBeforeTheLevelIsRead) {
  kills_.Attribute("g-db", 1);
  kills_.OnGone("g-web", now_);
  See(6);
  EXPECT_FALSE(Find("web"));
  See(7);
  EXPECT_EQ(Find("web").value().kills, 1U);
}

TEST_F(SiblingKillsTest, AllThatAreGoneAreCandidatesAndOneClaimsTheKillsOfAll) {
  kills_.OnGone("g-web", now_);
  kills_.OnGone("g-db", now_);
  See(7);
  const auto found = Find("web");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->candidates, (std::vector<std::string>{"runc-0-db", "runc-0-web"}));
  kills_.Attribute("g-web", found->kills);
  EXPECT_FALSE(Find("web"));
  EXPECT_FALSE(Find("db")) << "they are in one incident";
}

TEST_F(SiblingKillsTest, AKillOfAnotherCgroupWhileNobodyIsGoneIsForgotten) {
  See(6);
  kills_.Balance("/pod", now_);
  kills_.OnGone("g-web", now_);
  See(6);
  EXPECT_FALSE(Find("web"));
}

TEST_F(SiblingKillsTest, WhatAMemberCountsBeforeTheLevelIsReadIsStillItsOwnAfterABalance) {
  kills_.Attribute("g-web", 1);
  kills_.Balance("/pod", now_);  // for another level's sake: this one was not read since
  kills_.OnGone("g-web", now_);
  See(6);
  EXPECT_FALSE(Find("web")) << "the kill is told already";
}

TEST_F(SiblingKillsTest, NothingIsForgottenWhileOneThatIsGoneMayClaimIt) {
  kills_.OnGone("g-web", now_);
  See(6);
  kills_.Balance("/pod", now_);
  EXPECT_TRUE(Find("web"));
}

/// The store is full, and so it stays enrolled: what is killed beside it meanwhile is not its.
TEST_F(SiblingKillsTest, OneThatHasBeenGoneForLongIsNoCandidateForWhatComesLater) {
  kills_.OnGone("g-web", now_);
  now_ += SiblingKills::kLongest + 1s;
  See(6);
  kills_.Balance("/pod", now_);
  EXPECT_FALSE(Find("web"));
  kills_.OnGone("g-db", now_);
  See(7);
  const auto found = Find("db");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kills, 1U);
  EXPECT_EQ(found->candidates, std::vector<std::string>{"runc-0-db"});
}

TEST_F(SiblingKillsTest, KillsThatTheLogNamesElsewhereAreNotTheirs) {
  kills_.OnGone("g-web", now_);
  See(8);
  const auto asked = [](const std::string& level, BootTime since,
                        const std::set<std::string>& members) {
    EXPECT_EQ(level, "/pod");
    EXPECT_EQ(since, 1s + 1ms);
    EXPECT_EQ(members, (std::set<std::string>{"/pod/db", "/pod/web"}));
    return 2;
  };
  EXPECT_EQ(kills_.Find("g-web", asked).value().kills, 1U);
  See(7);
  EXPECT_FALSE(kills_.Find("g-web", [](auto&&...) { return 3; }));
}

TEST_F(SiblingKillsTest, TheKillsOfOneInsideOfAnotherAreCountedOnceAbove) {
  kills_.Join({.generation = "g-inner",
               .container = "crun-0-inner",
               .cgroup = "/pod/db/inner",
               .levels = {"/pod/db", "/pod", "/"}});
  kills_.OnGone("g-web", now_);
  See(7);
  kills_.Attribute("g-inner", 1);
  kills_.Attribute("g-db", 1);  // the same kill: its counter is of all below it
  EXPECT_EQ(Find("web").value().kills, 1U);
}

TEST_F(SiblingKillsTest, TheNearestLevelTellsAndOneThatHasGoneDoesNot) {
  kills_.Seen("/", 100, now_);
  kills_.OnGone("g-web", now_);
  kills_.Seen("/", 103, now_ += 1ms);
  EXPECT_EQ(Find("web").value().level, "/") << "the pod's counter could not be read any more";
  See(6);
  EXPECT_EQ(Find("web").value().level, "/pod");
}

TEST_F(SiblingKillsTest, ACounterThatGoesBackIsNotThisCgroups) {
  kills_.OnGone("g-web", now_);
  See(6);
  See(2);
  EXPECT_EQ(Find("web").value().kills, 1U);
}

TEST_F(SiblingKillsTest, ALevelThatEverybodyHasLeftCountsAnew) {
  kills_.Leave("g-web");
  kills_.Leave("g-db");
  EXPECT_FALSE(kills_.HasSeen("/pod"));
  See(6);  // nobody asks for it
  Join("late");
  See(9);
  kills_.OnGone("g-late", now_);
  See(9);
  EXPECT_FALSE(Find("late"));
}

TEST_F(SiblingKillsTest, OnesThatDidNotJoinAreNobody) {
  kills_.OnGone("g-other", now_);
  kills_.Attribute("g-other", 3);
  kills_.Leave("g-other");
  kills_.Balance("/elsewhere", now_);
  See(6);
  EXPECT_FALSE(Find("other"));
}

/// Every kill is claimed once, whatever the order of what is seen, counted and gone.
TEST(SiblingKillsProperty, WhatIsClaimedAndWhatIsCountedIsWhatTheLevelCounted) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    SiblingKills kills;
    constexpr int kMembers = 5;
    std::uint64_t counted = 0, told = 0, claimed = 0;
    for (int i = 0; i < kMembers; ++i) {
      const auto name = std::to_string(i);
      kills.Join({.generation = name, .container = name, .cgroup = "/p/" + name, .levels = {"/p"}});
    }
    kills.Seen("/p", 0, 1ms);
    std::vector<bool> gone(kMembers);
    for (int step = 0; step < 20; ++step) {
      const auto who = random() % kMembers;
      if (gone[who]) continue;
      ++counted;
      gone[who] = random() % 3 == 0;
      if (gone[who]) {
        kills.OnGone(std::to_string(who), 2ms);
      } else {
        kills.Attribute(std::to_string(who), 1);
        ++told;
      }
      if (random() % 2 == 0) kills.Seen("/p", counted, 2ms);
      if (random() % 4 == 0) kills.Balance("/p", 2ms);
    }
    kills.Seen("/p", counted, 3ms);
    for (int i = 0; i < kMembers; ++i) {
      const auto found = kills.Find(std::to_string(i), Nothing());
      if (!found) continue;
      claimed += found->kills;
      kills.Attribute(std::to_string(i), found->kills);
    }
    EXPECT_EQ(told + claimed, counted) << "round " << round;
  }
}

}  // namespace
}  // namespace headroom
