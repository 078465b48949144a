#include "kernel/kmsg/oom_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

std::string Fixture(const std::string& name) {
  const std::string path = std::string(HEADROOM_SOURCE_DIR) + "/kernel/kmsg/testdata/" + name;
  return ReadFileAt(AT_FDCWD, path, 1U << 20U).value();
}

/// Builds raw records, one a millisecond.
class KernelLog {
 public:
  KernelLog& Say(const std::string& text, unsigned priority = 6) {
    time_ += 1000;
    raw_ += fmt::format("{},{},{},-;{}\n", priority, ++sequence_, time_, text);
    return *this;
  }
  KernelLog& Wait(std::chrono::microseconds time) {
    time_ += time.count();
    return *this;
  }
  KernelLog& Invoke(const std::string& comm = "init") {
    return Say(comm + " invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0", 4);
  }
  KernelLog& Place(const std::string& limit, const std::string& task) {
    return Say(
        "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
        "oom_memcg=" +
        limit + ",task_memcg=" + task + ",task=init,pid=1,uid=0");
  }
  KernelLog& Kill(int pid, const std::string& message = "Memory cgroup out of memory: ") {
    return Say(fmt::format("{}Killed process {} (x) total-vm:9kB, anon-rss:3kB, file-rss:2kB, "
                           "shmem-rss:1kB, UID:0 pgtables:4kB oom_score_adj:0",
                           message, pid),
               3);
  }
  KernelLog& Group(const std::string& path) {
    return Say("Tasks in " + path + " are going to be killed due to memory.oom.group set");
  }
  [[nodiscard]] const std::string& raw() const { return raw_; }
  [[nodiscard]] std::vector<OomEvent> Events() const { return ParseOomLog(raw_); }

 private:
  std::string raw_;
  std::int64_t time_ = 0;
  std::uint64_t sequence_ = 0;
};

TEST(OomLog, ReadsASingleKillOfLinux6Point1OnCgroupV1) {
  const auto events = ParseOomLog(Fixture("kmsg-6.1.192-v1-single.txt"));
  ASSERT_EQ(events.size(), 1U);
  const OomEvent& event = events[0];
  EXPECT_EQ(event.invoker_comm, "init");
  EXPECT_EQ(event.invoker_pid, 87);
  EXPECT_EQ(event.constraint, "CONSTRAINT_MEMCG");
  EXPECT_EQ(event.oom_memcg, "/lxc-7");
  EXPECT_EQ(event.usage, Mebibytes(32));
  EXPECT_EQ(event.limit, Mebibytes(32));
  EXPECT_EQ(event.first_sequence, 365U);
  EXPECT_FALSE(event.group_kill);
  ASSERT_EQ(event.tasks.size(), 1U);
  EXPECT_EQ(event.tasks[0].rss_pages, 8310U);
  ASSERT_EQ(event.victims.size(), 1U);
  EXPECT_EQ(event.victims[0].pid, 87);
  EXPECT_EQ(event.victims[0].sequence, 401U);
  EXPECT_EQ(event.victims[0].Rss(), Kibibytes(32752 + 488));
}

TEST(OomLog, ReadsASingleKillOfLinux6Point12) {
  const std::string text = Fixture("kmsg-6.12.117-v2-single.txt");
  const auto events = ParseOomLog(text);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].task_memcg, "/lxc/c-8");
  EXPECT_EQ(events[0].limit, Mebibytes(24));
  EXPECT_EQ(events[0].tasks.at(0).rss_pages, 6277U);
  EXPECT_EQ(events[0].victims.at(0).pid, 290);
  EXPECT_EQ(events[0].raw, text) << "every record of the block, stack and statistics too";
}

TEST(OomLog, ListsTheVictimsOfAGroupKillOnce) {
  for (const char* name : {"kmsg-6.1.192-v2-oomgroup.txt", "kmsg-6.12.117-v2-oomgroup.txt"}) {
    const std::string text = Fixture(name);
    const auto events = ParseOomLog(text);
    ASSERT_EQ(events.size(), 1U) << name;
    EXPECT_TRUE(events[0].group_kill);
    EXPECT_EQ(events[0].group_memcg, "/lxc/c-7");
    EXPECT_EQ(events[0].tasks.size(), 2U);
    ASSERT_EQ(events[0].victims.size(), 2U) << "one of them is logged twice";
    EXPECT_NE(events[0].victims[0].pid, events[0].victims[1].pid);
    EXPECT_EQ(events[0].victims[0].times + events[0].victims[1].times, 3U)
        << "the counter counts what is logged";
    EXPECT_EQ(events[0].raw, text);
  }
}

