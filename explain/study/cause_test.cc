#include "explain/study/cause.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <csignal>

#include "base/file.h"
#include "evidence/oom_record.h"
#include "explain/testing/cases.h"
#include "explain/testing/odd_cases.h"
#include "explain/testing/said.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Cause CauseOf(const EvidenceBuilder& builder) { return StudyCase(builder.Build()).cause; }

TEST(Cause, OfEveryKindOfKill) {
  EXPECT_EQ(CauseOf(KillSingle()), Cause::kLimitAnon);
  EXPECT_EQ(CauseOf(KillChild()), Cause::kChildKilled);
  EXPECT_EQ(CauseOf(KillNested()), Cause::kChildKilled);
  EXPECT_EQ(CauseOf(KillGroup()), Cause::kGroupKill);
  EXPECT_EQ(CauseOf(AncestorLimit()), Cause::kAncestorLimit);
  EXPECT_EQ(CauseOf(HostOom()), Cause::kHostOom);
  EXPECT_EQ(CauseOf(ShmFills()), Cause::kLimitShmem);
  EXPECT_EQ(CauseOf(Inferred()), Cause::kLimitAnon);
  EXPECT_EQ(CauseOf(AlmostNothing()), Cause::kUnknown);
}

/// A sample has no figure for zswap, which lies within what it has of the kernel.
TEST(Cause, OfASampleIsNotTheKernelsMemoryWhereThatMayBeCompressedSwap) {
  const auto cause = [](std::optional<Bytes> swap) {
    Sample sample;
    sample.at = kKilledAt - 1s;
    sample.current = Mebibytes(63);
    sample.anon = Mebibytes(18);
    sample.shmem = Bytes{};
    sample.kernel = Mebibytes(43);
    sample.swap = swap;
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident()).Record(Recording{.samples = {sample}, .skipped = 0});
    return CauseOf(builder);
  };
  EXPECT_EQ(cause(Mebibytes(120)), Cause::kUnknown);
  EXPECT_EQ(cause(std::nullopt), Cause::kUnknown) << "not known is not none";
  EXPECT_EQ(cause(Bytes{}), Cause::kLimitKernel);
  EXPECT_EQ(cause(Mebibytes(20)), Cause::kLimitKernel) << "more than all of that would explain";
}

/// Without the kernel's log, whose limit it was is told by the counters alone.
EvidenceBuilder CountersOnly(const Incident& incident) {
  EvidenceBuilder builder;
  WithSnapshot(builder.Record(incident));
  return builder;
}

TEST(LimitLevel, OwnByItsLocalCounter) {
  const Evidence evidence = CountersOnly(OwnLimitIncident()).Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.level.kind, LevelKind::kOwn);
  EXPECT_EQ(the_case.cause, Cause::kLimitAnon);
  EXPECT_EQ(the_case.level.limit, Limit(Mebibytes(64)));
  EXPECT_EQ(the_case.level.limit_evidence, "cgroup/memory.max:1");
}

TEST(LimitLevel, AnAncestorsByItsLocalCounter) {
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(64)), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit(Mebibytes(64)), 1, 1)};
  const Evidence evidence = CountersOnly(incident).Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.level.kind, LevelKind::kAncestor);
  EXPECT_EQ(the_case.level.path, "/box.slice");
  EXPECT_EQ(the_case.cause, Cause::kAncestorLimit);
}

/// As after a kill at the limit of a cgroup below: hierarchical counters have it, local ones not.
Incident MetBelow() {
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(256)), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit::Unlimited(), 0, 1)};
  for (IncidentLevel& level : incident.levels) level.events.oom = 1;
  return incident;
}

TEST(LimitLevel, ADescendantThatIsGoneIsNotTheHost) {
  const Evidence evidence = CountersOnly(MetBelow()).Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.level.kind, LevelKind::kDescendant);
  EXPECT_EQ(the_case.level.path, "");
  EXPECT_EQ(the_case.cause, Cause::kUnknown);  // what it held is not known either
}

/// A cgroup below that is seen for the first time tells all that it ever counted.
TEST(LimitLevel, AnOlderKillOfADescendantIsNotThisOne) {
  Incident incident = OwnLimitIncident();
  incident.levels = {
      Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(64)), 0, 1),
      Level("/box.slice", LevelRole::kAncestor, Limit(Mebibytes(64)), 1, 1),
      Level("/box.slice/web/job", LevelRole::kDescendant, Limit(Mebibytes(8)), 1, 1)};
  const Evidence evidence = CountersOnly(incident).Build();
  EXPECT_EQ(StudyCase(evidence).level.kind, LevelKind::kAncestor);
}

