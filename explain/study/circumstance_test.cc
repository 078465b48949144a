#include "explain/study/circumstance.h"

#include <gtest/gtest.h>

#include "explain/testing/cases.h"
#include "explain/words/statements.h"

namespace headroom {
namespace {

using namespace testing_evidence;

/// All that is said beside the limit, a line each.
std::string Said(const EvidenceBuilder& builder) {
  const Evidence evidence = builder.Build();
  std::string text;
  for (const Statement& statement : CircumstanceStatements(StudyCase(evidence))) {
    text += statement.label + ": " + statement.text + " [" + statement.evidence + "]\n";
  }
  return text;
}

Cause CauseOf(const EvidenceBuilder& builder) { return StudyCase(builder.Build()).cause; }

/// A kill at the own limit whose report has the line of the swap.
EvidenceBuilder WithSwapLine(const std::string& line) {
  std::string log = OomLog({});
  log.insert(log.find("6,702"), "6,7015,1000000000,-;" + line + "\n");
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", log);
  return builder;
}

TEST(Swap, ThatIsUsedUpIsSaidAsTheKernelPrintedIt) {
  EXPECT_EQ(Said(WithSwapLine("swap: usage 65500kB, limit 65536kB, failcnt 3")),
            "swap: used up as well: 64 MiB of the 64 MiB that it may use [kernel/oom.log:3]\n");
  EXPECT_EQ(Said(WithSwapLine("swap: usage 32768kB, limit 65536kB, failcnt 0")), "");
  EXPECT_EQ(Said(WithSwapLine("swap: usage 0kB, limit 0kB, failcnt 0")), "") << "none to use up";
}

TEST(Swap, WithoutALimitIsJudgedByWhatTheHostHas) {
  const std::string line = "swap: usage 65500kB, limit 9007199254740988kB, failcnt 0";
  EXPECT_EQ(Said(WithSwapLine(line)), "") << "how much the host has is not known";
  EXPECT_EQ(Said(WithSwapLine(line).File("host/meminfo", "SwapTotal: 65536 kB\nSwapFree: 0 kB\n")),
            "swap: used up as well: 64 MiB of the 64 MiB that the host has [kernel/oom.log:3]\n");
}

TEST(Swap, IsThatOfTheSnapshotWhereTheKernelPrintedNone) {
  const auto said = [](const char* used) {
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident())
        .File("kernel/oom.log", OomLog({}))
        .File("before/memory.swap.current", used)
        .File("cgroup/memory.swap.max", "67108864\n");
    return Said(builder);
  };
  EXPECT_EQ(said("67100000\n"),
            "swap: used up as well: 64 MiB of the 64 MiB that it may use "
            "[before/memory.swap.current:1]\n");
  EXPECT_EQ(said("33554432\n"), "");
  EXPECT_EQ(said("\x1b[2J"), "");
}

/// A process may not write lines of the kernel.
TEST(Swap, OfALineThatAProcessWroteIsNotBelieved) {
  std::string log = OomLog({});
  log.insert(log.find("6,702"),
             "14,7015,1000000000,-;swap: usage 65500kB, limit 65536kB, failcnt 3\n");
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", log);
  EXPECT_EQ(Said(builder), "");
}

EvidenceBuilder EarlyKill(std::chrono::nanoseconds lived, Bytes limit, const char* comm) {
  LoggedKill kill;
  kill.comm = comm;
  kill.limit_kb = limit.value / 1024;
  kill.anon_kb = kill.limit_kb - 200;
  kill.stat_anon = kill.anon_kb * 1024;
  Incident incident = OwnLimitIncident();
  incident.levels[0].memory_max = Limit(limit);
  EvidenceBuilder builder;
  builder.container().cgroup.limits.max = Limit(limit);
  builder.container().enrolled_boot = kKilledAt - lived;
  builder.Record(incident).File("kernel/oom.log", OomLog(kill));
  return builder;
}

TEST(Start, OfARuntimeThatWasKilledItselfFailed) {
  const EvidenceBuilder builder = EarlyKill(200ms, Mebibytes(4), "runc:[2:INIT]");
  EXPECT_EQ(CauseOf(builder), Cause::kStartupOom);
  EXPECT_EQ(Said(builder),
            "start: the runtime itself was killed, before it could start the program, 0.2 s after "
            "the container was made [kernel/oom.log:9]\n");
  EXPECT_EQ(CauseOf(EarlyKill(200ms, Mebibytes(64), "crun")), Cause::kStartupOom);
}

TEST(Start, OfAProgramWithHardlyAnyMemoryFailedToo) {
  EXPECT_EQ(CauseOf(EarlyKill(2s, Mebibytes(6), "sh")), Cause::kStartupOom);
}

TEST(Start, AProgramThatAteAnOrdinaryLimitAtOnceDidStart) {
  EXPECT_EQ(CauseOf(EarlyKill(500ms, Mebibytes(64), "eat")), Cause::kLimitAnon);
}

TEST(Start, AProgramThatRanForAWhileDidStart) {
  EXPECT_EQ(CauseOf(EarlyKill(10s, Mebibytes(4), "sh")), Cause::kLimitAnon);
  EXPECT_EQ(CauseOf(EarlyKill(10s, Mebibytes(64), "runc:[2:INIT]")), Cause::kLimitAnon)
      << "anybody may call himself that";
}

TEST(Start, OfAChildIsNone) {
  LoggedKill kill;
  kill.pid = 4400;
  kill.comm = "runc:[2:INIT]";
  EvidenceBuilder builder;
  builder.container().enrolled_boot = kKilledAt - 1s;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog(kill));
  EXPECT_EQ(CauseOf(builder), Cause::kChildKilled) << "an exec into it, say";
}