TEST(OomLog, ReadsSeveralEventsOneBehindTheOther) {
  std::string all;
  for (const char* name : {"kmsg-6.1.192-v1-single.txt", "kmsg-6.1.192-v2-oomgroup.txt",
                           "kmsg-6.12.117-v2-oomgroup.txt", "kmsg-6.12.117-v2-single.txt"}) {
    all += Fixture(name);
  }
  const auto events = ParseOomLog(all);
  ASSERT_EQ(events.size(), 4U);
  std::string raw;
  for (const OomEvent& event : events) raw += event.raw;
  EXPECT_EQ(raw, all);
}

TEST(OomLog, AKillWithoutItsRateLimitedHeadIsAnEventOfItsOwn) {
  const auto events = KernelLog().Kill(5).Kill(6).Events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].victims.at(0).pid, 5);
  EXPECT_EQ(events[0].invoker_comm, std::nullopt);
  EXPECT_FALSE(events[0].global);
  EXPECT_EQ(events[1].victims.at(0).pid, 6);
}

TEST(OomLog, AGroupKillWithoutItsHeadIsOneEvent) {
  const auto events = KernelLog().Kill(5).Group("/a").Kill(6).Kill(5).Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].group_kill);
  EXPECT_EQ(events[0].victims.size(), 2U);
}

TEST(OomLog, KillsFarBehindAGroupKillAreNotOfIt) {
  const auto events =
      KernelLog().Kill(5).Group("/a").Kill(6).Wait(std::chrono::seconds(3)).Kill(7).Events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].victims.size(), 2U);
  EXPECT_FALSE(events[1].group_kill);
}

TEST(OomLog, AnInvocationThatKillsNobodyIsNoEvent) {
  EXPECT_TRUE(KernelLog().Invoke().Say("memory: usage 1kB, limit 1kB, failcnt 1").Events().empty());
  const auto events = KernelLog().Invoke("first").Invoke("second").Kill(5).Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].invoker_comm, "second");
}

TEST(OomLog, AHeadFarBeforeAKillIsNotItsHead) {
  const auto events =
      KernelLog().Invoke().Place("/a", "/a").Wait(std::chrono::seconds(6)).Kill(5).Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].oom_memcg, std::nullopt);
}

TEST(OomLog, ANewSummaryBehindAKillBeginsANewEvent) {
  const auto events = KernelLog()
                          .Invoke()
                          .Place("/a", "/a")
                          .Kill(5)
                          .Place("/b", "/b")  // its first line was lost
                          .Kill(6)
                          .Events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].oom_memcg, "/a");
  EXPECT_EQ(events[1].oom_memcg, "/b");
  EXPECT_EQ(events[1].victims.at(0).pid, 6);
}

TEST(OomLog, NeverBelievesWhatAProcessWrote) {
  EXPECT_TRUE(KernelLog()
                  .Say("init invoked oom-killer: gfp_mask=0x0", 12)
                  .Say("Memory cgroup out of memory: Killed process 1 (x)", 11)
                  .Events()
                  .empty());
  const auto events = KernelLog()
                          .Invoke()
                          .Say("Memory cgroup out of memory: Killed process 666 (x)", 14)
                          .Kill(5)
                          .Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].victims.size(), 1U);
  EXPECT_EQ(events[0].raw.find("666"), std::string::npos);
}

TEST(OomLog, PassesOverForeignRecordsBehindTheKill) {
  const auto events = KernelLog()
                          .Invoke()
                          .Kill(5)
                          .Say("eth0: link up")
                          .Say("oom_reaper: reaped process 5 (x), now anon-rss:0kB")
                          .Say("oom_reaper: reaped process 9 (y), now anon-rss:0kB")
                          .Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].raw.find("eth0"), std::string::npos);
  EXPECT_NE(events[0].raw.find("reaped process 5"), std::string::npos);
  EXPECT_EQ(events[0].raw.find("reaped process 9"), std::string::npos);
}

