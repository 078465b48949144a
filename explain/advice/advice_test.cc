#include "explain/advice/advice.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "container/engine/engine.h"
#include "explain/testing/cases.h"
#include "explain/testing/killed_cases.h"
#include "explain/testing/odd_cases.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Advice Of(const EvidenceBuilder& builder) {
  const Evidence evidence = builder.Build();
  return AdviceFor(StudyCase(evidence));
}

std::string Text(const std::vector<std::string>& lines) {
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

bool Holds(const std::vector<std::string>& lines, const std::string& piece) {
  return Text(lines).find(piece) != std::string::npos;
}

/// A docker container with a limit of 64 MiB; one sample a second, of as many MiB as `mebibytes`
/// gives.
template <typename Amount>
EvidenceBuilder Sampled(unsigned count, Amount mebibytes, const char* comm = "eat",
                        std::uint64_t limit_kb = 65536) {
  Recording recording;
  for (unsigned i = 0; i < count; ++i) {
    Sample sample;
    sample.at = kKilledAt - 500ms - std::chrono::seconds(count - 1 - i);
    sample.anon = Mebibytes(mebibytes(i));
    sample.current = *sample.anon;
    sample.shmem = Bytes{0};
    recording.samples.push_back(sample);
  }
  LoggedKill kill;
  kill.comm = comm;
  kill.limit_kb = limit_kb;
  EvidenceBuilder builder;
  builder.container().engine = "docker";
  builder.Record(OwnLimitIncident())
      .Record(recording)
      .File("cgroup/memory.swap.max", "0\n")
      .File("kernel/oom.log", OomLog(kill));
  return builder;
}

unsigned Level(unsigned) { return 60; }
unsigned Leak(unsigned i) { return i; }
unsigned Rise(unsigned i) { return 6 * i; }
unsigned Low(unsigned) { return 20; }

TEST(Advice, ForALeakSaysWhatTimeALargerLimitBuysAndThatNoneIsEnough) {
  const Advice advice = Of(Sampled(62, Leak));
  EXPECT_EQ(Text(advice.now),
            "A larger limit buys time: at that rate twice the limit (128 MiB) lasts 64 s "
            "longer:\n"
            "  docker update --memory 128m --memory-swap 128m web\n");
  EXPECT_EQ(Text(advice.cure),
            "Find what eat keeps: if it never stops growing, no limit is enough.\n");
}

TEST(Advice, ARiseOfSomeSecondsIsNotCalledALeak) {
  const Advice advice = Of(Sampled(10, Rise));
  EXPECT_EQ(Text(advice.now),
            "If it needs that much, raise the limit, for example to twice what it met (128 MiB); "
            "if it goes on at that rate, that lasts 10 s longer:\n"
            "  docker update --memory 128m --memory-swap 128m web\n");
  EXPECT_EQ(Text(advice.cure),
            "Find what eat keeps; if that goes on growing, no limit is enough.\n");
  EXPECT_TRUE(Holds(Of(Sampled(61, Leak)).now, "buys time")) << "a minute";
  EXPECT_FALSE(Holds(Of(Sampled(60, Leak)).now, "buys time"));
}

TEST(Advice, NamesNoLimitThatTheHostCannotGive) {
  const auto now = [](const char* host) {
    return Text(Of(Sampled(40, Low).File("host/meminfo", host)).now);
  };
  EXPECT_EQ(now("MemTotal: 102400 kB\n"),
            "A limit of 128 MiB is more than there is: the host has only 100 MiB.\n");
  EXPECT_TRUE(now("MemTotal: 131072 kB\n").find("docker update") != std::string::npos);
  Incident incident = OwnLimitIncident();
  incident.host_available = Mebibytes(63);
  EvidenceBuilder builder;
  builder.container().engine = "docker";
  builder.Record(incident).File("kernel/oom.log", OomLog({}));
  EXPECT_EQ(Text(Of(builder).now),
            "A limit of 128 MiB is more than the host could give: it had only 63 MiB available.\n");
}

TEST(Advice, NamesNoLimitOfAnAncestorThatTheHostCannotGive) {
  EvidenceBuilder builder = AncestorLimit();
  builder.File("host/meminfo", "MemTotal: 102400 kB\n");
  EXPECT_EQ(Text(Of(builder).now),
            "A limit of 128 MiB is more than there is: the host has only 100 MiB.\n");
}

TEST(Advice, ForAPlateauSaysHowTheLimitWasReached) {
  EXPECT_EQ(Text(Of(Sampled(40, Level)).now),
            "Raise the limit, for example to a quarter more than it has (80 MiB); the most that it "
            "was seen to hold is 61 MiB:\n"
            "  docker update --memory 80m --memory-swap 80m web\n");
}

TEST(Advice, ForALimitThatWasLoweredBelowWhatItHoldsGoesByWhatItHolds) {
  EXPECT_EQ(Of(Sampled(40, Level, "eat", 40960)).now.front(),
            "Raise the limit, for example to the most that it was seen to hold (61 MiB) and a "
            "quarter more (77 MiB):");
}

TEST(Advice, WithoutAMeasuredShapeTheLimitIsDoubledAndSaysSo) {
  EXPECT_EQ(Of(Inferred()).now.front(),
            "If it needs that much, raise the limit, for example to twice what it met (128 MiB):");
}

TEST(Advice, GrowthOfPageCacheIsNobodysLeak) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(SteadyLeak())
      .File("before/memory.stat", MemoryStatText(40000000, 0, 20000000));
  EXPECT_FALSE(Holds(Of(builder).now, "buys time"));
}