/// A report of the host's, with the lines of its Mem-Info.
EvidenceBuilder OfTheHost(int order, const std::string& constraint,
                          const std::vector<std::string>& lines) {
  KmsgText log(kKilledAt);
  log.Add(4, fmt::format("eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order={}, "
                         "oom_score_adj=0",
                         order));
  log.Add(4, "Mem-Info:");
  for (const std::string& line : lines) log.Add(4, line);
  log.Add(6, fmt::format("oom-kill:constraint={},nodemask=0,2,cpuset=web,mems_allowed=0-1,"
                         "global_oom,task_memcg={},task=eat,pid={},uid=0",
                         constraint, kCgroup, kInit));
  LoggedKill kill;
  kill.oom_memcg.clear();
  log.Add(3, KilledLine(kill, kInit));
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", log.Take());
  return builder;
}

TEST(Pieces, AreSaidWhereNoneWasLargeEnough) {
  const std::string none =
      "Node 0 Normal: 5000*4kB (UE) 100*8kB (M) 0*16kB 0*32kB 0*64kB = 20800kB";
  EXPECT_EQ(
      Said(OfTheHost(3, "CONSTRAINT_NONE", {none})),
      "pieces: it wanted 32 KiB in one piece (order 3): none was free, while 20.3 MiB were in "
      "smaller ones [kernel/oom.log:3]\n");
  EXPECT_EQ(Said(OfTheHost(0, "CONSTRAINT_NONE", {none})), "");
  EXPECT_EQ(Said(OfTheHost(-1, "CONSTRAINT_NONE", {none})), "") << "asked for by hand";
  EXPECT_EQ(Said(OfTheHost(1, "CONSTRAINT_NONE", {none})), "") << "there were some of 8 KiB";
  const std::string another = "Node 0 DMA32: 0*4kB 1*64kB (U) = 64kB";
  EXPECT_EQ(Said(OfTheHost(3, "CONSTRAINT_NONE", {none, another})), "") << "another zone had one";
  EXPECT_EQ(Said(OfTheHost(3, "CONSTRAINT_NONE", {"Node 0 Normal: 2*4kB (U) 0*32kB = 8kB"})), "")
      << "it was not for want of large pieces";
}

TEST(HostSwap, IsSaidAsTheKernelPrintedIt) {
  EXPECT_EQ(Said(OfTheHost(0, "CONSTRAINT_NONE", {"Free swap  = 0kB", "Total swap = 2097148kB"})),
            "swap: the host had 0 B of its 2 GiB of swap free [kernel/oom.log:4]\n");
  EXPECT_EQ(Said(OfTheHost(0, "CONSTRAINT_NONE", {"Free swap  = 0kB", "Total swap = 0kB"})), "");
}

TEST(Nodes, AreThoseThatItWasBoundTo) {
  EXPECT_EQ(Said(OfTheHost(0, "CONSTRAINT_CPUSET", {})),
            "nodes: bound to memory node 0-1 by its cpuset [kernel/oom.log:3]\n");
  EXPECT_EQ(Said(OfTheHost(0, "CONSTRAINT_MEMORY_POLICY", {})),
            "nodes: bound to memory node 0,2 by a memory policy [kernel/oom.log:3]\n");
  EXPECT_EQ(Said(OfTheHost(0, "CONSTRAINT_NONE", {})), "");
}

TEST(HugePages, ThatNobodyUsesAreSaid) {
  EXPECT_EQ(Said(OfTheHost(0, "CONSTRAINT_NONE",
                           {"Node 0 hugepages_total=512 hugepages_free=500 hugepages_surp=0 "
                            "hugepages_size=2048kB"})),
            "huge: 1000 MiB of huge pages were set aside and free: nothing else may use them "
            "[kernel/oom.log:3]\n");
  EXPECT_EQ(Said(OfTheHost(0, "CONSTRAINT_NONE",
                           {"Node 0 hugepages_total=18446744073709551615 "
                            "hugepages_free=18446744073709551615 hugepages_surp=0 "
                            "hugepages_size=2048kB"})),
            "")
      << "no machine has that many";
}

TEST(Circumstance, OfALimitIsNoneOfTheHosts) { EXPECT_EQ(Said(KillSingle()), ""); }

}  // namespace
}  // namespace headroom
