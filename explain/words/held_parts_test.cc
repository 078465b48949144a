#include <gtest/gtest.h>

#include <algorithm>

#include "explain/study/breakdowns.h"
#include "explain/study/top_said.h"
#include "explain/testing/cases.h"
#include "explain/verdict.h"
#include "explain/words/statements.h"

namespace headroom {
namespace {

using namespace testing_evidence;

std::string TextWith(const Verdict& verdict, std::string_view needle) {
  for (const Statement& statement : verdict.statements) {
    if (statement.text.find(needle) != std::string::npos) return statement.text;
  }
  return "";
}

const Statement* Labelled(const Verdict& verdict, std::string_view label) {
  const auto found = std::ranges::find(verdict.statements, label, &Statement::label);
  return found == verdict.statements.end() ? nullptr : &*found;
}

TEST(Breakdowns, AreThoseOfEveryCgroupThatWasRecorded) {
  const Evidence evidence =
      KillSingle()
          .File("before/memory.current", "62914560\n")
          .File("cgroup/memory.stat", MemoryStatText(1000, 0, 0))
          .File("cgroup/ancestors/00-box.slice/memory.stat", MemoryStatText(9000000, 0, 0))
          .File("cgroup/ancestors/00-box.slice/memory.current", "10000000\n")
          .Build();
  const auto all = FindBreakdowns(StudyCase(evidence));
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].moment, BreakdownMoment::kSnapshot);
  EXPECT_EQ(all[0].breakdown.current, Bytes{62914560});
  EXPECT_EQ(all[0].evidence, "before/memory.stat:1");
  EXPECT_EQ(all[1].moment, BreakdownMoment::kKill);
  EXPECT_TRUE(all[1].breakdown.current.has_value());
  EXPECT_EQ(all[2].moment, BreakdownMoment::kClosed);
  EXPECT_EQ(all[2].breakdown.current, std::nullopt);
  EXPECT_EQ(all[3].cgroup, "/box.slice");
  EXPECT_EQ(all[3].breakdown.total, Bytes{10048576}) << "the parts are more than what is charged";
}

TEST(Breakdowns, DamagedStatisticsAreNone) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("before/memory.stat", "anon x\n");
  builder.File("cgroup/memory.stat", "\xff\n");
  EXPECT_TRUE(FindBreakdowns(StudyCase(builder.Build())).empty());
}

TEST(HeldBy, SaysWhatNoFigureStatesWhereItIsMuch) {
  const Evidence little = KillSingle().File("before/memory.current", "62914560\n").Build();
  EXPECT_EQ(TextWith(Explain(little), "unaccounted"), "");
  const Evidence much = KillSingle().File("before/memory.current", "67000000\n").Build();
  EXPECT_EQ(TextWith(Explain(much), "unaccounted"),
            "unaccounted 4.7 MiB 7 %: pages that the kernel keeps ready for each processor, and "
            "statistics that lag");
}

/// Of 64 MiB, with `kinds` as the lines of memory.stat that tell which kernel memory it was.
Verdict FullOfKernelMemory(const std::string& kinds) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("before/memory.stat", "anon 1000000\nfile 0\nshmem 0\nslab_reclaimable 1000\n" + kinds);
  return Explain(builder.Build());
}

TEST(HeldBy, SaysWhichKernelMemoryFilledTheLimit) {
  const Verdict tables =
      FullOfKernelMemory("kernel 65000000\npagetables 60000000\nslab_unreclaimable 4000000\n");
  EXPECT_EQ(tables.cause, Cause::kLimitKernel);
  EXPECT_EQ(TextWith(tables, "of the kernel's:"),
            "of the kernel's: page tables 57.2 MiB 89 %, slab 3.8 MiB 6 %");
  EXPECT_TRUE(tables.advice_cure.at(0).starts_with("Page tables filled it"));

  const Verdict pipes = FullOfKernelMemory("kernel 65000000\npagetables 1000000\n");
  EXPECT_EQ(TextWith(pipes, "of the kernel's:"),
            "of the kernel's: memory that memory.stat does not name (pipes have such) 61 MiB 95 %");
  EXPECT_TRUE(pipes.advice_cure.at(0).ends_with("look first for pipes whose data nobody reads."));

  const Verdict sockets = FullOfKernelMemory("kernel 1000000\nsock 60000000\n");
  EXPECT_EQ(sockets.cause, Cause::kLimitKernel);
  EXPECT_EQ(TextWith(sockets, "of the kernel's:"),
            "of the kernel's: buffers of sockets 57.2 MiB 89 %");
}

