#include "kernel/cgroup/memory_v1.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "base/text.h"
#include "kernel/cgroup/memory_stat.h"
#include "kernel/cgroup/memory_stat_v1.h"

namespace headroom {
namespace {

/// A cgroup of v1's memory hierarchy, as Linux 6.1 has it with swap accounting.
class MemoryV1Test : public ::testing::Test {
 protected:
  MemoryV1Test() { AddCgroup("a", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"); }

  void AddCgroup(const std::string& path, const std::string& oom_control) {
    const std::string folder = path + "/";
    tree_.Write(folder + "tasks", "");
    tree_.Write(folder + "cgroup.procs", "");
    tree_.Write(folder + "memory.oom_control", oom_control);
    tree_.Write(folder + "memory.usage_in_bytes", "60000000\n");
    tree_.Write(folder + "memory.limit_in_bytes", "67108864\n");
    tree_.Write(folder + "memory.failcnt", "12\n");
    tree_.Write(folder + "memory.memsw.usage_in_bytes", "61000000\n");
    tree_.Write(folder + "memory.memsw.limit_in_bytes", "100663296\n");
    tree_.Write(folder + "memory.memsw.failcnt", "5\n");
  }
  void Remove(const std::string& file) const { (void)remove((tree_.path() + "/" + file).c_str()); }
  [[nodiscard]] CgroupDir Open(const std::string& path = "/a") const {
    return CgroupDir::Open({.proc = "", .cgroup_root = tree_.path()}, path).value();
  }

  TemporaryDirectory tree_;
};

TEST(OomControl, ReadsWhatTheKernelPrints) {
  const auto control = ParseOomControl("oom_kill_disable 1\nunder_oom 0\noom_kill 7\n");
  EXPECT_EQ(control, (OomControl{.kill_disabled = true, .under_oom = false, .oom_kill = 7}));
}

TEST(OomControl, BeforeLinux413NoKillsAreCounted) {
  const auto control = ParseOomControl("oom_kill_disable 0\nunder_oom 1\n");
  EXPECT_EQ(control->oom_kill, std::nullopt) << "which is not none";
  EXPECT_EQ(control->under_oom, true);
}

TEST(OomControl, WhatIsNoNumberIsMalformed) {
  EXPECT_EQ(ParseOomControl("oom_kill x\n").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(ParseOomControl("oom_kill 1\noom_kill 1\n").error().where, "memory.oom_control:2");
}

TEST(LimitV1, ANumberBeyondAllPagesIsNone) {
  EXPECT_EQ(ParseLimitV1("67108864\n"), Limit(Mebibytes(64)));
  EXPECT_EQ(ParseLimitV1("0"), Limit(Bytes{0}));
  EXPECT_EQ(ParseLimitV1("9223372036854771712\n"), Limit::Unlimited()) << "pages of 4 KiB";
  EXPECT_EQ(ParseLimitV1("9223372036854710272\n"), Limit::Unlimited()) << "pages of 64 KiB";
  EXPECT_EQ(ParseLimitV1("18446744073709551615\n"), Limit::Unlimited()) << "Linux 3.10";
  EXPECT_EQ(ParseLimitV1("4611686018427387904\n"), Limit(Bytes{std::uint64_t{1} << 62U}));
  EXPECT_FALSE(ParseLimitV1("max\n"));
  EXPECT_FALSE(ParseLimitV1(""));
}

TEST_F(MemoryV1Test, TheReadersOfV2TakeWhatSaysTheSame) {
  const CgroupDir cgroup = Open();
  EXPECT_TRUE(IsMemoryV1(cgroup));
  EXPECT_TRUE(cgroup.IsAlive());
  const auto events = ReadMemoryEvents(cgroup, EventScope::kLocal);
  EXPECT_EQ(events, (MemoryEvents{.max = 17, .oom_kill = 3})) << "either limit was met";
  EXPECT_EQ(ReadMemoryLimits(cgroup),
            (MemoryLimits{.max = Limit(Mebibytes(64)), .swap_max = Limit(Mebibytes(32))}));
  EXPECT_EQ(ReadBytes(cgroup, "memory.current"), Bytes{60000000});
  EXPECT_EQ(ReadBytes(cgroup, "memory.swap.current"), Bytes{1000000});
  EXPECT_EQ(ReadBytes(cgroup, "memory.peak").error().code, ErrorCode::kNotFound);
}

TEST_F(MemoryV1Test, WithoutSwapAccountingNothingIsSaidOfSwap) {
  for (const char* file : {"usage_in_bytes", "limit_in_bytes", "failcnt"}) {
    Remove(std::string("a/memory.memsw.") + file);
  }
  EXPECT_EQ(ReadMemoryLimits(Open())->swap_max, std::nullopt);
  EXPECT_FALSE(ReadBytes(Open(), "memory.swap.current"));
  EXPECT_EQ(ReadMemoryEvents(Open(), EventScope::kLocal)->max, 12U);
}

TEST_F(MemoryV1Test, WithoutALimitOfBothSwapHasNone) {
  tree_.Write("a/memory.memsw.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(ReadMemoryLimits(Open())->swap_max, Limit::Unlimited());
  tree_.Write("a/memory.memsw.limit_in_bytes", "67108864\n");
  EXPECT_EQ(ReadMemoryLimits(Open())->swap_max, Limit(Bytes{0})) << "both are the same";
}

TEST_F(MemoryV1Test, TheCountOfTheSubtreeHasThoseBelow) {
  AddCgroup("a/b", "oom_kill 4\n");
  AddCgroup("a/b/c", "oom_kill 100\n");
  AddCgroup("a/old", "oom_kill_disable 0\nunder_oom 0\n");
  EXPECT_EQ(ReadMemoryEvents(Open(), EventScope::kSubtree)->oom_kill, 107U);
  EXPECT_EQ(ReadMemoryEvents(Open(), EventScope::kLocal)->oom_kill, 3U);
  tree_.Write("a/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");
  EXPECT_EQ(ReadMemoryEvents(Open(), EventScope::kSubtree)->oom_kill, std::nullopt);
}

TEST_F(MemoryV1Test, MoreBelowThanAreLookedAtHaveNoCount) {
  for (int i = 0; i < 64; ++i) AddCgroup("a/" + std::to_string(i), "oom_kill 1\n");
  EXPECT_EQ(ReadMemoryEvents(Open(), EventScope::kSubtree)->oom_kill, 67U);
  AddCgroup("a/64", "oom_kill 1\n");
  EXPECT_EQ(ReadMemoryEvents(Open(), EventScope::kSubtree)->oom_kill, std::nullopt);
  EXPECT_EQ(ReadMemoryEvents(Open(), EventScope::kLocal)->oom_kill, 3U);
}

TEST_F(MemoryV1Test, StatisticsAreNamedAsOnV2) {
  tree_.Write(
      "a/memory.stat",
      "cache 1\nrss 2\nshmem 3\ninactive_anon 4\nhierarchical_memory_limit 67108864\n"
      "total_cache 5000\ntotal_rss 40000\ntotal_shmem 3000\ntotal_mapped_file 60\n"
      "total_dirty 70\ntotal_writeback 80\ntotal_inactive_anon 90\ntotal_active_anon 39000\n"
      "total_inactive_file 11\ntotal_unevictable 12\ntotal_pgmajfault 13\n");
  tree_.Write("a/memory.kmem.usage_in_bytes", "2000\n");
  const auto stat = ReadMemoryStat(Open());
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->anon, Bytes{40000});
  EXPECT_EQ(stat->file, Bytes{5000});
  EXPECT_EQ(stat->shmem, Bytes{3000}) << "of the hierarchy, not of this cgroup alone";
  EXPECT_EQ(stat->kernel, Bytes{2000});
  EXPECT_EQ(stat->inactive_file, Bytes{11});
  EXPECT_EQ(stat->pgmajfault, 13U);
  EXPECT_EQ(stat->slab_reclaimable, std::nullopt);
  EXPECT_EQ(Unreclaimable(*stat, Bytes{}), Bytes{40000 + 3000 + 2000});
}

TEST(MemoryStatOfAny, TellsTheVersionsApart) {
  EXPECT_FALSE(IsMemoryStatV1("anon 1\nfile 2\n"));
  EXPECT_TRUE(IsMemoryStatV1("total_rss 1\n"));
  EXPECT_FALSE(IsMemoryStatV1("not_total_rss 1\n"));
  EXPECT_EQ(ParseMemoryStatOfAny("anon 7\n")->anon, Bytes{7});
  EXPECT_EQ(ParseMemoryStatOfAny("rss 1\ntotal_rss 7\n")->anon, Bytes{7});
  EXPECT_EQ(ParseMemoryStatOfAny("total_rss x\n").error().code, ErrorCode::kMalformed);
}

TEST_F(MemoryV1Test, ARegistrationNamesTheEventTheFileAndTheThreshold) {
  tree_.Write("a/cgroup.event_control", "");
  const auto event = RegisterEventV1(Open(), "memory.usage_in_bytes", Bytes{60397977});
  ASSERT_TRUE(event) << event.error().Message();
  const std::string text =
      ReadFileAt(AT_FDCWD, tree_.path() + "/a/cgroup.event_control", 4096).value_or("");
  const auto words = Split(text, ' ');
  ASSERT_EQ(words.size(), 3U) << text;
  EXPECT_EQ(words[0], std::to_string(event->get()));
  EXPECT_EQ(words[2], "60397977");
}

TEST_F(MemoryV1Test, OnV2ThereIsNothingToRegister) {
  tree_.Write("two/cgroup.controllers", "memory\n");
  EXPECT_FALSE(IsMemoryV1(Open("/two")));
  EXPECT_EQ(RegisterEventV1(Open("/two"), "memory.oom_control", {}).error().code,
            ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