TEST(LimitLevel, CountersThatContradictEachOtherTellNothing) {
  Incident incident = OwnLimitIncident();
  incident.levels = {
      Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(64)), 0, 1),
      Level("/box.slice", LevelRole::kAncestor, Limit::Unlimited(), 0, 1),
      Level("/box.slice/web/job", LevelRole::kDescendant, Limit(Mebibytes(8)), 1, 1)};
  const Evidence evidence = CountersOnly(incident).Build();
  EXPECT_EQ(StudyCase(evidence).level.kind, LevelKind::kUnknown);
}

TEST(LimitLevel, TheScopeAboveThatCarriesTheIdIsTheContainersOwn) {
  const std::string id(64, 'a');
  const std::string scope = "/machine.slice/libpod-" + id + ".scope";
  LoggedKill kill;
  kill.oom_memcg = scope;
  kill.task_memcg = scope + "/container";
  EvidenceBuilder builder;
  builder.container().engine = "podman";
  builder.container().id = id;
  builder.container().cgroup.path = scope + "/container";
  builder.container().ancestors[0].path = scope;
  Incident incident = OwnLimitIncident();
  incident.levels.clear();
  builder.Record(incident).File("kernel/oom.log", OomLog(kill));
  const Evidence evidence = builder.Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.level.kind, LevelKind::kOwn);
  EXPECT_EQ(the_case.level.limit, Limit(Mebibytes(64)));
  EXPECT_EQ(the_case.cause, Cause::kLimitAnon);
}

TEST(LimitLevel, AParentThatMerelyHasTheNameOfTheContainerIsAnother) {
  for (const char* parent : {"/boxes/web-of-the-shop", "/boxes/docker-web-of-the-shop.slice"}) {
    LoggedKill kill;
    kill.oom_memcg = parent;
    kill.task_memcg = std::string(parent) + "/web-of-the-shop";
    EvidenceBuilder builder;
    builder.container().id = "web-of-the-shop";
    builder.container().cgroup.path = kill.task_memcg;
    builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog(kill));
    const Evidence evidence = builder.Build();
    EXPECT_EQ(StudyCase(evidence).level.kind, LevelKind::kAncestor) << parent;
  }
}

TEST(LimitLevel, ADescendantsByItsLocalCounter) {
  Incident incident = MetBelow();
  incident.levels.push_back(
      Level("/box.slice/web/job", LevelRole::kDescendant, Limit(Mebibytes(48)), 1, 1));
  incident.init_alive = true;
  const Evidence evidence = CountersOnly(incident).Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.level.kind, LevelKind::kDescendant);
  EXPECT_EQ(the_case.level.limit, Limit(Mebibytes(48)));
  EXPECT_EQ(the_case.cause, Cause::kChildKilled);
}

/// Somebody wrote f to /proc/sysrq-trigger: how much memory was free says the log nothing of.
TEST(Cause, OfAKillByHandIsNotTheHosts) {
  const EvidenceBuilder by_hand = KillByHand();
  const Verdict verdict = Explain(by_hand.Build());
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
  EXPECT_EQ(verdict.level, "");
  EXPECT_EQ(Said(by_hand, "limit"),
            "no limit was met: the OOM killer was invoked by hand (SysRq f)");
  for (const std::string& line : verdict.advice) {
    EXPECT_FALSE(Holds(line, "memory.min") || Holds(line, "limit of its own") ||
                 Holds(line, "host/meminfo"))
        << line;
  }
}

TEST(LimitLevel, TheHostsOnlyWhenEveryCounterIsKnownNotToHaveRisen) {
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(64)), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit::Unlimited(), 0, 1)};
  EXPECT_EQ(CauseOf(CountersOnly(incident)), Cause::kHostOom);
  Incident unknown_counter = incident;
  unknown_counter.levels[1].events_local->oom.reset();
  EXPECT_EQ(CauseOf(CountersOnly(unknown_counter)), Cause::kUnknown);
  Incident unknown_level = incident;
  unknown_level.levels.pop_back();
  EXPECT_EQ(CauseOf(CountersOnly(unknown_level)), Cause::kUnknown);
  EvidenceBuilder unrecorded = CountersOnly(unknown_level);
  unrecorded.container().ancestors.clear();
  EXPECT_EQ(CauseOf(unrecorded), Cause::kUnknown) << "of a deep tree not all levels are recorded";
}