/// It lies within `kernel` of memory.stat, and is what processes asked for, only smaller.
TEST(HeldBy, CompressedSwapIsNotTheKernels) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("before/memory.stat",
            "anon 18874368\nfile 0\nkernel 45088768\npagetables 1048576\nshmem 0\n"
            "zswap 42991616\nslab_reclaimable 1000\n");
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(verdict.cause, Cause::kLimitAnon);
  EXPECT_EQ(TextWith(verdict, "zswap"),
            "compressed swap (zswap) 41 MiB 64 %, anonymous 18 MiB 28 %, kernel 2 MiB 3 %");
  EXPECT_EQ(TextWith(verdict, "of the kernel's:"), "");
  EXPECT_EQ(verdict.held->zswap, Bytes{42991616});
  EXPECT_EQ(verdict.held->kernel, Bytes{2097152});
  const auto parsed = ParseVerdict(VerdictJson(verdict), "summary.json");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->held->zswap, Bytes{42991616});
  for (const std::string& line : verdict.advice) {
    EXPECT_EQ(line.find("filled it"), std::string::npos) << line;
  }
}

TEST(HeldBy, NoKindOfKernelMemoryIsBlamedThatIsNotHalfOfIt) {
  const Verdict verdict = FullOfKernelMemory(
      "kernel 65000000\npagetables 24000000\nslab_unreclaimable 20000000\npercpu 20000000\n");
  EXPECT_EQ(verdict.cause, Cause::kLimitKernel);
  EXPECT_TRUE(verdict.advice_cure.at(0).starts_with("Kernel memory filled it: many open files"))
      << verdict.advice_cure.at(0);
}

TEST(HeldBy, IsSilentAboutKindsOfKernelMemoryWhereItsSumIsNotStated) {
  const Verdict verdict = FullOfKernelMemory("pagetables 3000000\nslab_unreclaimable 60000000\n");
  EXPECT_EQ(verdict.cause, Cause::kLimitKernel);
  EXPECT_EQ(TextWith(verdict, "of the kernel's:"), "");
  EXPECT_TRUE(verdict.advice_cure.at(0).starts_with("Kernel memory filled it: many open files"));
}

TEST(TopSaid, ExplainsMemoryThatIsInNoProcess) {
  const Evidence evidence = ShmFills().File("before/memory.current", "65011712\n").Build();
  const Verdict verdict = Explain(evidence);
  const Statement* said = Labelled(verdict, "top said");
  ASSERT_NE(said, nullptr);
  EXPECT_EQ(
      said->text,
      "1.1 MiB in all processes, of 62 MiB charged: shared memory (60 MiB) counts too, mapped "
      "or not");
  EXPECT_EQ(said->evidence, "before/processes.json:2");
}

TEST(TopSaid, IsSilentWhereTheFiguresAgree) {
  const Evidence evidence = KillSingle().File("before/memory.current", "62914560\n").Build();
  EXPECT_EQ(Labelled(Explain(evidence), "top said"), nullptr);
}

TEST(TopSaid, IsSilentWithoutMemoryCurrent) {
  EXPECT_EQ(Labelled(Explain(ShmFills().Build()), "top said"), nullptr);
}

TEST(TopSaid, ExplainsPagesThatSeveralProcessesMap) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .Record(Processes({Process(kInit, "a", 60000), Process(4400, "a", 60000)}))
      .File("before/memory.stat", MemoryStatText(1000000, 61000000, 0))
      .File("before/memory.current", "63000000\n");
  const std::string text = TextWith(Explain(builder.Build()), "in all processes");
  EXPECT_EQ(text,
            "117 MiB in all processes, more than the 60.1 MiB charged: a page that several map "
            "counts for each");
}

TEST(TopSaid, KnowsWhatDockerLeavesOut) {
  EvidenceBuilder builder;
  builder.container().engine = "docker";
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("before/memory.stat",
            MemoryStatText(30000000, 0, 30000000) + "inactive_file 20971520\n")
      .File("before/memory.current", "62914560\n");
  EXPECT_EQ(
      TextWith(Explain(builder.Build()), "docker stats"),
      "40 MiB in `docker stats`, which leaves 20 MiB of inactive page cache out of the 60 MiB "
      "charged");
  builder.container().engine = "runc";
  EXPECT_EQ(TextWith(Explain(builder.Build()), "stats"), "");
}

TEST(TopSaid, NeedsAWholeTable) {
  ProcessTable table = Processes({Process(1, "a", 10), Process(2, "b", 20)});
  EXPECT_EQ(SumOfRss(table), Kibibytes(30));
  table.truncated = true;
  EXPECT_EQ(SumOfRss(table), std::nullopt);
  table.truncated = false;
  table.processes[0].rss = std::nullopt;
  EXPECT_EQ(SumOfRss(table), std::nullopt) << "absent is not zero";
  table.processes[0].state = "Z";
  EXPECT_EQ(SumOfRss(table), Kibibytes(20));
}

constexpr std::uint64_t kBase = 0x10000000;

/// A heap with these figures, in kB.
std::string HeapText(int rss, int private_dirty, int shared_dirty, std::string_view more = "") {
  return fmt::format(
      "{:08x}-{:08x} rw-p 00000000 00:00 0 [heap]\nRss: {} kB\nShared_Dirty: {} kB\n"
      "Private_Dirty: {} kB\n{}VmFlags: rd wr mr mw me ac \n",
      kBase, kBase + 0x8000000, rss, shared_dirty, private_dirty, more);
}