TEST(OomLog, PutsASummaryInPiecesTogether) {
  const auto events = KernelLog()
                          .Invoke()
                          .Say("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null)")
                          .Say("eth0: link up")
                          .Say(",cpuset=/,mems_allowed=0")
                          .Say(",oom_memcg=/a,task_memcg=/a/b")
                          .Say(",task=x,pid=5,uid=0")
                          .Kill(5)
                          .Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].oom_memcg, "/a");
  EXPECT_EQ(events[0].task_memcg, "/a/b");
}

TEST(OomLog, PutsASummaryTogetherWhosePathHadNoRoomInTheRecordOfItsKey) {
  const auto events = KernelLog()
                          .Invoke()
                          .Say(
                              "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=a,"
                              "mems_allowed=0,oom_memcg=/a,task_memcg=")
                          .Say("/a/b,task=x,pid=5,uid=7")
                          .Kill(5)
                          .Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].oom_memcg, "/a");
  EXPECT_EQ(events[0].task_memcg, "/a/b");
  ASSERT_TRUE(events[0].chosen);
  EXPECT_EQ(events[0].chosen->pid, 5);
}

TEST(OomLog, KnowsAHostWideOom) {
  const auto events = KernelLog().Kill(5, "Out of memory: ").Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].global);
}

TEST(OomLog, ReadsTheReportsOfOldKernels) {
  const auto events =
      KernelLog()
          .Say("tool invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0", 4)
          .Say("Task in /lxc/a killed as a result of limit of /lxc")
          .Say("memory: usage 1024kB, limit 1024kB, failcnt 38")
          .Say("[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name")
          .Say("[   87]     0    87     8749      310      21        0             0 tool")
          .Say("Memory cgroup out of memory: Kill process 87 (tool) score 1 or sacrifice child", 3)
          .Say("Killed process 88 (kid) total-vm:9kB, anon-rss:3kB, file-rss:2kB", 3)
          .Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].oom_memcg, "/lxc");
  EXPECT_EQ(events[0].task_memcg, "/lxc/a");
  EXPECT_EQ(events[0].limit, Mebibytes(1));
  EXPECT_EQ(events[0].tasks.at(0).comm, "tool");
  ASSERT_EQ(events[0].victims.size(), 1U) << "the choice is not a kill";
  EXPECT_EQ(events[0].victims[0].comm, "kid");
  EXPECT_FALSE(events[0].global);
}

TEST(OomLog, TheChoiceTellsOldKernelsHostWideOom) {
  const auto events =
      KernelLog()
          .Say("Out of memory: Kill process 87 (tool) score 1 or sacrifice child", 3)
          .Say("Killed process 87 (tool) total-vm:9kB, anon-rss:3kB, file-rss:2kB", 3)
          .Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].global);
}

TEST(OomLog, KeepsTheKillOfAReportOfAnyLength) {
  KernelLog log;
  log.Invoke().Say("[  pid  ]   uid  tgid total_vm      rss name");
  for (int pid = 1; pid <= 10000; ++pid) log.Say(fmt::format("[{:7}] 0 {} 2 3 x", pid, pid));
  const auto events = log.Place("/a", "/a").Kill(5).Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].oom_memcg, "/a");
  EXPECT_EQ(events[0].victims.size(), 1U);
  EXPECT_EQ(events[0].tasks.size(), 4096U);
  EXPECT_LE(Split(events[0].raw, '\n').size(), 4096U);
  EXPECT_NE(events[0].raw.find("Killed process 5"), std::string::npos);
}

TEST(OomLogAssembler, LetsOneLookBeforeTheEnd) {
  OomLogAssembler assembler;
  EXPECT_EQ(assembler.pending(), nullptr);
  const std::string raw = KernelLog().Kill(5).raw();
  EXPECT_EQ(assembler.Add(ParseKmsgRecord(raw).value()), std::nullopt);
  ASSERT_NE(assembler.pending(), nullptr);
  EXPECT_EQ(assembler.pending()->victims.size(), 1U);
  EXPECT_TRUE(assembler.Flush().has_value());
  EXPECT_EQ(assembler.pending(), nullptr);
  EXPECT_EQ(assembler.Flush(), std::nullopt);
}