/// A supervisor that comes back finds the cgroup gone, and the counters above it raised by anybody.
TEST(LimitLevel, OfACgroupThatIsGoneIsNotThatOfOneAboveItWhichCountedInItsSubtreeAlone) {
  Incident incident = MetBelow();
  incident.levels[0].events = {};
  incident.levels[0].events_local.reset();
  incident.levels[0].removed = true;
  const Evidence evidence = CountersOnly(incident).Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.level.kind, LevelKind::kUnknown);
  EXPECT_NE(the_case.cause, Cause::kAncestorLimit);
  for (IncidentLevel& level : incident.levels) level.events_local.reset();
  const Evidence without = CountersOnly(incident).Build();
  EXPECT_EQ(StudyCase(without).level.kind, LevelKind::kUnknown);
}

TEST(LimitLevel, WithoutLocalCountersTheLowestSubtreeThatCounted) {
  Incident incident = OwnLimitIncident();
  for (IncidentLevel& level : incident.levels) level.events_local.reset();
  incident.levels[0].events.oom = 0;
  incident.levels[1].events.oom = 1;
  incident.levels[1].memory_max = Limit(Mebibytes(64));
  const Evidence above = CountersOnly(incident).Build();
  EXPECT_EQ(StudyCase(above).level.kind, LevelKind::kAncestor);
  incident.levels[0].events.oom = 1;
  const Evidence own = CountersOnly(incident).Build();
  EXPECT_EQ(StudyCase(own).level.kind, LevelKind::kOwn);
}

/// Its subtree's counter is that of all who met their own.
TEST(LimitLevel, WithoutLocalCountersALevelWithoutALimitIsNotTheOneThatWasMet) {
  Incident incident = OwnLimitIncident();
  for (IncidentLevel& level : incident.levels) level.events_local.reset();
  incident.levels[0].events.oom = 0;
  incident.levels[1].events.oom = 1;
  incident.levels[1].memory_max = Limit::Unlimited();
  const Evidence evidence = CountersOnly(incident).Build();
  EXPECT_EQ(StudyCase(evidence).level.kind, LevelKind::kUnknown);
}

/// What it counted after it was read last is in the counter above alone, with that of others.
TEST(LimitLevel, WithoutLocalCountersACgroupThatWasRemovedMayHaveMetItsOwn) {
  Incident incident = OwnLimitIncident();
  for (IncidentLevel& level : incident.levels) level.events_local.reset();
  incident.levels[0].events.oom = 0;
  incident.levels[0].removed = true;
  incident.levels[1].events.oom = 1;
  incident.levels[1].memory_max = Limit(Mebibytes(64));
  const Evidence evidence = CountersOnly(incident).Build();
  EXPECT_EQ(StudyCase(evidence).level.kind, LevelKind::kUnknown);
}

TEST(LimitLevel, ALimitThatWasChangedIsTheOneThatWasMet) {
  LoggedKill kill;
  kill.limit_kb = 48UL * 1024;  // while container.json and the counters still say 64 MiB
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog(kill));
  const Evidence evidence = builder.Build();
  EXPECT_EQ(StudyCase(evidence).level.limit, Limit(Mebibytes(48)));
}

TEST(LimitLevel, ALimitThatNobodyRecordedHasNoSize) {
  Incident incident = OwnLimitIncident();
  incident.levels[0].memory_max.reset();
  EvidenceBuilder builder;
  builder.container().cgroup.limits.max.reset();
  const Evidence evidence = builder.Record(incident).Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.level.kind, LevelKind::kOwn);
  EXPECT_EQ(the_case.level.limit, std::nullopt);
}

TEST(OomReport, OfAnotherContainerBelowTheSameParentIsNotOurs) {
  LoggedKill kill;
  kill.pid = 9999;
  kill.oom_memcg = "/box.slice";
  kill.task_memcg = "/box.slice/db";
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog(kill));
  const Evidence evidence = builder.Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.event(), nullptr);
  EXPECT_EQ(the_case.victim.pid, std::nullopt);
}

TEST(OomReport, AContainerWhoseNameBeginsLikeOursIsAnother) {
  LoggedKill kill;
  kill.oom_memcg = kill.task_memcg = std::string(kCgroup) + "-2";
  kill.pid = 9999;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog(kill));
  const Evidence evidence = builder.Build();
  EXPECT_EQ(StudyCase(evidence).event(), nullptr);
}

TEST(OomReport, TheOneThatKilledTheInitIsExplained) {
  LoggedKill child;
  child.pid = 4400;
  LoggedKill init;
  init.at = kKilledAt + 1s;
  LoggedKill last;
  last.pid = 4401;
  last.at = kKilledAt + 2s;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog(child) + OomLog(init) + OomLog(last));
  const Evidence evidence = builder.Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.victim.pid, kInit);
  EXPECT_EQ(the_case.kills, 3U);
}

