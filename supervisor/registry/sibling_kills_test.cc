#include "supervisor/registry/sibling_kills.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>

#include "base/testing/temporary_directory.h"

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
    kills_.Settle(now_);
    Join("web");
    Join("db");
    See(5);
  }
  void Join(const std::string& name) {
    kills_.Join({.generation = "g-" + name,
                 .container = "runc-0-" + name,
                 .cgroup = "/pod/" + name,
                 .levels = {{.path = "/pod"}, {.path = "/"}}});
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
  kills_.Attribute("g-db", 1, now_);
  EXPECT_FALSE(Find("web"));
}

/// The kernel counts from the container upwards, and tells of it at each step.
TEST_F(SiblingKillsTest, ALevelThatIsReadBeforeItCountedTakesNothingBack) {
  kills_.OnGone("g-web", now_);
  kills_.Attribute("g-db", 1, now_);
  See(5);
  See(6);
  EXPECT_FALSE(Find("web")) << "it is the other's";
  See(7);
  EXPECT_EQ(Find("web").value().kills, 1U);
}

TEST_F(SiblingKillsTest, WhatALevelStillHasNotCountedAfterAMomentWasCountedTwice) {
  kills_.Attribute("g-db", 1, now_);
  now_ += SiblingKills::kOnItsWayUp;
  See(5);
  kills_.OnGone("g-web", now_);
  See(6);
  EXPECT_EQ(Find("web").value().kills, 1U);
}

TEST_F(SiblingKillsTest, WhatWasCountedTwiceHidesNoneThatComesAfterTheLevelWasReadAgain) {
  kills_.Attribute("g-db", 1, now_);
  See(5);
  now_ += SiblingKills::kOnItsWayUp;
  See(5);
  now_ += 1min;
  kills_.OnGone("g-web", now_);
  See(6);
  EXPECT_EQ(Find("web").value().kills, 1U);
}

TEST_F(SiblingKillsTest, AnotherMayCountBeforeTheLevelIsRead) {
  kills_.Attribute("g-db", 1, now_);
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
  kills_.Attribute("g-web", found->kills, now_);
  EXPECT_FALSE(Find("web"));
  EXPECT_FALSE(Find("db")) << "they are in one incident";
}

TEST_F(SiblingKillsTest, AKillOfAnotherCgroupWhileNobodyIsGoneIsForgotten) {
  See(6);
  kills_.Balance("/pod", kills_.SeenAt("/pod"), now_);
  kills_.OnGone("g-web", now_);
  See(6);
  EXPECT_FALSE(Find("web"));
}

TEST_F(SiblingKillsTest, WhatAMemberCountsBeforeTheLevelIsReadIsStillItsOwnAfterABalance) {
  kills_.Attribute("g-web", 1, now_);
  kills_.Balance("/pod", kills_.SeenAt("/pod"),
                 now_);  // for another level's sake: this one was not read since
  kills_.OnGone("g-web", now_);
  See(6);
  EXPECT_FALSE(Find("web")) << "the kill is told already";
}

TEST_F(SiblingKillsTest, NothingIsForgottenWhileOneThatIsGoneMayClaimIt) {
  kills_.OnGone("g-web", now_);
  See(6);
  kills_.Balance("/pod", kills_.SeenAt("/pod"), now_);
  EXPECT_TRUE(Find("web"));
}

/// A look takes time, and a level may be read again while it lasts.
TEST_F(SiblingKillsTest, WhatTheLevelCountedAfterTheLookBeganIsNotForgotten) {
  See(6);  // of a cgroup that is not enrolled
  const std::uint64_t seen = kills_.SeenAt("/pod");
  See(7);  // of one that had looked at its own counter before
  kills_.Balance("/pod", seen, now_);
  kills_.OnGone("g-web", now_);
  const auto found = Find("web");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kills, 1U);
}

TEST_F(SiblingKillsTest, TellsWhetherALevelHasMoreThanItsMembersAndWhenItRose) {
  EXPECT_FALSE(kills_.HasMore("/pod"));
  EXPECT_FALSE(kills_.HasMore("/nowhere"));
  const BootTime before = now_;
  See(6);
  EXPECT_TRUE(kills_.HasMore("/pod"));
  EXPECT_EQ(kills_.risen_at(), before + 1ms);
  See(6);
  EXPECT_EQ(kills_.risen_at(), before + 1ms) << "it has counted no more";
  kills_.Attribute("g-db", 1, now_);
  EXPECT_FALSE(kills_.HasMore("/pod"));
}

