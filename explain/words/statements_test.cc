#include "explain/words/statements.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "explain/advice/advice.h"
#include "explain/testing/cases.h"
#include "explain/testing/odd_cases.h"
#include "explain/verdict.h"
#include "explain/words/engine_words.h"

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

/// "swap allowed" would send somebody to look at swap that the host does not have.
TEST(Limit, SwapThatTheHostDoesNotHaveIsNotCalledAllowed) {
  const auto said = [](const char* meminfo) {
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog({}));
    builder.File("cgroup/memory.swap.max", "max\n");
    if (meminfo != nullptr) builder.File("host/meminfo", meminfo);
    return Said(builder, "limit");
  };
  EXPECT_TRUE(Holds(said("SwapTotal: 0 kB\n"), ", no swap on the host"));
  EXPECT_TRUE(Holds(said("SwapTotal: 4 kB\n"), ", swap allowed"));
  EXPECT_TRUE(Holds(said(nullptr), ", swap allowed")) << "not recorded is not none";
}

TEST(Limit, NodesThatWereFullAreNotTheHost) {
  std::string log = OomLog([] {
    LoggedKill kill;
    kill.oom_memcg.clear();
    return kill;
  }());
  const std::string none = "CONSTRAINT_NONE";
  log.replace(log.find(none), none.size(), "CONSTRAINT_CPUSET");
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", log);
  EXPECT_TRUE(Holds(Said(builder, "limit"), "the memory nodes that it may use were full"))
      << Said(builder, "limit");
}

/// Several reports of one incident look alike; a line is of the one that is explained.
TEST(Limit, IsCitedFromTheReportThatIsExplained) {
  LoggedKill child;
  child.pid = 4400;
  const std::string first = OomLog(child);
  // The records of the second go on counting.
  std::string second = OomLog({});
  for (std::size_t at = second.find(",7"); at != std::string::npos;
       at = second.find(",7", at + 2)) {
    if (second[at + 4] == ',') second[at + 1] = '8';
  }
  const auto lines = static_cast<std::size_t>(std::ranges::count(first, '\n'));
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", first + second);
  const Verdict verdict = Explain(builder.Build());
  ASSERT_EQ(verdict.victim_pid, kInit);
  EXPECT_EQ(verdict.statements.at(0).evidence, "kernel/oom.log:" + std::to_string(lines + 2));
}

TEST(Limit, SwapIsSaidOnlyWhereItIsKnown) {
  EvidenceBuilder without = KillSingle();
  EXPECT_TRUE(Holds(Said(without, "limit"), "no swap"));
  EXPECT_FALSE(Holds(Said(KillChild(), "limit"), "swap"));
  EXPECT_TRUE(Holds(Said(DockerWithSwapAndOldSnapshot(), "limit"),
                    "and 64 MiB of swap, 32 MiB of it used"));
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

TEST(HeldBy, WhoHeldMoreAndDiedTooWasNotSpared) {
  LoggedKill other;
  other.pid = 77;
  other.at = kKilledAt - 1ms;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog(other) + OomLog({}))
      .Record(Processes({Process(kInit, "eat", 9000), Process(77, "hog", 50000)}));
  bool told = false;
  for (const Statement& statement : Explain(builder.Build()).statements) {
    told = told || Holds(statement.text, "held more than the victim and was killed too");
  }
  EXPECT_TRUE(told);
}

TEST(HeldBy, TheKernelsFiguresOfTheKillComeBeforeAnOldSnapshot) {
  const std::string text = Said(DockerWithSwapAndOldSnapshot(), "held by");
  EXPECT_TRUE(Holds(text, "(at the kill)")) << text;
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
  EXPECT_TRUE(Holds(text, "partial (cut at the deadline")) << text;
  EXPECT_TRUE(Holds(text, "its memory may have changed since")) << text;
}

TEST(Caught, AMemoryMapThatWasKeptFromAnEarlierLookSaysHowOldItIs) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("before/smaps/4321", HeapSmaps())
      .CapturedAt(kKilledAt - 50s)
      .File("kernel/oom.log", OomLog({}));
  EXPECT_TRUE(Holds(Said(builder, "caught"),
                    "0.4 s before the kill, complete; the container was held for 11 ms; the "
                    "victim's memory map is of 50 s before the kill"))
      << Said(builder, "caught");
  bool dated = false;
  for (const Statement& statement : Explain(builder.Build()).statements) {
    dated = dated || Holds(statement.text, "55.7 MiB in 1 mapping (50 s before the kill)");
  }
  EXPECT_TRUE(dated);
}