TEST(OomReport, ParsedJsonServesWhereTheLogIsMissing) {
  const std::string log = OomLog({});
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.json", SerializeOomRecord({ParseOomLog(log), 0}, log));
  const Evidence evidence = builder.Build();
  const Case the_case = StudyCase(evidence);
  EXPECT_EQ(the_case.victim.pid, kInit);
  EXPECT_TRUE(the_case.victim.evidence.starts_with("kernel/oom.json:"));
  EXPECT_EQ(the_case.level.kind, LevelKind::kOwn);
  EXPECT_EQ(the_case.cause, Cause::kLimitAnon);
}

TEST(OomReport, AGroupKillIsCountedByProcessesNotByTheCounter) {
  const Evidence evidence = KillGroup().Build();
  EXPECT_EQ(StudyCase(evidence).kills, 3U);  // the counter rose by 4
}

TEST(Cause, KernelMemoryAndDirtyFilesFillALimitToo) {
  const auto with_stat = [](const char* stat) {
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident()).File("before/memory.stat", stat);
    return CauseOf(builder);
  };
  EXPECT_EQ(with_stat("anon 1000000\nfile 0\nshmem 0\nkernel 60000000\nslab_reclaimable 0\n"),
            Cause::kLimitKernel);
  EXPECT_EQ(with_stat("anon 10000000\nfile 50000000\nshmem 0\nkernel 0\nfile_dirty 30000000\n"
                      "file_writeback 15000000\n"),
            Cause::kLimitFileDirty);
  EXPECT_EQ(with_stat("anon 34000000\nfile 0\nshmem 0\nkernel 36000000\n"
                      "slab_reclaimable 33000000\n"),
            Cause::kLimitAnon);  // the kernel could have freed its caches
  EXPECT_EQ(with_stat("anon 9000000\nfile 50000000\nshmem 0\nkernel 1000000\n"),
            Cause::kUnknown);  // locked page cache, perhaps: the rest does not fill it
  EXPECT_EQ(with_stat("anon 0\nfile 0\nshmem 0\n"), Cause::kUnknown);
}

TEST(Cause, ASampleOfLongBeforeItWasFullSaysNothing) {
  Recording recording;
  Sample sample;
  sample.at = kKilledAt - 9s;
  sample.anon = Mebibytes(5);
  sample.shmem = Mebibytes(1);
  recording.samples = {sample};
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).Record(recording);
  EXPECT_EQ(CauseOf(builder), Cause::kUnknown);
}

/// A process of 2 MiB at a limit of 64: a file on /dev/shm that it has unmapped, say.
TEST(Cause, ASmallVictimDoesNotTellWhatFilledTheLimit) {
  LoggedKill kill;
  kill.anon_kb = 2000;
  std::string log = OomLog(kill);
  const std::size_t stats = log.find("6,702");
  log.erase(stats, log.find("oom-kill:") - stats - std::string("6,707,1000000000,-;").size());
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", log);
  EXPECT_EQ(CauseOf(builder), Cause::kUnknown) << log;
}

TEST(Cause, WhatTheContainerHeldIsNotWhatFilledAJobsLimit) {
  Incident incident = MetBelow();
  incident.init_alive = false;
  incident.levels.push_back(
      Level("/box.slice/web/job", LevelRole::kDescendant, Limit(Mebibytes(48)), 1, 1));
  const Evidence evidence = CountersOnly(incident).Build();
  EXPECT_EQ(StudyCase(evidence).level.kind, LevelKind::kDescendant);
  EXPECT_EQ(StudyCase(evidence).cause, Cause::kUnknown);
}

/// As of `sh -c job`, which ends with the status of a job that was killed.
struct AfterAChild {
  std::optional<ExitStatus> exit;
  bool named = true;          ///< the kernel's log names the victim
  std::uint64_t counted = 1;  ///< kills
  int victim = 4400;          ///< kInit: the init itself
  const char* confidence = "observed";
};
Cause CauseAfter(const AfterAChild& after) {
  Incident incident = OwnLimitIncident();
  incident.confidence = after.confidence;
  incident.init_alive = false;
  incident.oom_kill_to = incident.oom_kill_from + after.counted;
  if (after.exit) incident.init_exit = InitExit{.status = *after.exit, .source = "pidfd"};
  EvidenceBuilder builder;
  WithSnapshot(builder.Record(incident));
  LoggedKill kill;
  kill.pid = after.victim;
  if (after.named) builder.File("kernel/oom.log", OomLog(kill));
  return CauseOf(builder);
}