/// The store is full, and so it stays enrolled: what is killed beside it meanwhile is not its.
TEST_F(SiblingKillsTest, OneThatHasBeenGoneForLongIsNoCandidateForWhatComesLater) {
  kills_.OnGone("g-web", now_);
  now_ += SiblingKills::kLongest + 1s;
  See(6);
  kills_.Balance("/pod", kills_.SeenAt("/pod"), now_);
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
               .levels = {{.path = "/pod/db"}, {.path = "/pod"}, {.path = "/"}}});
  kills_.OnGone("g-web", now_);
  See(7);
  kills_.Attribute("g-inner", 1, now_);
  kills_.Attribute("g-db", 1, now_);  // the same kill: its counter is of all below it
  EXPECT_EQ(Find("web").value().kills, 1U);
}

TEST_F(SiblingKillsTest, TheNearestLevelTellsAndOneThatHasGoneDoesNot) {
  kills_.Seen("/", 100, now_);
  kills_.OnGone("g-web", now_);
  kills_.Seen("/", 103, now_ += 1ms);
  EXPECT_FALSE(Find("web")) << "the pod would have counted a kill in it";
  See(6);
  EXPECT_EQ(Find("web").value().level, "/pod");
  kills_.OnLevelGone("/pod");
  EXPECT_EQ(Find("web").value().level, "/") << "the pod's counter cannot be read any more";
  EXPECT_EQ(Find("web").value().kills, 3U);
}

TEST_F(SiblingKillsTest, ALevelThatWasMadeAnewIsAnother) {
  kills_.Join({.generation = "g-old",
               .container = "runc-0-old",
               .cgroup = "/job/old",
               .levels = {{.path = "/job", .inode = 7}}});
  kills_.Seen("/job", 4, now_);
  kills_.OnGone("g-old", now_);
  kills_.Join({.generation = "g-new",
               .container = "runc-0-new",
               .cgroup = "/job/new",
               .levels = {{.path = "/job", .inode = 8}}});
  kills_.Seen("/job", 0, now_);
  kills_.Seen("/job", 1, now_);
  EXPECT_FALSE(Find("old")) << "it was never below this one";
  kills_.OnGone("g-new", now_);
  EXPECT_EQ(Find("new").value().candidates, std::vector<std::string>{"runc-0-new"});
  kills_.Leave("g-old");
  EXPECT_TRUE(Find("new"));
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
  kills_.Attribute("g-other", 3, now_);
  kills_.Leave("g-other");
  kills_.Balance("/elsewhere", kills_.SeenAt("/elsewhere"), now_);
  See(6);
  EXPECT_FALSE(Find("other"));
}

/// A supervisor that starts, with containers whose cgroups went while none ran. Their level counted
/// 5 when the first of them was enrolled.
class SiblingsAtStartTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kInode = 7;

  void Join(const std::string& name, std::uint64_t enrolled, std::uint64_t accounted = 0) {
    kills_->Join({.generation = "g-" + name,
                  .container = "runc-0-" + name,
                  .cgroup = "/pod/" + name,
                  .levels = {{.path = "/pod", .inode = kInode, .enrolled = enrolled}},
                  .enrolled = BootTime(enrolled * 1s),
                  .accounted = accounted});
  }
  void JoinGone(const std::string& name, std::uint64_t enrolled, std::uint64_t accounted = 0) {
    Join(name, enrolled, accounted);
    kills_->OnGone("g-" + name, now_);
  }
  void See(std::uint64_t count) { kills_->Seen("/pod", count, now_); }
  void Settle() { kills_->Settle(now_); }
  void Restart() { kills_.emplace(&notes_); }
  std::optional<SiblingKills::Unclaimed> Find(const std::string& name) {
    return kills_->Find("g-" + name, Nothing());
  }
  std::uint64_t KillsOf(const std::string& name) {
    const auto found = Find(name);
    return found ? found->kills : 0;
  }

  TemporaryDirectory run_;
  LevelNotes notes_{run_.path()};
  BootTime now_ = 100s;
  std::optional<SiblingKills> kills_{std::in_place, &notes_};
};