TEST(Advice, OfSwapIsForAnonymousMemoryThatMayNotSwapWhereTheHostCan) {
  const char* host = "SwapTotal: 2097148 kB\nSwapFree: 1048576 kB\n";
  EXPECT_TRUE(Holds(Of(Sampled(40, Level).File("host/meminfo", host)).now,
                    "Or, instead of a larger limit: it may not swap, and the host has 1 GiB of "
                    "swap free, where what it seldom touches could go:\n"
                    "  docker update --memory 64m --memory-swap 128m web"));
  EXPECT_FALSE(Holds(Of(Sampled(40, Level)).now, "swap free")) << "not known";
  EXPECT_FALSE(Holds(Of(Sampled(62, Leak).File("host/meminfo", host)).now, "swap free"))
      << "a leak fills that as well";
  EXPECT_FALSE(
      Holds(Of(Sampled(40, Level).File("host/meminfo", "SwapTotal: 0 kB\nSwapFree: 0 kB\n")).now,
            "swap free"));
}

/// Both limits of a command that is typed after another are its own: the second undoes the first.
TEST(Advice, OfTwoCommandsForOneLimitTheSecondIsInsteadOfTheFirst) {
  const char* host = "SwapTotal: 2097148 kB\nSwapFree: 1048576 kB\n";
  const auto now = Of(Sampled(40, Low).File("host/meminfo", host)).now;
  std::vector<std::string> limits;
  std::string sentence;
  for (const std::string& line : now) {
    if (!line.starts_with("  docker update")) {
      sentence = line;
      continue;
    }
    const std::string limit = line.substr(0, line.find("--memory-swap"));
    const bool is_another = !limits.empty() && limits.front() != limit;
    EXPECT_TRUE(!is_another || sentence.contains("instead")) << Text(now);
    limits.push_back(limit);
  }
  EXPECT_EQ(limits.size(), 2U) << Text(now);
}

TEST(Advice, NamesTheRuntimeOnlyWhereTheEvidenceShowsIt) {
  const auto cure = [](const char* comm) { return Of(Sampled(40, Low, comm)).cure; };
  EXPECT_TRUE(Holds(cure("java"), "-XX:MaxRAMPercentage"));
  EXPECT_TRUE(Holds(cure("node"), "--max-old-space-size=48 "));
  EXPECT_EQ(cure("python3").size(), 1U) << "how many threads it had is not known";
  EXPECT_EQ(cure("javac").size(), 1U);
}

TEST(Advice, OfArenasIsForAPythonWithManyThreads) {
  ProcessRow row = Process(kInit, "python3", 60000);
  row.threads = 40;
  EXPECT_TRUE(Holds(Of(Sampled(40, Low, "python3").Record(Processes({row}))).cure,
                    "python3 had 40 threads"));
  row.threads = 2;
  EXPECT_FALSE(Holds(Of(Sampled(40, Low, "python3").Record(Processes({row}))).cure, "ARENA"));
}

TEST(Advice, WhatPolicyFoundInTheCommandLineIsBetterThanAName) {
  EvidenceBuilder builder = Sampled(40, Low, "java");
  builder.container().findings = {{.rule = "runtime-heap-fits",
                                   .action = "warn",
                                   .fact = "the heap may grow to 1 GiB",
                                   .advice = "start it with -Xmx40m",
                                   .fix_outcome = ""}};
  const auto cure = Of(builder).cure;
  EXPECT_TRUE(Holds(cure, "the heap may grow to 1 GiB; start it with -Xmx40m."));
  EXPECT_FALSE(Holds(cure, "MaxRAMPercentage"));
}

TEST(Advice, ForAStartThatFailedIsToGiveItEnoughToStart) {
  LoggedKill kill;
  kill.comm = "runc:[2:INIT]";
  kill.limit_kb = 4096;
  EvidenceBuilder builder;
  builder.container().engine = "podman";
  builder.container().enrolled_boot = kKilledAt - 100ms;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog(kill));
  EXPECT_EQ(Text(Of(builder).now),
            "Give it more than it takes to start a program: a runtime alone may need 8 MiB. For "
            "example 32 MiB:\n"
            "  podman run --memory 32m ...\n");
}

TEST(Advice, ForFilesThatWaitToBeWrittenBoundsThem) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("before/memory.stat",
            "anon 1000000\nfile 64000000\nshmem 0\nfile_dirty 50000000\nfile_writeback 8000000\n");
  const Advice advice = Of(builder);
  EXPECT_TRUE(Holds(advice.cure, "O_DIRECT"));
  EXPECT_TRUE(Holds(advice.cure, "vm.dirty_bytes"));
  EXPECT_FALSE(Holds(advice.cure, "cgroup v1"));
}

