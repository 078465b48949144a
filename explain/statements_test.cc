#include "explain/statements.h"

#include <gtest/gtest.h>

#include "explain/advice.h"
#include "explain/engine_words.h"
#include "explain/testing/cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

/// The text of the first statement with that label; empty when there is none.
std::string Said(const EvidenceBuilder& builder, const std::string& label) {
  for (const Statement& statement : Explain(builder.Build()).statements) {
    if (statement.label == label) return statement.text;
  }
  return "";
}

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

TEST(Limit, EqualLimitsOfContainerAndParentAreToldApart) {
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(64)), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit(Mebibytes(64)), 1, 1)};
  EvidenceBuilder builder;
  builder.Record(incident).File("cgroup/memory.max", "67108864\n");
  EXPECT_TRUE(Holds(Said(builder, "limit"), "the container's own is as large"))
      << Said(builder, "limit");
}

TEST(Limit, SwapIsSaidOnlyWhereItIsKnown) {
  EvidenceBuilder without = KillSingle();
  EXPECT_TRUE(Holds(Said(without, "limit"), "no swap"));
  EXPECT_FALSE(Holds(Said(KillChild(), "limit"), "swap"));
  EXPECT_TRUE(
      Holds(Said(DockerWithSwapAndOldSnapshot(), "limit"), "and 64 MiB of swap (32 MiB used)"));
}

TEST(Victim, WithoutALogIsUnknown) {
  EXPECT_TRUE(Holds(Said(AlmostNothing(), "victim"), "unknown processes"));
  EvidenceBuilder one;
  one.Record(OwnLimitIncident());
  EXPECT_TRUE(Holds(Said(one, "victim"), "unknown process:")) << Said(one, "victim");
}

TEST(Victim, SizeOfTheSnapshotIsSaidToBeThat) {
  std::string log = OomLog({});
  // As 4.x kernels print it: without the sizes.
  const std::size_t sizes = log.find(" total-vm");
  log = log.substr(0, sizes) + "\n";
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", log)
      .Record(Processes({Process(kInit, "eat", 59000)}));
  EXPECT_TRUE(Holds(Said(builder, "victim"), "57.6 MiB resident at the snapshot"))
      << Said(builder, "victim");
}

TEST(HeldBy, AnAbsentFigureIsLeftOutAndNotZero) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("before/memory.stat", "anon 60000000\n");
  const std::string text = Said(builder, "held by");
  EXPECT_TRUE(Holds(text, "anonymous 57.2 MiB 89 %")) << text;
  EXPECT_FALSE(Holds(text, "kernel")) << text;
  EXPECT_FALSE(Holds(text, "shared")) << text;
}

TEST(HeldBy, NamesTheOneWhoHeldMoreThanTheVictim) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog({}))
      .Record(Processes({Process(kInit, "eat", 9000), Process(77, "hog", 50000)}));
  bool named = false;
  for (const Statement& statement : Explain(builder.Build()).statements) {
    named = named || Holds(statement.text, "pid 77 hog, 48.8 MiB resident, held more");
  }
  EXPECT_TRUE(named);
}

TEST(Caught, SaysHowOldAndHowLongHeld) {
  EXPECT_EQ(Said(KillSingle(), "caught"),
            "0.4 s before the kill, complete; the container was held for 11 ms");
}

TEST(Caught, AfterFiveSecondsTheTableIsSaidToBeOld) {
  const std::string text = Said(DockerWithSwapAndOldSnapshot(), "caught");
  EXPECT_TRUE(text.starts_with("42 s before the kill, partial (cut at the deadline")) << text;
  EXPECT_TRUE(Holds(text, "the process table is 42 s older than the kill")) << text;
}

TEST(Caught, NothingIsSaidWithItsReason) {
  EXPECT_EQ(Said(Inferred(), "caught"),
            "nothing was read while it lived: the supervisor was not running");
}

TEST(Caught, ASnapshotFromBehindTheKillHasNoAge) {
  Snapshot snapshot = TripwireSnapshot();
  snapshot.taken_boot = kKilledAt + 10s;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).Record(snapshot).File("kernel/oom.log", OomLog({}));
  EXPECT_TRUE(Said(builder, "caught").starts_with("how long before the kill is not known"));
}

TEST(Caught, TheKillIsDatedByUsWhereTheMachineSlept) {
  // The log's clock stood still for an hour; ours did not, and saw the kill at once.
  LoggedKill kill;
  kill.at = kKilledAt - 3600s / 10;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("kernel/oom.log", OomLog(kill));
  EXPECT_TRUE(Said(builder, "caught").starts_with("0.4 s before the kill"))
      << Said(builder, "caught");
}