TEST(OomLogAssembler, IsCompleteWhenAnyRecordComesMuchLater) {
  OomLogAssembler assembler;
  KmsgRecord record = ParseKmsgRecord(KernelLog().Kill(5).raw()).value();
  EXPECT_EQ(assembler.Add(record), std::nullopt);
  record.text = "systemd[1]: Started something.";
  record.priority = 30;
  record.since_boot += std::chrono::seconds(1);
  EXPECT_EQ(assembler.Add(record), std::nullopt);
  record.since_boot += std::chrono::seconds(2);
  EXPECT_TRUE(assembler.Add(record).has_value());
}

/// What `before` says, a loss of records, then what `after` says.
std::vector<OomEvent> AroundALoss(const KernelLog& before, const KernelLog& after) {
  std::vector<OomEvent> events;
  OomLogAssembler assembler;
  const auto keep = [&](std::optional<OomEvent> event) {
    if (event) events.push_back(*std::move(event));
  };
  for (const std::string_view line : Split(before.raw(), '\n')) {
    if (const auto record = ParseKmsgRecord(line)) keep(assembler.Add(*record));
  }
  keep(assembler.OnLoss());
  for (const std::string_view line : Split(after.raw(), '\n')) {
    if (const auto record = ParseKmsgRecord(line)) keep(assembler.Add(*record));
  }
  keep(assembler.Flush());
  return events;
}

TEST(OomLogAssembler, ALossOfRecordsPutsNoKillUnderTheHeadOfAnother) {
  const auto events = AroundALoss(KernelLog().Invoke().Place("/a", "/a"), KernelLog().Kill(9));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].task_memcg, std::nullopt);
  EXPECT_EQ(events[0].victims.at(0).pid, 9);
}

TEST(OomLogAssembler, ALossOfRecordsMakesNoGroupOfTwoKills) {
  const auto events =
      AroundALoss(KernelLog().Place("/a", "/a").Kill(5), KernelLog().Group("/b").Kill(9));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_FALSE(events[0].group_kill);
  EXPECT_EQ(events[1].group_memcg, "/b");
}

TEST(OomLogAssembler, ALossOfRecordsEndsNoGroupKill) {
  const auto events =
      AroundALoss(KernelLog().Place("/a", "/a").Kill(5).Group("/a").Kill(5), KernelLog().Kill(6));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].victims.size(), 2U);
}

TEST(OomLog, ItsOwnRawTextSaysTheSameAgain) {
  for (const char* name : {"kmsg-6.1.192-v2-oomgroup.txt", "kmsg-6.12.117-v2-single.txt"}) {
    const auto events = ParseOomLog(Fixture(name));
    const auto again = ParseOomLog(events.at(0).raw);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].raw, events[0].raw);
    EXPECT_EQ(again[0].victims.size(), events[0].victims.size());
  }
}

TEST(OomLog, CuttingTheTextAtAnyByteInventsNoVictim) {
  const std::string text = Fixture("kmsg-6.1.192-v2-oomgroup.txt");
  for (std::size_t size = 0; size < text.size(); ++size) {
    for (const OomEvent& event : ParseOomLog(std::string_view(text).substr(0, size))) {
      for (const OomVictim& victim : event.victims) {
        ASSERT_TRUE(victim.pid == 232 || victim.pid == 233) << size;
      }
    }
  }
}

TEST(OomLog, RandomBytesDoNoHarm) {
  std::mt19937_64 random(2);  // NOLINT(cert-msc51-cpp): the same bytes every time
  const std::string text = Fixture("kmsg-6.12.117-v2-oomgroup.txt");
  for (int round = 0; round < 200; ++round) {
    std::string broken = text;
    for (int i = 0; i < 40; ++i) broken[random() % broken.size()] = static_cast<char>(random());
    for (const OomEvent& event : ParseOomLog(broken)) EXPECT_FALSE(event.victims.empty());
  }
}

}  // namespace
}  // namespace headroom
