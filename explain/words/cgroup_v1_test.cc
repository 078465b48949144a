#include <gtest/gtest.h>

#include <string>

#include "explain/inputs/inputs.h"
#include "explain/testing/cases.h"
#include "explain/testing/said.h"
#include "explain/verdict.h"
#include "explain/words/engine_words.h"

namespace headroom {
namespace {

using namespace testing_evidence;

constexpr const char* kStat =
    "cache 0\nrss 0\nhierarchical_memory_limit 67108864\n"
    "total_cache 4096\ntotal_rss 60600000\ntotal_shmem 4096\n";

/// The kernel's report of a kill on v1: one line for each of its counters.
std::string LogOnV1(std::uint64_t usage_kb, std::uint64_t both_kb, std::uint64_t both_limit_kb) {
  std::string log = OomLog({});
  const std::string line = "memory: usage";
  const std::size_t begin = log.find(line);
  const std::size_t end = log.find('\n', begin);
  log.replace(
      begin, end - begin,
      fmt::format("memory: usage {}kB, limit 65536kB, failcnt 19\n"
                  "6,7010,1000000000,-;memory+swap: usage {}kB, limit {}kB, failcnt 3\n"
                  "6,7011,1000000000,-;kmem: usage 0kB, limit 9007199254740988kB, failcnt 0",
                  usage_kb, both_kb, both_limit_kb));
  return log;
}

/// A container that a supervisor watched on a host with v1, and what it recorded of its files.
EvidenceBuilder OnV1(const std::string& log) {
  Incident incident = OwnLimitIncident();
  incident.detected_by = "memory.oom_control";
  for (IncidentLevel& level : incident.levels) {
    level.events = {.max = 4, .oom_kill = 1};
    level.events_local = level.events;
  }
  Snapshot snapshot = TripwireSnapshot();
  snapshot.trigger = "threshold";
  snapshot.memory_high.reset();
  snapshot.held.reset();
  snapshot.lifted_by = "not held";
  EvidenceBuilder builder;
  builder.container().cgroup_version = CgroupVersion::kV1;
  builder.Record(incident)
      .Record(snapshot)
      .Record(Processes({Process(kInit, "eat", 60000)}))
      .File("before/memory.stat", kStat)
      .File("before/memory.usage_in_bytes", "62000000\n")
      .File("before/memory.kmem.usage_in_bytes", "1048576\n")
      .File("cgroup/memory.limit_in_bytes", "67108864\n")
      .File("cgroup/memory.memsw.limit_in_bytes", "67108864\n");
  if (!log.empty()) builder.File("kernel/oom.log", log);
  return builder;
}

TEST(CgroupV1, TheLimitIsCalledAsItIsCalledThere) {
  const EvidenceBuilder builder = OnV1(LogOnV1(65536, 65536, 65536));
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(verdict.cause, Cause::kLimitAnon);
  const std::string limit = Said(builder, "limit");
  EXPECT_TRUE(Holds(limit, "its own memory.limit_in_bytes, 64 MiB, no swap")) << limit;
}

TEST(CgroupV1, TheLimitOfMemoryAndSwapIsNamedWhereThatOneWasMet) {
  EvidenceBuilder builder = OnV1(LogOnV1(60000, 98304, 98304));
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(verdict.limit, Limit(Mebibytes(96)));
  const std::string limit = Said(builder, "limit");
  EXPECT_TRUE(Holds(limit, "its own memory.memsw.limit_in_bytes, 96 MiB of memory and swap"))
      << limit;
}

/// At memory's own limit the kernel would have swapped, had there been room for it.
TEST(CgroupV1, WhereBothWereMetItIsTheOneThatLeftNoMoreSwap) {
  const EvidenceBuilder builder = OnV1(LogOnV1(65536, 1114112, 1114112));
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(verdict.limit, Limit(Mebibytes(1088)));
  EXPECT_EQ(verdict.cause, Cause::kLimitAnon) << "what was swapped out is in no part";
  const std::string limit = Said(builder, "limit");
  EXPECT_TRUE(Holds(limit, "memory.memsw.limit_in_bytes")) << limit;
}

TEST(CgroupV1, SwapThatIsAsGoodAsFullIsFullAndHalfOfItIsNot) {
  EXPECT_TRUE(Holds(Said(OnV1(LogOnV1(65536, 98000, 98304)), "limit"), "memory.memsw."));
  EXPECT_TRUE(Holds(Said(OnV1(LogOnV1(65536, 80000, 98304)), "limit"), "memory.limit_in_bytes"));
  EXPECT_TRUE(Holds(Said(OnV1(LogOnV1(65536, 65536, 131072)), "limit"), "memory.limit_in_bytes"))
      << "a host without swap";
}

TEST(CgroupV1, WithoutALogTheSizeIsReadFromItsOwnFile) {
  const Evidence evidence = OnV1("").Build();
  EXPECT_EQ(LimitInFile(evidence, "cgroup/memory.max"), Limit(Mebibytes(64)));
  EXPECT_EQ(RecordedName(evidence, "cgroup/memory.max"), "cgroup/memory.limit_in_bytes");
  EXPECT_EQ(LimitInFile(evidence, "cgroup/memory.swap.max"), Limit(Bytes{0}));
  EXPECT_EQ(BytesInFile(evidence, "before/memory.current"), Bytes{62000000});
  EXPECT_EQ(LimitInFile(evidence, "cgroup/memory.high"), std::nullopt);
}

TEST(CgroupV1, AFileOfV2IsNeverTakenForOneOfV1) {
  EvidenceBuilder builder;
  builder.File("cgroup/memory.max", "max\n").File("cgroup/memory.limit_in_bytes", "5\n");
  const Evidence evidence = builder.Build();
  EXPECT_EQ(LimitInFile(evidence, "cgroup/memory.max"), Limit::Unlimited());
  EXPECT_EQ(RecordedName(evidence, "cgroup/memory.max"), "cgroup/memory.max");
  EXPECT_EQ(RecordedName(evidence, "before/memory.current"), "before/memory.current");
}

TEST(CgroupV1, WhatItHeldIsReadFromTheStatisticsOfV1) {
  const Evidence evidence = OnV1(LogOnV1(65536, 65536, 65536)).Build();
  const Inputs inputs = ReadInputs(evidence);
  ASSERT_TRUE(inputs.stat);
  EXPECT_EQ(inputs.stat->anon, Bytes{60600000});
  EXPECT_EQ(inputs.stat->kernel, Bytes{1048576});
  const std::string held = Said(OnV1(LogOnV1(65536, 65536, 65536)), "held by");
  EXPECT_TRUE(Holds(held, "anonymous 57.8 MiB")) << held;
}

TEST(CgroupV1, NothingThatIsSaidNamesAFileOfV2) {
  const std::string text = VerdictText(Explain(OnV1(LogOnV1(65536, 65536, 65536)).Build()));
  EXPECT_FALSE(Holds(text, "memory.max")) << text;
  EXPECT_FALSE(Holds(text, "memory.high")) << text;
  EXPECT_FALSE(Holds(text, "memory.events")) << text;
}

TEST(CgroupV1, TheAdviceIsOneThatTheHostTakes) {
  EXPECT_EQ(RaiseCgroupWords("/a.slice/b.service", Mebibytes(128), CgroupVersion::kV1),
            (std::vector<std::string>{"  systemctl set-property b.service MemoryLimit=128M"}));
  const auto words = RaiseCgroupWords("/plain/group", Mebibytes(128), CgroupVersion::kV1);
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0], "  echo 134217728 > /sys/fs/cgroup/memory/plain/group/memory.limit_in_bytes");
  Enrolment lxc;
  lxc.engine = "lxc";
  lxc.cgroup_version = CgroupVersion::kV1;
  EXPECT_EQ(RaiseLimitWords(lxc, Mebibytes(128), {}, true),
            (std::vector<std::string>{"  lxc.cgroup.memory.limit_in_bytes = 128M"}));
  EXPECT_EQ(RaiseLimitWords(lxc, Mebibytes(128), Limit(Mebibytes(32)), true),
            (std::vector<std::string>{"  lxc.cgroup.memory.limit_in_bytes = 128M",
                                      "  lxc.cgroup.memory.memsw.limit_in_bytes = 160M"}));
}