TEST_F(SiblingsAtStartTest, WhatWasCountedSinceOneWasEnrolledMayBeItsKill) {
  JoinGone("web", 5);
  See(7);
  EXPECT_FALSE(Find("web")) << "others may have counted it, and have not told yet";
  Settle();
  EXPECT_EQ(KillsOf("web"), 2U);
}

TEST_F(SiblingsAtStartTest, NothingWasCountedSinceThen) {
  JoinGone("web", 5);
  See(5);
  Settle();
  EXPECT_FALSE(Find("web"));
}

TEST_F(SiblingsAtStartTest, WhatOthersHaveCountedSinceThenIsTheirs) {
  JoinGone("web", 5);
  See(8);
  Join("db", 6);
  kills_->Attribute("g-db", 2, now_);
  Settle();
  EXPECT_EQ(KillsOf("web"), 1U);
}

TEST_F(SiblingsAtStartTest, AKillFromBeforeOneWasEnrolledIsNotItsOwn) {
  Join("db", 5);
  JoinGone("early", 6);
  JoinGone("web", 8);
  See(8);
  Settle();
  EXPECT_FALSE(Find("web"));
  const auto found = Find("early");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kills, 2U) << "not the one that came before it";
  EXPECT_EQ(found->candidates, std::vector<std::string>{"runc-0-early"});
}

/// One kill since it was enrolled, and that is of one that came after it.
TEST_F(SiblingsAtStartTest, WhatLaterOnesHaveCountedCannotBeItsOwn) {
  JoinGone("early", 5);
  JoinGone("late", 6);
  Join("db", 6);
  kills_->Attribute("g-db", 1, now_);
  See(7);
  Settle();
  EXPECT_FALSE(Find("late"));
  const auto found = Find("early");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kills, 1U);
  EXPECT_EQ(found->candidates, std::vector<std::string>{"runc-0-early"});
}

TEST_F(SiblingsAtStartTest, OneWhoseNearerLevelHasCountedNothingIsNoCandidate) {
  JoinGone("web", 5);
  kills_->Join({.generation = "g-apart",
                .container = "runc-0-apart",
                .cgroup = "/pod/group/apart",
                .levels = {{.path = "/pod/group", .inode = 8, .enrolled = 0},
                           {.path = "/pod", .inode = kInode, .enrolled = 5}},
                .enrolled = 5s});
  kills_->OnGone("g-apart", now_);
  kills_->Seen("/pod/group", 0, now_);
  See(6);
  Settle();
  EXPECT_FALSE(Find("apart"));
  EXPECT_EQ(Find("web").value().candidates, std::vector<std::string>{"runc-0-web"});
}

TEST_F(SiblingsAtStartTest, KillsInBundlesOfAnEarlierSupervisorAreTold) {
  Join("db", 5, 2);
  JoinGone("web", 5, 1);
  See(8);
  Settle();
  EXPECT_FALSE(Find("web")) << "three were counted, and three are in bundles";
}

/// A container that is over and forgotten has its kills in no enrolment any more.
TEST_F(SiblingsAtStartTest, WhatTheSupervisorBeforeHadTakenAccountOfIsTold) {
  Join("web", 5);
  Join("over", 5);
  See(5);
  Settle();
  kills_->Attribute("g-over", 1, now_);
  See(6);
  kills_->Leave("g-over");
  Restart();
  JoinGone("web", 5);
  See(6);
  Settle();
  EXPECT_FALSE(Find("web"));
  See(7);
  EXPECT_EQ(KillsOf("web"), 1U);
}

TEST_F(SiblingsAtStartTest, AKillOfACgroupThatNobodyEnrolledStaysForgotten) {
  Join("web", 5);
  See(5);
  Settle();
  See(6);
  kills_->Balance("/pod", kills_->SeenAt("/pod"), now_);
  Restart();
  JoinGone("web", 5);
  See(6);
  Settle();
  EXPECT_FALSE(Find("web"));
}