TEST(Headline, SaysWhoByWhomAndWhen) {
  EXPECT_EQ(Explain(KillSingle().Build()).headline,
            "web (runc) was killed by the kernel's OOM killer, 2025-11-21 03:12:44 UTC");
  EXPECT_EQ(Explain(KillChild().Build()).headline,
            "a process of web (runc) was killed by the kernel's OOM killer, 2025-11-21 03:12:44 "
            "UTC; the container lives on");
}

TEST(Headline, AnInferredKillIsDatedByTheLogAndNotByItsDiscovery) {
  EXPECT_TRUE(Holds(Explain(Inferred().Build()).headline, ", 2025-11-21 03:12:44 UTC"));
}

TEST(Advice, SpeaksTheEnginesOwnWords) {
  const auto words = [](const char* engine, const char* name, Limit swap) {
    Enrolment container;
    container.engine = engine;
    container.id = "0123abc";
    container.name = name;
    return RaiseLimitWords(container, Mebibytes(128), swap).front();
  };
  const Limit none(Bytes{0});
  EXPECT_EQ(words("docker", "web", none), "docker update --memory 128m --memory-swap 128m web");
  EXPECT_EQ(words("docker", "web", Limit(Mebibytes(64))),
            "docker update --memory 128m --memory-swap 192m web");
  EXPECT_EQ(words("podman", "web", Limit::Unlimited()),
            "podman update --memory 128m --memory-swap -1 web");
  EXPECT_EQ(words("runc", "", none), "runc update --memory 134217728 0123abc");
  EXPECT_EQ(words("lxc", "web", none), "lxc.cgroup2.memory.max = 128M");
  EXPECT_EQ(words("cri-o", "web", none),
            "resources.limits.memory: 128Mi of the container in its Pod (Kubernetes)");
  EXPECT_EQ(words("something", "web", none), "memory.max of its cgroup: 134217728");
}

TEST(Advice, NeverPutsAHostileNameIntoACommand) {
  for (const char* name : {"a; rm -rf /", "$(reboot)", "-v", "a b", "\x1b[2J"}) {
    Enrolment container;
    container.engine = "docker";
    container.id = name;
    EXPECT_TRUE(
        RaiseLimitWords(container, Mebibytes(1), Limit(Bytes{0})).front().ends_with(" NAME"))
        << name;
  }
  EXPECT_EQ(RaiseCgroupWords("/a;reboot", Mebibytes(1)).front(),
            "echo 1048576 > /sys/fs/cgroup/PATH/memory.max");
}

TEST(Advice, AUnitIsRaisedThroughSystemd) {
  EXPECT_EQ(RaiseCgroupWords("/a.slice/b.slice", Mebibytes(128)).front(),
            "systemctl set-property b.slice MemoryMax=128M");
  EXPECT_EQ(RaiseCgroupWords("/a.slice/x\\x2dy.service", Bytes{134217729}).front(),
            "systemctl set-property 'x\\x2dy.service' MemoryMax=129M");
  EXPECT_EQ(RaiseCgroupWords("/plain/group", Mebibytes(128)).front(),
            "echo 134217728 > /sys/fs/cgroup/plain/group/memory.max");
}

TEST(Advice, ForAChildThatFilledSharedMemoryIsAboutSharedMemory) {
  EvidenceBuilder builder = ShmFills();
  Incident incident = OwnLimitIncident();
  incident.init_alive = true;
  LoggedKill kill;
  kill.pid = 4400;
  kill.stat_anon = 300000;
  kill.stat_shmem = 64000000;
  EvidenceBuilder child;
  child.Record(incident).File("kernel/oom.log", OomLog(kill));
  const Verdict verdict = Explain(child.Build());
  EXPECT_EQ(verdict.cause, Cause::kChildKilled);
  EXPECT_TRUE(Holds(verdict.advice.front(), "shared memory")) << verdict.advice.front();
}

TEST(Advice, SaysHowLongTwiceTheLimitWouldHaveLasted) {
  const Verdict verdict = Explain(KillSingle().Build());
  EXPECT_EQ(verdict.advice.front(),
            "Find what eat keeps: at that rate twice the limit would have lasted 10 s longer.");
}

TEST(Note, ASnapshotOfAnIncidentThatNobodySawSaysSo) {
  EXPECT_TRUE(Holds(Said(Inferred(), "note"), "found in the counters afterwards"));
  EXPECT_EQ(Said(KillSingle(), "note"), "");
}

}  // namespace
}  // namespace headroom