TEST(Caught, TheKillIsDatedByUsWhereTheLogsClockHasDrifted) {
  LoggedKill kill;
  kill.at = kKilledAt - 2s;  // as the clock of the log drifts in a few weeks
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("kernel/oom.log", OomLog(kill));
  EXPECT_TRUE(Said(builder, "caught").starts_with("0.4 s before the kill"))
      << Said(builder, "caught");
}

/// A kill whose stamp in the log is early by `behind`, of which `measured` was known.
EvidenceBuilder StampedEarly(std::chrono::microseconds behind,
                             std::optional<std::chrono::microseconds> measured) {
  LoggedKill kill;
  kill.at = kKilledAt - behind;
  Incident incident = OwnLimitIncident();
  incident.log_clock_lag = measured;
  EvidenceBuilder builder;
  builder.Record(incident).Record(TripwireSnapshot()).File("kernel/oom.log", OomLog(kill));
  return builder;
}

/// 0: not known.
std::chrono::nanoseconds AgeOf(const EvidenceBuilder& builder) {
  return Explain(builder.Build()).snapshot_age.value_or(0ns);
}

TEST(Caught, TheLagOfTheLogsClockIsNoPartOfTheAge) {
  EXPECT_EQ(AgeOf(StampedEarly(0ms, 0us)), 400ms);
  EXPECT_EQ(AgeOf(StampedEarly(84ms, 84ms)), 400ms);
  EXPECT_EQ(AgeOf(StampedEarly(2s, 2s)), 400ms);
  EXPECT_EQ(AgeOf(StampedEarly(-2s, -2s)), 400ms) << "it may be ahead as well";
  EXPECT_EQ(AgeOf(StampedEarly(900s, 900s)), 400ms) << "the machine slept for a quarter of an hour";
}

TEST(Caught, WithoutTheLagTheAgeIsOffByIt) {
  EXPECT_EQ(AgeOf(StampedEarly(300ms, std::nullopt)), 100ms);
  EXPECT_TRUE(Said(StampedEarly(500ms, std::nullopt), "caught")
                  .starts_with("how long before the kill is not known"));
}

TEST(Caught, NoKillIsLaterThanItWasNoticed) {
  // The lag was measured by a record that waited for a second to be read.
  EXPECT_EQ(AgeOf(StampedEarly(84ms, 1084ms)), 412ms) << "it was noticed after 12 ms";
}

TEST(Caught, ASupervisorThatStoodStillNoticesLateAndDatesRight) {
  LoggedKill kill;
  kill.at = kKilledAt - 84ms;
  Incident incident = OwnLimitIncident();
  incident.log_clock_lag = 84ms;
  incident.detected_boot = kKilledAt + 30s;
  incident.detected_wall = kKilledWall + 30s;
  EvidenceBuilder builder;
  builder.Record(incident).Record(TripwireSnapshot()).File("kernel/oom.log", OomLog(kill));
  EXPECT_EQ(AgeOf(builder), 400ms);
  EXPECT_EQ(Explain(builder.Build()).killed_wall, kKilledWall);
}

