#include <gtest/gtest.h>

#include <string>

#include "explain/testing/cases.h"
#include "explain/testing/said.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Neighbours Below(const std::string& level) {
  Neighbours neighbours;
  neighbours.level = level;
  neighbours.cgroups = {{.path = "/box.slice/hog", .current = Mebibytes(50), .anon = Mebibytes(48)},
                        {.path = kCgroup, .current = Mebibytes(1), .container = true}};
  neighbours.cgroups[1].victim = true;
  neighbours.total = 2;
  neighbours.host_available = Mebibytes(51);
  neighbours.host_free = Mebibytes(12);
  return neighbours;
}

/// A sibling holds most of the slice's limit: the victim is not blamed for it.
TEST(Largest, ASiblingThatHoldsMoreThanTheContainerDidIsNamed) {
  EvidenceBuilder builder = AncestorLimit();
  builder.Record(Below("/box.slice"));
  const std::string text = AllSaid(builder, "largest");
  EXPECT_TRUE(
      Holds(text, "/box.slice/hog, 50 MiB 78 % (anonymous 48 MiB); this container had 40 MiB"))
      << text;
}

TEST(Largest, IsTheContainerWhereItHadMoreAlthoughWhatDiedIsGone) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.cgroups[0].current = Mebibytes(9);
  EvidenceBuilder builder = AncestorLimit();
  builder.Record(neighbours);
  EXPECT_TRUE(Holds(AllSaid(builder, "largest"),
                    "this container, 40 MiB before the kill; next "
                    "/box.slice/hog, 9 MiB"))
      << AllSaid(builder, "largest");
}

TEST(Largest, WithoutAFigureFromBeforeTheKillNobodyIsCompared) {
  EvidenceBuilder builder;
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(512)), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit(Mebibytes(64)), 1, 1)};
  Neighbours neighbours = Below("/box.slice");
  neighbours.cgroups.pop_back();
  builder.Record(incident).Record(neighbours);
  EXPECT_TRUE(Holds(AllSaid(builder, "largest"), "what this container had before is not known"))
      << AllSaid(builder, "largest");
}

/// At the slice's limit of `mebibytes`; the kernel's log has a victim of 59 MiB.
EvidenceBuilder OneOfSeveralDied(std::uint64_t mebibytes) {
  EvidenceBuilder builder;
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(512)), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit(Mebibytes(mebibytes)), 1, 1)};
  LoggedKill kill;
  kill.oom_memcg = "/box.slice";
  kill.limit_kb = mebibytes << 10U;
  builder.Record(incident).File("kernel/oom.log", OomLog(kill));
  return builder;
}

/// The victim is one of its processes: what the others held is in no figure of the kill.
TEST(Largest, AVictimIsNotTheWholeContainer) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.cgroups[0].current = Mebibytes(100);
  EvidenceBuilder some = OneOfSeveralDied(1024);
  some.Record(neighbours);
  EXPECT_TRUE(Holds(AllSaid(some, "largest"),
                    "after the kill; this container had at least 58.6 MiB before, and how much "
                    "more is not known"))
      << AllSaid(some, "largest");
  neighbours.cgroups[1].current = Mebibytes(300);
  EvidenceBuilder left = OneOfSeveralDied(1024);
  left.Record(neighbours);
  EXPECT_TRUE(
      Holds(AllSaid(left, "largest"), "this container, at least 300 MiB before the kill; next"))
      << AllSaid(left, "largest");
}

TEST(Largest, WhoHasMoreThanHalfOfTheLimitIsTheLargestWhateverElseThereWas) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.cgroups[0].current = Mebibytes(100);
  EvidenceBuilder builder = OneOfSeveralDied(160);
  builder.Record(neighbours);
  EXPECT_TRUE(Holds(AllSaid(builder, "largest"),
                    "after the kill; this container had at least 58.6 MiB before\n"))
      << AllSaid(builder, "largest");
}

TEST(Largest, IsOfTheLevelThatWasMetOrNotSaid) {
  EvidenceBuilder other = AncestorLimit();
  other.Record(Below("/else.slice"));
  EXPECT_EQ(AllSaid(other, "largest"), "");
  EvidenceBuilder own = KillSingle();
  own.Record(Below("/box.slice"));
  EXPECT_EQ(AllSaid(own, "largest"), "");
  EvidenceBuilder damaged = AncestorLimit();
  damaged.File("neighbours.json", "{");
  EXPECT_EQ(AllSaid(damaged, "largest"), "");
  EXPECT_TRUE(Holds(AllSaid(damaged, "note"), "neighbours.json")) << AllSaid(damaged, "note");
}

TEST(Largest, SaysThatSomeCouldNotBeLookedAt) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.truncated = true;
  EvidenceBuilder builder = AncestorLimit();
  builder.Record(neighbours);
  EXPECT_TRUE(Holds(AllSaid(builder, "largest"), "(of those that could be looked at)"));
}

TEST(Neighbours, WithoutARecordOfThemOnlyWhatWasNotThisContainersIsSaid) {
  EXPECT_TRUE(Holds(AllSaid(AncestorLimit(), "held by"),
                    "this container held 40 MiB of the limit; the rest, 24 MiB, was not this "
                    "container's at that moment"))
      << AllSaid(AncestorLimit(), "held by");
  EXPECT_FALSE(Holds(AllSaid(SiblingHolds(), "held by"), "the rest"));
  EvidenceBuilder of_a_job = AncestorLimit();
  Snapshot snapshot = TripwireSnapshot();
  snapshot.cgroup = std::string(kCgroup) + "/job";
  of_a_job.Record(snapshot);
  EXPECT_FALSE(Holds(AllSaid(of_a_job, "held by"), "this container held"))
      << "what a job held is not what the container did";
}

TEST(Host, IsToldWithWhatWasFreeJustAfterTheKill) {
  EvidenceBuilder builder = HostOom();
  builder.Record(Below("host"));
  EXPECT_EQ(AllSaid(builder, "host"), "12 MiB free, 51 MiB available just after the kill\n");
  EXPECT_EQ(AllSaid(HostOom(), "host"), "");
}

TEST(Trigger, IsToldApartFromTheVictim) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.trigger = OomTrigger{.pid = 77, .comm = "hog\x1b", .cgroup = "/box.slice/hog"};
  EvidenceBuilder builder = AncestorLimit();
  builder.Record(neighbours);
  EXPECT_EQ(AllSaid(builder, "trigger"),
            "asked for the last page: pid 77 hog\\x1b, in /box.slice/hog\n");
}

TEST(Trigger, OfWhomNothingCouldBeReadMayHaveBeenTheVictimsThread) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.trigger = OomTrigger{.pid = 78, .comm = "eat", .cgroup = {}};
  EvidenceBuilder builder = AncestorLimit();
  builder.Record(neighbours);
  EXPECT_TRUE(Holds(AllSaid(builder, "trigger"), "task 78 eat, which had ended"));
  neighbours.trigger->pid = kInit;
  EvidenceBuilder itself = AncestorLimit();
  itself.Record(neighbours);
  EXPECT_EQ(AllSaid(itself, "trigger"), "the victim itself asked for the last page\n");
}

}  // namespace
}  // namespace headroom
