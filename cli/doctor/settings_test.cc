#include "cli/doctor/settings.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

/// As Debian comes, with 4 GiB and swap.
HostSettings Usual() {
  HostSettings settings;
  settings.memory.memory_total = Mebibytes(4096);
  settings.memory.swap_total = Mebibytes(1024);
  settings.memory.hugetlb_total = Bytes{};
  settings.memory.dirty_ratio = 20;
  settings.panic_on_oom = 0;
  settings.oom_dump_tasks = 1;
  settings.oom_kill_allocating_task = 0;
  settings.overcommit_memory = 0;
  settings.swappiness = 60;
  settings.huge_pages = "madvise";
  settings.tmpfs =
      std::vector<HostTmpfs>{{.mount_point = "/run", .size = Limit(Mebibytes(400))},
                             {.mount_point = "/dev/shm", .size = Limit(Mebibytes(2048))}};
  return settings;
}

HostFinding Of(std::string_view topic, const HostSettings& settings) {
  const HostFindings findings = JudgeSettings(settings);
  const auto found = std::ranges::find(findings, topic, &HostFinding::topic);
  return found == findings.end() ? HostFinding{.topic = "absent"} : *found;
}

TEST(JudgeSettings, FindNothingInAUsualHost) {
  for (const HostFinding& finding : JudgeSettings(Usual())) {
    EXPECT_EQ(finding.health, Health::kGood) << finding.topic << ": " << finding.found;
    EXPECT_LE(finding.topic.size(), HostFinding::kLongestTopic) << finding.topic;
  }
  EXPECT_EQ(Of("vm.dirty_*", Usual()).found,
            "20 % of free memory, here at most 819 MiB, may wait to be written");
}

TEST(JudgeSettings, AHostThatPanicsForAContainerIsALackAndForItselfANote) {
  HostSettings settings = Usual();
  settings.panic_on_oom = 1;
  EXPECT_EQ(Of("vm.panic_on_oom", settings).health, Health::kNote);
  settings.panic_on_oom = 2;
  EXPECT_EQ(Of("vm.panic_on_oom", settings).health, Health::kLack);
  EXPECT_NE(Of("vm.panic_on_oom", settings).consequence.find("whole host"), std::string::npos);
}

TEST(JudgeSettings, EachThatIsUnusualHasAConsequence) {
  const auto note = [](std::string_view topic, const std::function<void(HostSettings&)>& change) {
    HostSettings settings = Usual();
    change(settings);
    const HostFinding finding = Of(topic, settings);
    EXPECT_EQ(finding.health, Health::kNote) << topic;
    EXPECT_FALSE(finding.consequence.empty()) << topic;
  };
  note("vm.oom_kill_allocating_task", [](HostSettings& s) { s.oom_kill_allocating_task = 1; });
  note("vm.oom_dump_tasks", [](HostSettings& s) { s.oom_dump_tasks = 0; });
  note("vm.overcommit_memory", [](HostSettings& s) { s.overcommit_memory = 1; });
  note("vm.overcommit_memory", [](HostSettings& s) { s.overcommit_memory = 2; });
  note("swap", [](HostSettings& s) { s.memory.swap_total = Bytes{}; });
  note("swap", [](HostSettings& s) { s.swappiness = 0; });
  note("huge page pool", [](HostSettings& s) { s.memory.hugetlb_total = Mebibytes(1024); });
  note("transparent huge pages", [](HostSettings& s) { s.huge_pages = "always"; });
  note("tmpfs of the host", [](HostSettings& s) {
    s.tmpfs->push_back({.mount_point = "/tmp", .size = Limit::Unlimited()});
  });
}

TEST(JudgeSettings, WhatCouldNotBeReadIsNotJudged) {
  const HostFindings findings = JudgeSettings({});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].topic, "swap");
  EXPECT_EQ(findings[0].health, Health::kUnknown);
}

TEST(ReadHostSettings, ReadsThemWhereTheKernelShowsThem) {
  const TemporaryDirectory dir;
  dir.Write("proc/meminfo", "MemTotal: 4096 kB\nSwapTotal: 0 kB\nHugetlb: 2048 kB\n");
  for (const char* name : {"panic_on_oom", "oom_dump_tasks", "oom_kill_allocating_task",
                           "overcommit_memory", "swappiness"}) {
    dir.Write(std::string("proc/sys/vm/") + name, "1\n");
  }
  dir.Write("thp", "always [madvise] never\n");
  dir.Write(fmt::format("proc/{}/mountinfo", getpid()),
            "1 0 0:20 / /run rw - tmpfs tmpfs rw,size=1024k\n"
            "2 0 0:20 / /run/again rw - tmpfs tmpfs rw,size=1024k\n"
            "3 0 0:21 / /tmp rw - tmpfs tmpfs rw\n"
            "4 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
  HostPlaces places;
  places.huge_pages = dir.path() + "/thp";
  const auto settings =
      ReadHostSettings({.proc = dir.path() + "/proc", .cgroup_root = dir.path()}, places);
  EXPECT_EQ(settings.panic_on_oom, 1U);
  EXPECT_EQ(settings.oom_dump_tasks, 1U);
  EXPECT_EQ(settings.oom_kill_allocating_task, 1U);
  EXPECT_EQ(settings.overcommit_memory, 1U);
  EXPECT_EQ(settings.swappiness, 1U);
  EXPECT_EQ(settings.huge_pages, "madvise");
  EXPECT_EQ(settings.memory.memory_total, Mebibytes(4));
  ASSERT_TRUE(settings.tmpfs);
  ASSERT_EQ(settings.tmpfs->size(), 2U) << "one for each file system";
  EXPECT_EQ((*settings.tmpfs)[0].size, Limit(Mebibytes(1)));
  EXPECT_EQ((*settings.tmpfs)[1].size, Limit(Mebibytes(2))) << "half of memory, where none is said";
}

}  // namespace
}  // namespace headroom
