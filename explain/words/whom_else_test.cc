#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "explain/testing/cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

/// The texts of all statements with that label, a line each.
std::string Said(const EvidenceBuilder& builder, const std::string& label) {
  std::string text;
  for (const Statement& statement : Explain(builder.Build()).statements) {
    if (statement.label == label) text += statement.text + "\n";
  }
  return text;
}

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

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
  const std::string text = Said(builder, "largest");
  EXPECT_TRUE(
      Holds(text, "/box.slice/hog, 50 MiB 78 % (anonymous 48 MiB); this container had 40 MiB"))
      << text;
}

TEST(Largest, IsTheContainerWhereItHadMoreAlthoughWhatDiedIsGone) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.cgroups[0].current = Mebibytes(9);
  EvidenceBuilder builder = AncestorLimit();
  builder.Record(neighbours);
  EXPECT_TRUE(Holds(Said(builder, "largest"),
                    "this container, 40 MiB before the kill; next "
                    "/box.slice/hog, 9 MiB"))
      << Said(builder, "largest");
}

TEST(Largest, WithoutAFigureFromBeforeTheKillNobodyIsCompared) {
  EvidenceBuilder builder;
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(512)), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit(Mebibytes(64)), 1, 1)};
  Neighbours neighbours = Below("/box.slice");
  neighbours.cgroups.pop_back();
  builder.Record(incident).Record(neighbours);
  EXPECT_TRUE(Holds(Said(builder, "largest"), "what this container had before is not known"))
      << Said(builder, "largest");
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
  EXPECT_TRUE(Holds(Said(some, "largest"),
                    "after the kill; this container had at least 58.6 MiB before, and how much "
                    "more is not known"))
      << Said(some, "largest");
  neighbours.cgroups[1].current = Mebibytes(300);
  EvidenceBuilder left = OneOfSeveralDied(1024);
  left.Record(neighbours);
  EXPECT_TRUE(
      Holds(Said(left, "largest"), "this container, at least 300 MiB before the kill; next"))
      << Said(left, "largest");
}

TEST(Largest, WhoHasMoreThanHalfOfTheLimitIsTheLargestWhateverElseThereWas) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.cgroups[0].current = Mebibytes(100);
  EvidenceBuilder builder = OneOfSeveralDied(160);
  builder.Record(neighbours);
  EXPECT_TRUE(Holds(Said(builder, "largest"),
                    "after the kill; this container had at least 58.6 MiB before\n"))
      << Said(builder, "largest");
}

TEST(Largest, IsOfTheLevelThatWasMetOrNotSaid) {
  EvidenceBuilder other = AncestorLimit();
  other.Record(Below("/else.slice"));
  EXPECT_EQ(Said(other, "largest"), "");
  EvidenceBuilder own = KillSingle();
  own.Record(Below("/box.slice"));
  EXPECT_EQ(Said(own, "largest"), "");
  EvidenceBuilder damaged = AncestorLimit();
  damaged.File("neighbours.json", "{");
  EXPECT_EQ(Said(damaged, "largest"), "");
  EXPECT_TRUE(Holds(Said(damaged, "note"), "neighbours.json")) << Said(damaged, "note");
}

TEST(Largest, SaysThatSomeCouldNotBeLookedAt) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.truncated = true;
  EvidenceBuilder builder = AncestorLimit();
  builder.Record(neighbours);
  EXPECT_TRUE(Holds(Said(builder, "largest"), "(of those that could be looked at)"));
}

TEST(Neighbours, WithoutARecordOfThemOnlyWhatWasNotThisContainersIsSaid) {
  EXPECT_TRUE(Holds(Said(AncestorLimit(), "held by"),
                    "this container held 40 MiB of the limit; the rest, 24 MiB, was not this "
                    "container's at that moment"))
      << Said(AncestorLimit(), "held by");
  EXPECT_FALSE(Holds(Said(SiblingHolds(), "held by"), "the rest"));
  EvidenceBuilder of_a_job = AncestorLimit();
  Snapshot snapshot = TripwireSnapshot();
  snapshot.cgroup = std::string(kCgroup) + "/job";
  of_a_job.Record(snapshot);
  EXPECT_FALSE(Holds(Said(of_a_job, "held by"), "this container held"))
      << "what a job held is not what the container did";
}