TEST(Cause, AChildThatWasKilledBeforeTheInitEndedByItself) {
  EXPECT_EQ(CauseAfter({.exit = ExitStatus{.code = 137}}), Cause::kChildKilled);
  EXPECT_EQ(CauseAfter({.exit = ExitStatus{.code = 0}}), Cause::kChildKilled);
  EXPECT_EQ(CauseAfter({.exit = ExitStatus{.signal = SIGTERM}}), Cause::kChildKilled)
      << "the OOM killer sends SIGKILL";
  EXPECT_EQ(CauseAfter({.exit = ExitStatus{.code = 1}, .named = false}), Cause::kChildKilled);
  EXPECT_EQ(CauseAfter({.exit = {}}), Cause::kChildKilled) << "the log names all";
}

TEST(Cause, IsNotSaidToBeAChildsDeathWhereTheInitMayHaveBeenKilledToo) {
  EXPECT_EQ(CauseAfter({.exit = ExitStatus{.signal = SIGKILL}}), Cause::kLimitAnon)
      << "the kernel kills whoever shares the victim's memory, and names it nowhere";
  EXPECT_EQ(CauseAfter({.exit = {}, .named = false}), Cause::kLimitAnon);
  EXPECT_EQ(CauseAfter({.exit = {}, .counted = 2}), Cause::kLimitAnon) << "one of two is named";
  EXPECT_EQ(CauseAfter({.exit = ExitStatus{.signal = SIGKILL}, .victim = kInit}),
            Cause::kLimitAnon);
  EXPECT_EQ(CauseAfter({.exit = ExitStatus{.code = 1}, .confidence = "subtree"}), Cause::kLimitAnon)
      << "the kill may be another container's";
}

TEST(Cause, AGroupKillThatAJobCountedEarlierIsNotThisOne) {
  Incident incident = OwnLimitIncident();
  incident.levels.push_back(
      Level("/box.slice/web/job", LevelRole::kDescendant, Limit(Mebibytes(48)), 0, 0));
  incident.levels.back().events.oom_group_kill = 1;
  EvidenceBuilder builder;
  builder.Record(incident).File("kernel/oom.log", OomLog({}));
  EXPECT_EQ(CauseOf(builder), Cause::kLimitAnon);
}

TEST(Cause, TheTimelineServesWhereNothingElseSays) {
  Recording recording;
  Sample sample;
  sample.at = kKilledAt - 1s;
  sample.anon = Mebibytes(1);
  sample.shmem = Mebibytes(60);
  recording.samples = {sample};
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).Record(recording);
  EXPECT_EQ(CauseOf(builder), Cause::kLimitShmem);
}

/// Reports that real kernels wrote, in a container /lxc/c-N.
Case FromRealLog(const std::string& name, const std::string& cgroup, int init, Evidence& evidence) {
  const auto log = ReadFileAt(
      AT_FDCWD, std::string(HEADROOM_SOURCE_DIR "/kernel/kmsg/testdata/") + name, 1U << 20U);
  EvidenceBuilder builder;
  builder.container().cgroup.path = cgroup;
  builder.container().init.pid = init;
  evidence = builder.File("kernel/oom.log", log.value()).Build();
  return StudyCase(evidence);
}

TEST(RealLog, OfASingleKillOn612) {
  Evidence evidence;
  const Case the_case = FromRealLog("kmsg-6.12.117-v2-single.txt", "/lxc/c-8", 290, evidence);
  EXPECT_EQ(the_case.cause, Cause::kLimitAnon);
  EXPECT_TRUE(the_case.victim.is_init);
  EXPECT_EQ(the_case.level.limit, Limit(Mebibytes(24)));
  ASSERT_TRUE(the_case.held.has_value());
  EXPECT_EQ(the_case.held->anon, Bytes{25108480});
  EXPECT_EQ(the_case.held->evidence, "kernel/oom.log:31");
  EXPECT_TRUE(the_case.held->at_kill);
}

TEST(RealLog, OfAGroupKillOn61WhoseStatIsOneRecord) {
  Evidence evidence;
  const Case the_case = FromRealLog("kmsg-6.1.192-v2-oomgroup.txt", "/lxc/c-7", 232, evidence);
  EXPECT_EQ(the_case.cause, Cause::kGroupKill);
  EXPECT_EQ(the_case.kills, 2U);
  ASSERT_TRUE(the_case.held.has_value());
  EXPECT_EQ(the_case.held->anon, Bytes{50216960});
  EXPECT_EQ(the_case.held->kernel, Bytes{114688});
}

}  // namespace
}  // namespace headroom