/// What is of memory alone leaves the limit that was met as it is, and may not be above it.
TEST(CgroupV1, ALimitOfMemoryAndSwapIsRaisedAsWell) {
  EvidenceBuilder unit = OnV1(LogOnV1(60000, 98304, 98304));
  unit.container().engine = "systemd";
  const auto now = Explain(unit.Build()).advice_now;
  ASSERT_GE(now.size(), 3U);
  EXPECT_TRUE(Holds(now[0], "twice the limit of memory alone (128 MiB)")) << now[0];
  EXPECT_EQ(now[1],
            "first write 167772160 into memory.memsw.limit_in_bytes of its cgroup, the limit that "
            "was met; then:");
}

TEST(CgroupV1, ALimitOfMemoryAndSwapAboveTheContainerIsNotTakenForOneOfMemory) {
  std::string log = LogOnV1(60000, 98304, 98304);
  const std::string own = fmt::format("oom_memcg={},", kCgroup);
  log.replace(log.find(own), own.size(), "oom_memcg=/box.slice,");
  const auto now = Explain(OnV1(log).Build()).advice_now;
  ASSERT_EQ(now.size(), 1U);
  EXPECT_EQ(now[0],
            "Raise memory.memsw.limit_in_bytes of /box.slice, for example to twice its size (192 "
            "MiB).");
}

}  // namespace
}  // namespace headroom