TEST(Host, IsToldWithWhatWasFreeJustAfterTheKill) {
  EvidenceBuilder builder = HostOom();
  builder.Record(Below("host"));
  EXPECT_EQ(Said(builder, "host"), "12 MiB free, 51 MiB available just after the kill\n");
  EXPECT_EQ(Said(HostOom(), "host"), "");
}

TEST(Trigger, IsToldApartFromTheVictim) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.trigger = OomTrigger{.pid = 77, .comm = "hog\x1b", .cgroup = "/box.slice/hog"};
  EvidenceBuilder builder = AncestorLimit();
  builder.Record(neighbours);
  EXPECT_EQ(Said(builder, "trigger"),
            "asked for the last page: pid 77 hog\\x1b, in /box.slice/hog\n");
}

TEST(Trigger, OfWhomNothingCouldBeReadMayHaveBeenTheVictimsThread) {
  Neighbours neighbours = Below("/box.slice");
  neighbours.trigger = OomTrigger{.pid = 78, .comm = "eat", .cgroup = {}};
  EvidenceBuilder builder = AncestorLimit();
  builder.Record(neighbours);
  EXPECT_TRUE(Holds(Said(builder, "trigger"), "task 78 eat, which had ended"));
  neighbours.trigger->pid = kInit;
  EvidenceBuilder itself = AncestorLimit();
  itself.Record(neighbours);
  EXPECT_EQ(Said(itself, "trigger"), "the victim itself asked for the last page\n");
}

std::string WithInvoker(std::string log, int pid) {
  const std::size_t end = log.find('\n') + 1;
  return log.insert(end, "4,700,1000000000,-;CPU: 0 PID: " + std::to_string(pid) +
                             " Comm: eat Not tainted 6.1.0\n");
}

TEST(Trigger, AtTheContainersOwnLimitIsSaidOnlyWhereItIsAnotherProcess) {
  const auto said = [](int invoker) {
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident())
        .File("kernel/oom.log", WithInvoker(OomLog({}), invoker))
        .Record(Processes({Process(kInit, "eat", 9000), Process(77, "small", 200)}));
    return Said(builder, "trigger");
  };
  EXPECT_EQ(said(77), "asked for the last page: pid 77 eat\n");
  EXPECT_EQ(said(kInit), "");
  EXPECT_EQ(said(4444), "") << "a thread of whoever: nobody knows";
}

EvidenceBuilder WithOther(std::int64_t adjustment, std::uint64_t kb) {
  ProcessRow other = Process(77, "hog", kb);
  other.oom_score_adj = adjustment;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog({}))
      .Record(Processes({Process(kInit, "eat", 9000), other}));
  return builder;
}

TEST(Spared, WhoHeldMoreAndWasSparedByItsScoreIsNamedOnce) {
  const EvidenceBuilder builder = WithOther(-900, 50000);
  EXPECT_TRUE(Holds(Said(builder, "victim"),
                    "chosen although pid 77 hog, 48.8 MiB resident at the snapshot, held more: "
                    "that one has oom_score_adj -900"))
      << Said(builder, "victim");
  EXPECT_FALSE(Holds(Said(builder, "held by"), "pid 77 hog"));
}

TEST(Spared, WhoIsExemptIsSaidToBe) {
  EXPECT_TRUE(Holds(Said(WithOther(-1000, 50000), "victim"), "that one is exempt"));
}

TEST(Spared, IsNobodyWhoHeldNoMoreOrHadNoLowerScore) {
  EXPECT_FALSE(Holds(Said(WithOther(-900, 9001), "victim"), "chosen although"));
  EXPECT_FALSE(Holds(Said(WithOther(0, 50000), "victim"), "chosen although"));
  EXPECT_TRUE(Holds(Said(WithOther(0, 50000), "held by"), "pid 77 hog"));
}