TEST(Advice, TheUnknownSaysWhatWasMissingAndHowTheNextOneIsKnown) {
  EvidenceBuilder builder = AlmostNothing();
  builder.Missing("kernel/oom.log", Outcome::kUnavailable, "/dev/kmsg: permission denied");
  const Advice advice = Of(builder);
  EXPECT_TRUE(Holds(advice.now,
                    "What is missing: kernel/oom.log (/dev/kmsg: permission denied), before (the "
                    "cgroup was gone)"))
      << Text(advice.now);
  EXPECT_TRUE(Holds(advice.cure, "let headroomd run before the container starts"));
}

/// On cgroup v1 nothing but the log says whose limit was met.
TEST(Advice, TheUnknownOfAWatchedOneWantsTheKernelsLogRead) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("before/snapshot.json", "{}")
      .Missing("kernel/oom.log", Outcome::kUnavailable, "/dev/kmsg: permission denied");
  const Advice advice = Of(builder);
  EXPECT_TRUE(Holds(advice.cure, "let headroomd read the kernel's log")) << Text(advice.cure);
  EXPECT_FALSE(Holds(advice.cure, "let headroomd run")) << Text(advice.cure);
}

/// As headroomd writes it: a row for each file of the folder.
TEST(Advice, TheUnknownSaysWhyNoFileOfTheSnapshotIsThere) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Missing("before/snapshot.json", Outcome::kUnavailable, "no supervisor watched it")
      .Missing("before/processes.json", Outcome::kUnavailable, "no supervisor watched it");
  const Advice advice = Of(builder);
  EXPECT_TRUE(Holds(advice.now, "before (no supervisor watched it)")) << Text(advice.now);
}

TEST(Advice, TheUnknownShowsNoBytesOfAContainer) {
  EvidenceBuilder builder = AlmostNothing();
  builder.Missing("kernel/oom.log", Outcome::kUnavailable, kHostileName);
  EXPECT_EQ(Text(Of(builder).now).find('\x1b'), std::string::npos);
}

TEST(Advice, OfAHostThatSetMemoryAsideIsToGiveItBack) {
  EvidenceBuilder builder = HostOom();
  std::string log = *builder.Build().File("kernel/oom.log");
  log.insert(log.find("6,701"),
             "4,7005,1000000000,-;Node 0 hugepages_total=512 hugepages_free=500 hugepages_surp=0 "
             "hugepages_size=2048kB\n");
  EvidenceBuilder with;
  with.Record(OwnLimitIncident()).File("kernel/oom.log", log);
  EXPECT_TRUE(Holds(Of(with).now, "lower vm.nr_hugepages"));
  EXPECT_FALSE(Holds(Of(builder).now, "huge"));
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
  EXPECT_TRUE(verdict.advice_now.front().contains("shared memory")) << verdict.advice_now.front();
}

/// Typed on the host, the command is about the host's /dev/shm, which is for all.
TEST(Advice, ForADevShmOfItsOwnIsNotToRemountTheHosts) {
  const std::pair<std::string_view, const char*> said_to[] = {
      {kUnitEngine, "TemporaryFileSystem=/dev/shm:size=32M"},
      {kCommandEngine, "  headroom run --shm 32M "}};
  for (const auto& [engine, said] : said_to) {
    EvidenceBuilder builder = ShmFills();
    builder.container().engine = engine;
    const Verdict verdict = Explain(builder.Build());
    EXPECT_FALSE(Holds(verdict.advice, "mount -o remount")) << Text(verdict.advice);
    EXPECT_TRUE(Holds(verdict.advice, said)) << Text(verdict.advice);
    EvidenceBuilder full = ShmWasFullAtSigbus();
    full.container().engine = engine;
    const auto advice = Explain(full.Build()).advice;
    EXPECT_FALSE(Holds(advice, "mount -o remount")) << Text(advice);
  }
}

TEST(Advice, ForTheHostsDevShmThatWasFullIsToRemountThat) {
  ShmListing shm;
  shm.mount_point = "/dev/shm";
  shm.size = Limit(Mebibytes(8));
  shm.used = Mebibytes(8);
  shm.of_host = true;
  Evidence full = ShmWasFullAtSigbus().Build();
  full.files["before/shm.json"] = SerializeShm(shm);
  const auto advice = Explain(full).advice;
  EXPECT_TRUE(Holds(advice,
                    "make the host's /dev/shm larger, for example twice as large (16 MiB):\n"
                    "  mount -o remount,size=16m /dev/shm"))
      << Text(advice);
  EXPECT_FALSE(Holds(advice, "--shm-size")) << "that is for one of its own";
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
  EXPECT_TRUE(verdict.advice_cure.front().contains("memfd")) << verdict.advice_cure.front();
}

}  // namespace
}  // namespace headroom