TEST(Caught, ATickIsForgivenAndNoMore) {
  const auto age = [](std::chrono::nanoseconds behind_kill) {
    Snapshot snapshot = TripwireSnapshot();
    snapshot.taken_boot = kKilledAt + behind_kill;
    Incident incident = OwnLimitIncident();
    incident.log_clock_lag = 0us;
    EvidenceBuilder builder;
    builder.Record(incident).Record(snapshot).File("kernel/oom.log", OomLog({}));
    return Explain(builder.Build()).snapshot_age;
  };
  EXPECT_EQ(age(10ms), 0ns);
  EXPECT_EQ(age(11ms), std::nullopt);
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

/// `sh -c job`: the job was killed, and the shell ended because of that.
TEST(Headline, AnInitThatWasNotAmongTheKilledWasNotKilled) {
  Incident incident = OwnLimitIncident();
  incident.init_alive = false;
  LoggedKill kill;
  kill.pid = 4400;
  EvidenceBuilder builder;
  builder.Record(incident).File("kernel/oom.log", OomLog(kill));
  EXPECT_EQ(Explain(builder.Build()).headline,
            "a process of web (runc) was killed by the kernel's OOM killer, 2025-11-21 03:12:44 "
            "UTC; the container has ended as well");
  EXPECT_TRUE(Holds(Said(builder, "victim"), "init, pid 4321, was not named and has ended"))
      << Said(builder, "victim");
}

TEST(Headline, WithoutALogNobodyIsSaidToBeTheInit) {
  Incident incident = OwnLimitIncident();
  incident.init_alive = false;
  EvidenceBuilder builder;
  builder.Record(incident);
  EXPECT_TRUE(Explain(builder.Build())
                  .headline.starts_with("the kernel's OOM killer killed 1 process of web (runc)"))
      << Explain(builder.Build()).headline;
}

TEST(Headline, AGroupBelowTheContainerIsNotTheContainer) {
  Incident incident = OwnLimitIncident();
  incident.init_alive = true;
  incident.oom_kill_to = 3;
  LoggedKill kill;
  kill.pid = 4400;
  kill.oom_memcg = kill.task_memcg = std::string(kCgroup) + "/job";
  kill.group = {4401};
  EvidenceBuilder builder;
  builder.Record(incident).File("kernel/oom.log", OomLog(kill));
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(verdict.cause, Cause::kGroupKill);
  EXPECT_EQ(verdict.headline,
            "2 processes of web (runc) were killed as a group by the kernel's OOM killer, "
            "2025-11-21 03:12:44 UTC; the container lives on");
  EXPECT_TRUE(Holds(Said(builder, "victim"), "as memory.oom.group of /job is set"))
      << Said(builder, "victim");
}

TEST(Headline, AnInferredKillIsDatedByTheLogAndNotByItsDiscovery) {
  EXPECT_TRUE(Holds(Explain(Inferred().Build()).headline, ", 2025-11-21 03:12:44 UTC"));
}

using Lines = std::vector<std::string>;

Enrolment Called(const char* engine, const char* name) {
  Enrolment container;
  container.engine = engine;
  container.id = "0123abc";
  container.name = name;
  return container;
}

TEST(Advice, SpeaksTheEnginesOwnWords) {
  const auto words = [](const char* engine, Limit swap) {
    return RaiseLimitWords(Called(engine, "web"), Mebibytes(128), swap, /*running=*/true);
  };
  const Limit none(Bytes{0});
  EXPECT_EQ(words("docker", none), Lines{"  docker update --memory 128m --memory-swap 128m web"});
  EXPECT_EQ(words("docker", Limit(Mebibytes(64))),
            Lines{"  docker update --memory 128m --memory-swap 192m web"});
  EXPECT_EQ(words("podman", Limit::Unlimited()),
            Lines{"  podman update --memory 128m --memory-swap -1 web"});
  EXPECT_EQ(words("lxc", none), Lines{"  lxc.cgroup2.memory.max = 128M"});
  EXPECT_EQ(words("cri-o", none), Lines{"of the container in its Pod (Kubernetes), "
                                        "resources.limits.memory: 128Mi"});
  EXPECT_EQ(words("something", none), Lines{"memory.max of its cgroup: 134217728"});
  EXPECT_EQ(RaiseLimitWords(Called("runc", ""), Mebibytes(128), none, true),
            (Lines{"  runc update --memory 134217728 0123abc",
                   "and from the next start on, in its config.json, "
                   "linux.resources.memory.limit: 134217728"}));
}

TEST(Advice, SwapThatNobodyRecordedIsNotCalledNone) {
  const auto words = [](const char* engine, bool running) {
    return RaiseLimitWords(Called(engine, "web"), Mebibytes(128), std::nullopt, running);
  };
  for (const char* engine : {"docker", "podman"}) {
    ASSERT_EQ(words(engine, true).size(), 2U);
    EXPECT_EQ(words(engine, true)[0], fmt::format("  {} update --memory 128m web", engine));
    EXPECT_NE(words(engine, true)[1].find("was not recorded"), std::string::npos);
  }
  EXPECT_EQ(words("podman", false), Lines{"  podman run --memory 128m ..."});
  EXPECT_EQ(words("lxc", true), Lines{"  lxc.cgroup2.memory.max = 128M"});
}

TEST(Advice, NamesNoUpdateOfAContainerThatHasEndedWhereTheEngineHasNone) {
  const auto words = [](const char* engine) {
    return RaiseLimitWords(Called(engine, "web"), Mebibytes(128), Limit(Bytes{0}), false);
  };
  EXPECT_EQ(words("docker"), Lines{"  docker update --memory 128m --memory-swap 128m web"});
  EXPECT_EQ(words("podman"), Lines{"  podman run --memory 128m --memory-swap 128m ..."});
  EXPECT_EQ(words("runc"), Lines{"in its config.json, linux.resources.memory.limit: 134217728"});
}

TEST(Advice, NeverPutsAHostileNameIntoACommand) {
  for (const char* name : {"a; rm -rf /", "$(reboot)", "-v", "a b", "\x1b[2J"}) {
    EXPECT_TRUE(RaiseLimitWords(Called("docker", name), Mebibytes(1), Limit(Bytes{0}), true)
                    .front()
                    .ends_with(" NAME"))
        << name;
  }
  EXPECT_EQ(RaiseCgroupWords("/a;reboot", Mebibytes(1)),
            Lines{"  echo 1048576 > /sys/fs/cgroup/PATH/memory.max"});
}

TEST(Advice, AUnitIsRaisedThroughTheManagerThatHasIt) {
  EXPECT_EQ(RaiseCgroupWords("/a.slice/b.slice", Mebibytes(128)),
            Lines{"  systemctl set-property b.slice MemoryMax=128M"});
  EXPECT_EQ(RaiseCgroupWords("/a.slice/x\\x2dy.service", Bytes{134217729}),
            Lines{"  systemctl set-property 'x\\x2dy.service' MemoryMax=129M"});
  EXPECT_EQ(
      RaiseCgroupWords("/user.slice/user-7.slice/user@7.service/app.slice", Mebibytes(1)),
      (Lines{"as the user with uid 7:", "  systemctl --user set-property app.slice MemoryMax=1M"}));
  EXPECT_EQ(RaiseCgroupWords("/user.slice/user-7.slice/user@7.service", Mebibytes(1)),
            Lines{"  systemctl set-property user@7.service MemoryMax=1M"});
  EXPECT_EQ(RaiseCgroupWords("/plain/group", Mebibytes(128)),
            Lines{"  echo 134217728 > /sys/fs/cgroup/plain/group/memory.max"});
}

TEST(Advice, APodsLimitIsTheKubeletsToSet) {
  const auto words = RaiseCgroupWords("/kubepods.slice/kubepods-pod1.slice", Mebibytes(1));
  ASSERT_EQ(words.size(), 1U);
  EXPECT_TRUE(Holds(words.front(), "resources.limits.memory")) << words.front();
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
  EXPECT_TRUE(Holds(verdict.advice_now.front(), "shared memory")) << verdict.advice_now.front();
}

TEST(Advice, NamesAFileOnlyWhereTheSharedMemoryIsInIt) {
  ShmListing shm;
  shm.mount_point = "/dev/shm";
  shm.files = {{"/dev/shm/small", Bytes{4096}, Bytes{4096}}};
  shm.total_files = 1;
  EvidenceBuilder builder;
  LoggedKill kill;
  kill.stat_anon = 300000;
  kill.stat_shmem = 64000000;
  builder.Record(OwnLimitIncident()).Record(shm).File("kernel/oom.log", OomLog(kill));
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(verdict.cause, Cause::kLimitShmem);
  EXPECT_TRUE(Holds(verdict.advice_cure.front(), "memfd")) << verdict.advice_cure.front();
}

TEST(Note, ASharedCgroupIsNotTakenForSeveralContainers) {
  Incident incident = OwnLimitIncident();
  incident.confidence = "subtree";
  incident.candidates = {"runc-0-web"};
  EvidenceBuilder builder;
  builder.container().own_cgroup = false;
  builder.container().not_own_reason = "the engine is in it";
  builder.File("container.json", SerializeEnrolment(builder.container())).Record(incident);
  EXPECT_EQ(Said(builder, "note"),
            "its cgroup is not its own, so that others in it are counted as well: the engine is in "
            "it");
}

TEST(Note, ACauseThatRestsOnAnOldSnapshotIsInferred) {
  Snapshot snapshot = TripwireSnapshot();
  snapshot.taken_boot = kKilledAt - 42s;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(snapshot)
      .File("before/memory.stat", MemoryStatText(60600000, 0, 400000));
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(verdict.cause, Cause::kLimitAnon);
  EXPECT_EQ(verdict.confidence, Confidence::kInferred);
  EXPECT_EQ(Said(builder, "note"),
            "the kill was seen; what filled the limit is inferred from before it");
}

TEST(Note, SaysWhyTheKernelsLogIsMissing) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Missing("kernel/oom.log", Outcome::kUnavailable, "/dev/kmsg: permission denied");
  EXPECT_EQ(Said(builder, "note"), "the kernel's log is not here: /dev/kmsg: permission denied");
}

TEST(Note, ASnapshotOfAnIncidentThatNobodySawSaysSo) {
  EXPECT_TRUE(Holds(Said(Inferred(), "note"), "found in the counters afterwards"));
  EXPECT_EQ(Said(KillSingle(), "note"), "");
}

}  // namespace
}  // namespace headroom