/// Of the host's memory the kernel's table has every process of the machine.
TEST(Spared, IsReadFromTheKernelsTable) {
  std::string log = OomLog({});
  const std::size_t at = log.find("oom-kill:constraint");
  const std::size_t line = log.rfind('\n', at) + 1;
  log.insert(line,
             "6,700,1000000000,-;[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents "
             "oom_score_adj name\n"
             "6,700,1000000000,-;[   4321]     0  4321    22500    15001    40000        0        "
             "     0 eat\n"
             "6,700,1000000000,-;[    300]     0   300   225000   200000    40000        0        "
             " -1000 hog\n");
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", log);
  EXPECT_TRUE(Holds(Said(builder, "victim"),
                    "chosen although pid 300 hog, 781 MiB resident, held more: that one is exempt"))
      << Said(builder, "victim");
}

SharedPiece Piece(const char* kind, const char* name, Bytes bytes) {
  return {.kind = kind,
          .name = name,
          .inode = 7,
          .size = bytes,
          .allocated = bytes,
          .owners = {{.pid = 4321, .comm = "eat"}},
          .total_owners = 3};
}

EvidenceBuilder Sharing(const std::vector<SharedPiece>& pieces, std::uint64_t shmem = 64000000) {
  SharedMemory memory;
  memory.pieces = pieces;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("before/memory.stat", MemoryStatText(300000, shmem, 0))
      .Record(memory);
  return builder;
}

TEST(Shared, TheLargestHolderIsNamedWhicheverKindItIs) {
  const std::string text =
      Said(Sharing({Piece("memfd", "pool\n", Mebibytes(40)),
                    Piece("sysv", "0000002a", Mebibytes(9)), Piece("anonymous", "", Mebibytes(8))}),
           "held by");
  EXPECT_TRUE(Holds(text, "memfd pool\\x0a of pid 4321 eat and 2 others: 40 MiB 62 %")) << text;
  EXPECT_TRUE(Holds(text, "SysV segment 0x0000002a of pid 4321 eat")) << text;
  EXPECT_FALSE(Holds(text, "anonymous memory of")) << "the two largest are enough";
}

TEST(Shared, ADeletedFileIsNamedByWhoKeepsItOpen) {
  const std::string text = Said(Sharing({Piece("deleted", "/tmp/x", Mebibytes(40))}), "held by");
  EXPECT_TRUE(Holds(text, "the deleted file /tmp/x, still open in pid 4321 eat")) << text;
}

TEST(Shared, FilesOfAnyTmpfsAndManySmallOnesAreNamed) {
  ShmListing scratch{
      .mount_point = "/scratch",
      .size = Limit::Unlimited(),
      .used = Mebibytes(30),
      .files = {{.path = "/scratch/f", .bytes = Bytes{4096}, .allocated = Bytes{4096}}},
      .total_files = 7680};
  ShmListing tmp{
      .mount_point = "/tmp",
      .size = Limit::Unlimited(),
      .used = Mebibytes(20),
      .files = {{.path = "/tmp/big", .bytes = Mebibytes(20), .allocated = Mebibytes(20)}},
      .total_files = 1};
  TmpfsTable table;
  table.mounts = {scratch, tmp};
  EvidenceBuilder builder = Sharing({});
  builder.Record(table);
  const std::string text = Said(builder, "held by");
  EXPECT_TRUE(Holds(text, "7680 files on /scratch: 30 MiB 47 %")) << text;
  EXPECT_TRUE(Holds(text, "the file /tmp/big: 20 MiB 31 %")) << text;
}

/// A tmpfs or memfd may be charged to another cgroup.
TEST(Shared, WhatTheCgroupsOwnCounterContradictsIsNotSaid) {
  EXPECT_FALSE(Holds(Said(Sharing({Piece("memfd", "pool", Mebibytes(40))}, 1000000), "held by"),
                     "memfd pool"));
}

}  // namespace
}  // namespace headroom