TEST_F(SiblingsAtStartTest, WhatIsToldAboveIsToldOnce) {
  JoinGone("web", 5);
  See(6);
  Settle();
  kills_->Attribute("g-web", KillsOf("web"), now_);
  Restart();
  JoinGone("web", 5, 1);  // its bundle is there; the supervisor was killed before it forgot it
  See(6);
  Settle();
  EXPECT_FALSE(Find("web"));
}

TEST_F(SiblingsAtStartTest, ANoteIsThereBeforeTheBundleThatTellsOfTheKill) {
  Join("web", 5);
  See(5);
  Settle();
  EXPECT_EQ(notes_.Read(kInode).value().kills, 5U);
  kills_->Attribute("g-web", 1, now_);
  EXPECT_EQ(notes_.Read(kInode).value().kills, 6U);
}

/// It died between the note and the bundle: counted twice, and trimmed when the level is read.
TEST_F(SiblingsAtStartTest, AKillThatIsCountedAgainHidesNoneForLong) {
  ASSERT_TRUE(notes_.Write(kInode, {.kills = 6, .at = 50s}));
  Join("db", 5);
  kills_->Attribute("g-db", 1, now_);
  See(6);
  Settle();
  See(6);
  kills_->OnGone("g-db", now_);
  See(7);
  EXPECT_EQ(KillsOf("db"), 1U);
}

TEST_F(SiblingsAtStartTest, ANoteOfALevelThatEverybodyHasLeftIsRemoved) {
  Join("web", 5);
  See(5);
  Settle();
  kills_->Leave("g-web");
  EXPECT_FALSE(notes_.Read(kInode));
}

TEST_F(SiblingsAtStartTest, NotesOfOtherLevelsAreSweptAtTheStart) {
  ASSERT_TRUE(notes_.Write(99, {.kills = 6, .at = 50s}));
  Join("web", 5);
  See(5);
  Settle();
  EXPECT_FALSE(notes_.Read(99));
  EXPECT_TRUE(notes_.Read(kInode));
}

TEST_F(SiblingsAtStartTest, TheLogIsAskedSinceTheNoteOrTheFirstEnrolment) {
  const auto since = [&] {
    std::optional<BootTime> asked;
    (void)kills_->Find("g-web", [&](const auto&, BootTime time, const auto&) {
      asked = time;
      return std::uint64_t{0};
    });
    return asked;
  };
  JoinGone("web", 5);
  See(7);
  Settle();
  EXPECT_EQ(since(), 5s);
  Restart();
  ASSERT_TRUE(notes_.Write(kInode, {.kills = 6, .at = 50s}));
  JoinGone("web", 5);
  See(7);
  Settle();
  EXPECT_EQ(since(), 50s);
}

/// Every kill is claimed once, whatever the order of what is seen, counted and gone.
TEST(SiblingKillsProperty, WhatIsClaimedAndWhatIsCountedIsWhatTheLevelCounted) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    SiblingKills kills;
    kills.Settle(0ms);
    constexpr int kMembers = 5;
    std::uint64_t counted = 0, told = 0, claimed = 0;
    for (int i = 0; i < kMembers; ++i) {
      const auto name = std::to_string(i);
      kills.Join({.generation = name,
                  .container = name,
                  .cgroup = "/p/" + name,
                  .levels = {{.path = "/p"}}});
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
        kills.Attribute(std::to_string(who), 1, 2ms);
        ++told;
      }
      // What a member has counted may be on its way up to the level still.
      const bool on_its_way = !gone[who] && random() % 3 == 0;
      if (random() % 2 == 0) kills.Seen("/p", counted - (on_its_way ? 1 : 0), 2ms);
      if (random() % 4 == 0) kills.Balance("/p", kills.SeenAt("/p"), 2ms);
    }
    kills.Seen("/p", counted, 3ms);
    for (int i = 0; i < kMembers; ++i) {
      const auto found = kills.Find(std::to_string(i), Nothing());
      if (!found) continue;
      claimed += found->kills;
      kills.Attribute(std::to_string(i), found->kills, 3ms);
    }
    EXPECT_EQ(told + claimed, counted) << "round " << round;
  }
}

}  // namespace
}  // namespace headroom