EvidenceBuilder TwoForked() {
  ProcessRow parent = Process(kInit, "redis", 30000);
  ProcessRow child = Process(4400, "redis", 30000);
  child.parent = kInit;
  child.id.start_ticks = 99760;  // 997.6 s; the snapshot is of 999.6 s
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .Record(Processes({parent, child}))
      .File("before/smaps/4321", HeapText(30000, 25000, 5000))
      .File("before/smaps/4400", HeapText(30000, 25000, 5000))
      .File("before/memory.stat", MemoryStatText(56000000, 0, 0))
      .File("kernel/oom.log", OomLog({}));
  return builder;
}

TEST(Shapes, TellAForkAndWhatItNoLongerShares) {
  EXPECT_EQ(
      TextWith(Explain(TwoForked().Build()), "forked"),
      "pid 4321 redis and its child 4400, forked 2.0 s before the snapshot: 48.8 MiB private to "
      "one of them (copied when written, or new since), 4.9 MiB still shared");
}

TEST(Shapes, DoNotRestOnAMapThatWasCut) {
  EvidenceBuilder builder;
  const Evidence whole = TwoForked().Build();
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("before/processes.json", *whole.File("before/processes.json"))
      .File("before/smaps/4321", *whole.File("before/smaps/4321"))
      .Partial("before/smaps/4400", *whole.File("before/smaps/4400"), "cut at the deadline");
  EXPECT_EQ(TextWith(Explain(builder.Build()), "forked"), "");
}

TEST(Shapes, TellManySmallProcesses) {
  std::vector<ProcessRow> rows;
  for (int i = 0; i < 20; ++i) {
    rows.push_back(Process(kInit + i, "worker", 3000));
    rows.back().rss_anon = Kibibytes(2900);
  }
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .Record(Processes(std::move(rows)))
      .File("before/memory.stat", MemoryStatText(60000000, 0, 0));
  EXPECT_EQ(TextWith(Explain(builder.Build()), "20 processes"),
            "20 processes named worker: 56.6 MiB of anonymous memory together, none more than 2.8 "
            "MiB");
}

EvidenceBuilder WithMap(std::string smaps) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("before/smaps/4321", std::move(smaps))
      .File("kernel/oom.log", OomLog({}));
  return builder;
}

TEST(Shapes, TellAddressSpaceThatWasOnlyReserved) {
  const std::string reserved = HeapText(50000, 50000, 0) +
                               "7f0000000000-7f0100000000 ---p 00000000 00:00 0 \nRss: 0 kB\n"
                               "VmFlags: mr mw me \n";
  EXPECT_EQ(TextWith(Explain(WithMap(reserved).Build()), "reserved"),
            "its address space of 4.1 GiB is mostly reserved, not used: 48.8 MiB were resident");
  EXPECT_EQ(TextWith(Explain(WithMap(HeapText(50000, 50000, 0)).Build()), "reserved"), "");
}

TEST(Shapes, TellLockedMemory) {
  EXPECT_EQ(
      TextWith(Explain(WithMap(HeapText(50000, 50000, 0, "Locked: 20480 kB\n")).Build()), "locked"),
      "20 MiB of it locked, so that it could neither be swapped nor dropped");
  EXPECT_EQ(
      TextWith(Explain(WithMap(HeapText(50000, 50000, 0, "Locked: 4 kB\n")).Build()), "locked"),
      "");
}

TEST(Mappings, TellHugePages) {
  const Evidence evidence = WithMap(HeapText(50000, 50000, 0, "AnonHugePages: 40960 kB\n")).Build();
  EXPECT_EQ(TextWith(Explain(evidence), "heap of eat"),
            "heap of eat: 48.8 MiB in 1 mapping, 40 MiB in huge pages");
}

TEST(Shapes, TellAHeapThatPolicyFoundTooLarge) {
  EvidenceBuilder builder = KillSingle();
  builder.container().findings = {{.rule = "runtime-heap-fits",
                                   .action = "warn",
                                   .fact = "the heap of java may grow to 512 MiB",
                                   .advice = "java -Xmx48m",
                                   .fix_outcome = ""}};
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(TextWith(verdict, "policy found"),
            "at its start policy found: the heap of java may grow to 512 MiB");
}

TEST(Figures, AreInTheVerdict) {
  const Verdict verdict = Explain(KillSingle().Build());
  ASSERT_EQ(verdict.breakdown.size(), 2U);
  EXPECT_EQ(verdict.breakdown[0].when, "snapshot");
  EXPECT_EQ(verdict.breakdown[1].when, "kill");
  ASSERT_TRUE(verdict.mappings.has_value());
  EXPECT_EQ(verdict.mappings->pid, kInit);
  EXPECT_EQ(verdict.mappings->total, 3U);
  EXPECT_EQ(verdict.mappings->groups[0].name, "heap");
}

TEST(Figures, OfNothingAreNone) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident());
  const Verdict verdict = Explain(builder.Build());
  EXPECT_TRUE(verdict.breakdown.empty());
  EXPECT_FALSE(verdict.mappings.has_value());
}

}  // namespace
}  // namespace headroom
