#include "kernel/kmsg/oom_lines.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace headroom {
namespace {

constexpr const char* kFigures =
    " total-vm:116916kB, anon-rss:40992kB, file-rss:0kB, shmem-rss:548kB, UID:7 pgtables:128kB "
    "oom_score_adj:-17";

TEST(KilledLine, ReadsTheFiguresOfNewKernels) {
  const auto line = ParseKilledLine(
      std::string("Memory cgroup out of memory: Killed process 233 (init)") + kFigures);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->scope, OomScope::kMemcg);
  EXPECT_EQ(line->victim.pid, 233);
  EXPECT_EQ(line->victim.comm, "init");
  EXPECT_EQ(line->victim.total_vm, Kibibytes(116916));
  EXPECT_EQ(line->victim.Rss(), Kibibytes(40992 + 548));
  EXPECT_EQ(line->victim.pgtables, Kibibytes(128));
  EXPECT_EQ(line->victim.uid, 7U);
  EXPECT_EQ(line->victim.oom_score_adj, -17);
}

TEST(KilledLine, ReadsTheSpellingsOfOldKernels) {
  const auto v4_4 =
      ParseKilledLine("Killed process 12 (a) total-vm:1kB, anon-rss:2kB, file-rss:3kB").value();
  EXPECT_EQ(v4_4.scope, OomScope::kUnstated);
  EXPECT_EQ(v4_4.victim.file_rss, Kibibytes(3));
  EXPECT_EQ(v4_4.victim.Rss(), std::nullopt) << "shmem is not stated, which is not zero";
  const auto v2_6_36 =
      ParseKilledLine("Killed process 12 (a) vsz:1kB, anon-rss:2kB, file-rss:3kB").value();
  EXPECT_EQ(v2_6_36.victim.total_vm, Kibibytes(1));
  const auto v2_6_32 = ParseKilledLine("Killed process 12 (a b)").value();
  EXPECT_EQ(v2_6_32.victim.comm, "a b");
  EXPECT_EQ(v2_6_32.victim.anon_rss, std::nullopt);
}

TEST(KilledLine, ReadsTheSpellingsOfRedHat) {
  const auto el6 = ParseKilledLine(
      "Killed process 9917, UID 48, (httpd) total-vm:9kB, anon-rss:8kB, file-rss:1kB");
  const auto el7 = ParseKilledLine(
      "Killed process 9917 (a), UID 7, total-vm:1kB), UID 48, total-vm:9kB, anon-rss:8kB, "
      "file-rss:0kB, shmem-rss:0kB");
  ASSERT_TRUE(el6 && el7);
  EXPECT_EQ(el6->victim.comm, "httpd");
  EXPECT_EQ(el7->victim.comm, "a), UID 7, total-vm:1kB");
  for (const auto& line : {*el6, *el7}) {
    EXPECT_EQ(line.victim.pid, 9917);
    EXPECT_EQ(line.victim.uid, 48U);
    EXPECT_EQ(line.victim.total_vm, Kibibytes(9));
  }
  EXPECT_EQ(ParseKilledLine("Killed process 9917, UID x, (httpd) total-vm:9kB"), std::nullopt);
}

TEST(KilledLine, KnowsWhichMemoryRanOut) {
  EXPECT_EQ(ParseKilledLine("Out of memory: Killed process 1 (a)")->scope, OomScope::kGlobal);
  EXPECT_EQ(
      ParseKilledLine("Out of memory (oom_kill_allocating_task): Killed process 1 (a)")->scope,
      OomScope::kGlobal);
}

TEST(KilledLine, SplitsHostileNamesFromTheRight) {
  for (const std::string comm : {") total-vm:9kB", "a, pid=1", "(((", ")", "", "x\ny", "UID:0 a"}) {
    const auto line = ParseKilledLine("Out of memory: Killed process 5 (" + comm + ")" + kFigures);
    ASSERT_TRUE(line.has_value()) << comm;
    EXPECT_EQ(line->victim.comm, comm);
    EXPECT_EQ(line->victim.total_vm, Kibibytes(116916)) << comm;
    EXPECT_EQ(line->victim.uid, 7U) << comm;
  }
}

TEST(KilledLine, IsAnchoredAtTheStart) {
  for (const char* text :
       {"x: Killed process 1 (a)", " Killed process 1 (a)",
        "traps: Out of memory: Killed process 1 (a)", "Killed process (a)", "Killed process 1 a",
        "Killed process 1 (a", "killed process 1 (a)", "Killed process 99999999999 (a)", ""}) {
    EXPECT_FALSE(ParseKilledLine(text).has_value()) << text;
  }
}

TEST(KilledLine, ABrokenFigureIsAbsent) {
  const auto line = ParseKilledLine(
      "Killed process 1 (a) total-vm:xkB, anon-rss:99999999999999999999kB, file-rss:3, UID:-1");
  EXPECT_EQ(line->victim.total_vm, std::nullopt);
  EXPECT_EQ(line->victim.anon_rss, std::nullopt);
  EXPECT_EQ(line->victim.file_rss, std::nullopt);
  EXPECT_EQ(line->victim.uid, std::nullopt);
}

TEST(KilledLine, IsOfAProcessThatThereIs) {
  EXPECT_FALSE(ParseKilledLine("Killed process 0 (eat) total-vm:1kB, anon-rss:1kB"));
  EXPECT_FALSE(ParseSkippedLine("OOM victim 0 (x) is already exiting. Skip killing the task"));
  EXPECT_FALSE(ParseReapedLine("oom_reaper: reaped process 0 (x), now anon-rss:0kB"));
  const auto columns = ParseTaskHeader("[ pid ]   uid  tgid total_vm      rss name");
  ASSERT_TRUE(columns);
  EXPECT_TRUE(ParseTaskRow("[   87]     0    87    10578     7808 eat", *columns));
  EXPECT_FALSE(ParseTaskRow("[    0]     0    87    10578     7808 eat", *columns));
  EXPECT_FALSE(ParseTaskRow("[   -3]     0    87    10578     7808 eat", *columns));
}

TEST(ChosenLine, IsNoKill) {
  const char* text = "Memory cgroup out of memory: Kill process 12 (a) score 9 or sacrifice child";
  EXPECT_EQ(ParseChosenLine(text), OomScope::kMemcg);
  EXPECT_FALSE(ParseKilledLine(text).has_value());
  EXPECT_EQ(ParseChosenLine("Out of memory: kill process 12 (a) score 9 or a child"),
            OomScope::kGlobal);
  EXPECT_EQ(ParseChosenLine("Kill process 12 (a) sharing same memory"), std::nullopt);
}

std::optional<std::string> InvokerOf(std::string_view text) {
  const auto line = ParseInvokedLine(text);
  return line ? std::optional(line->comm) : std::nullopt;
}

TEST(InvokedLine, GivesTheNameOfWhoAsked) {
  EXPECT_EQ(InvokerOf("init invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0"), "init");
  EXPECT_EQ(InvokerOf("a b: (c) invoked oom-killer: gfp_mask=0x0"), "a b: (c)");
  EXPECT_EQ(InvokerOf("audit: name=\"x y invoked oom-killer: gfp_mask=0x0"), std::nullopt)
      << "no process has so long a name";
  EXPECT_EQ(InvokerOf("init invoked oom-killer"), std::nullopt);
}

TEST(InvokedLine, CountsAnEscapedByteOfDmesgAsOne) {
  std::string name;
  for (int i = 0; i < 15; ++i) name += "\\x7f";
  const std::string rest = " invoked oom-killer: gfp_mask=0x0";
  EXPECT_EQ(InvokerOf(name + rest), name);
  EXPECT_EQ(InvokerOf(name + "a" + rest), std::nullopt);
  EXPECT_EQ(InvokerOf("\\x7g\\x0\\xab\\x01ab" + rest), "\\x7g\\x0\\xab\\x01ab");
  EXPECT_EQ(InvokerOf("\\x7g\\x0\\xab\\x01abcdefg" + rest), std::nullopt);
}

TEST(InvokedLine, IsNotMadeOfTheNameOfACgroup) {
  const char* line =
      "Tasks in /a invoked oom-killer: gfp_mask=0 are going to be killed due to memory.oom.group "
      "set";
  EXPECT_FALSE(ParseInvokedLine(line));
  EXPECT_EQ(ParseGroupLine(line), "/a invoked oom-killer: gfp_mask=0");
  const char* old =
      "Task in /a invoked oom-killer: gfp_mask=0 killed as a result of limit of /docker";
  EXPECT_FALSE(ParseInvokedLine(old));
  EXPECT_EQ(ParsePlaceLine(old)->oom_memcg, "/docker");
}

TEST(InvokedLine, IsThatOfAProcessThatIsCalledAsAnotherLineBegins) {
  const char* line = "Task in /a invoked oom-killer: gfp_mask=0x140cca(GFP_USER), order=0";
  EXPECT_EQ(InvokerOf(line), "Task in /a");
  EXPECT_FALSE(ParsePlaceLine(line));
}

TEST(InvokedLine, GivesWhatWasAskedForInTheSpellingsOfAllKernels) {
  const auto v6 = ParseInvokedLine(
      "a invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=2, "
      "oom_score_adj=-5");
  EXPECT_EQ(v6->gfp_mask, "0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP)");
  EXPECT_EQ(v6->order, 2);
  const auto v4_14 = ParseInvokedLine(
      "a invoked oom-killer: gfp_mask=0x14000c0(GFP_KERNEL), nodemask=(null),  order=0, "
      "oom_score_adj=0");
  EXPECT_EQ(v4_14->gfp_mask, "0x14000c0(GFP_KERNEL)");
  EXPECT_EQ(v4_14->order, 0);
  const auto v2_6_32 =
      ParseInvokedLine("a invoked oom-killer: gfp_mask=0x201da, order=0, oom_adj=0");
  EXPECT_EQ(v2_6_32->gfp_mask, "0x201da");
  EXPECT_EQ(
      ParseInvokedLine("a invoked oom-killer: gfp_mask=0x0, order=-1, oom_score_adj=0")->order, -1);
  EXPECT_EQ(ParseInvokedLine("a invoked oom-killer: gfp_mask=0xd0, ord")->order, std::nullopt);
}

TEST(InvokerPid, StandsBeforeTheNameWhichCannotPretendToBeIt) {
  EXPECT_EQ(ParseInvokerPid("CPU: 0 PID: 87 Comm: init Not tainted 6.1.0 #1"), 87);
  EXPECT_EQ(ParseInvokerPid("CPU: 3 UID: 0 PID: 8 Comm: PID: 9 Not tainted 6.12.3 #1"), 8);
  for (const char* line : {"", "CPU: 0", "CPU: 0 Comm: PID: 9 Not tainted",
                           "CPU: 0 PID:", "CPU: 0 PID: x Comm: y", "CPU: 0 PID: 0 Comm: swapper/0",
                           "CPU: 0 PID: 99999999999 Comm: y", "Pid: 9, comm: java Not tainted"}) {
    EXPECT_EQ(ParseInvokerPid(line), std::nullopt) << line;
  }
}

TEST(ReleaseLine, IsReadFromTheRightAsTheNameOfAProcessStandsBeforeIt) {
  for (const auto& [line, release] : std::initializer_list<std::pair<const char*, const char*>>{
           {"CPU: 0 PID: 87 Comm: init Not tainted 6.1.0-56-cloud-amd64 #1  Debian 6.1.192-2",
            "6.1.0-56-cloud-amd64"},
           {"CPU: 0 UID: 0 PID: 8 Comm: x Not tainted 6.12.3 #1 PREEMPT", "6.12.3"},
           {"CPU: 1 PID: 9 Comm: Not tainted 9.9 Tainted: G        W  OE     5.4.0-1-amd64 #1",
            "5.4.0-1-amd64"},
           {"Pid: 9, comm: java Not tainted 2.6.32-431.el6.x86_64 #1 Vendor Box",
            "2.6.32-431.el6.x86_64"}}) {
    EXPECT_EQ(ParseReleaseLine(line), release);
  }
  for (const char* line : {"CPU: 0 PID: 87 Comm: init", "CPU: 0 Not tainted ",
                           "Tainted: G 5.4.0 #1", "x CPU: 0 Not tainted 5.4.0", ""}) {
    EXPECT_EQ(ParseReleaseLine(line), std::nullopt) << line;
  }
}

TEST(SkippedLine, NamesWhomTheKernelFoundExiting) {
  EXPECT_EQ(ParseSkippedLine("Memory cgroup out of memory: OOM victim 12 (a b) is already exiting. "
                             "Skip killing the task"),
            12);
  EXPECT_EQ(ParseSkippedLine("Out of memory: Killed process 12 (a)"), std::nullopt);
}

OomPlace PlaceOf(const std::string& rest) {
  return ParsePlaceLine("oom-kill:constraint=" + rest).value();
}
constexpr const char* kMemcgHead = "CONSTRAINT_MEMCG,nodemask=(null),cpuset=c,mems_allowed=0-1,3";

TEST(PlaceLine, TellsWhereTheLimitIsAndWhereTheVictim) {
  const auto place =
      PlaceOf(std::string(kMemcgHead) + ",oom_memcg=/a,task_memcg=/a/b,task=init,pid=233,uid=0");
  EXPECT_TRUE(place.complete);
  EXPECT_EQ(place.constraint, "CONSTRAINT_MEMCG");
  EXPECT_EQ(place.oom_memcg, "/a");
  EXPECT_EQ(place.task_memcg, "/a/b");
  EXPECT_FALSE(place.global);
}

TEST(PlaceLine, TellsWhomTheKernelChose) {
  const auto place =
      PlaceOf(std::string(kMemcgHead) + ",oom_memcg=/a,task_memcg=/a/b,task=a,pid=1,pid=233,uid=7");
  ASSERT_TRUE(place.task);
  EXPECT_EQ(place.task->pid, 233);
  EXPECT_EQ(place.task->comm, "a,pid=1");
  EXPECT_EQ(place.task->uid, 7U);
}

TEST(PlaceLine, TellsAHostWideOom) {
  const auto place = PlaceOf(
      "CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/a/b,"
      "task=x,pid=5,uid=0");
  EXPECT_TRUE(place.global);
  EXPECT_EQ(place.oom_memcg, std::nullopt);
  EXPECT_EQ(place.task_memcg, "/a/b");
}

TEST(PlaceLine, IsNotDeceivedByTheNameOfAProcess) {
  for (const std::string comm : {"a,pid=1,uid=0", "a,task=b", ",pid=9", "a b)", ""}) {
    const auto place = PlaceOf(std::string(kMemcgHead) +
                               ",oom_memcg=/a,task_memcg=/a/b,task=" + comm + ",pid=233,uid=0");
    EXPECT_TRUE(place.complete) << comm;
    EXPECT_EQ(place.task_memcg, "/a/b") << comm;
  }
}

TEST(PlaceLine, CountsAnEscapedByteOfDmesgAsOne) {
  const std::string comm = R"(\xd0\xbe\xd0\xb1\xd1\x80\xd0\xb0\xd0\xb1\xd0\xbe\xd1\x82\xd1)";
  const auto place = PlaceOf(std::string(kMemcgHead) +
                             ",oom_memcg=/a,task_memcg=/a/b,task=" + comm + ",pid=233,uid=0");
  ASSERT_TRUE(place.task);
  EXPECT_EQ(place.task->comm, comm);
  EXPECT_EQ(place.task_memcg, "/a/b");
  const auto named = PlaceOf(std::string(kMemcgHead) + ",oom_memcg=/a,task_memcg=/a,task=x" + comm +
                             ",task=b,pid=233,uid=0");
  ASSERT_TRUE(named.task);
  EXPECT_EQ(named.task->comm, "b") << "the first is longer than a name can be";
}

TEST(PlaceLine, IsNotDeceivedByTheNameOfACgroup) {
  const std::string nested = "/c/x,oom_memcg=/victim,task_memcg=/victim";
  const auto place = PlaceOf(std::string(kMemcgHead) + ",oom_memcg=" + nested +
                             ",task_memcg=" + nested + "/y,task=a,pid=1,uid=0");
  EXPECT_EQ(place.oom_memcg, nested);
  EXPECT_EQ(place.task_memcg, nested + "/y");
  const auto cpuset = PlaceOf(
      "CONSTRAINT_MEMCG,nodemask=(null),cpuset=,oom_memcg=,global_oom,mems_allowed=0,"
      "oom_memcg=/a,task_memcg=/a,task=a,pid=1,uid=0");
  EXPECT_EQ(cpuset.oom_memcg, "/a");
  EXPECT_FALSE(cpuset.global);
}

TEST(PlaceLine, KnowsThatItsEndIsMissing) {
  const auto place = PlaceOf("CONSTRAINT_MEMCG,nodemask=(null)");
  EXPECT_FALSE(place.complete);
  EXPECT_EQ(place.constraint, "CONSTRAINT_MEMCG");
  EXPECT_EQ(place.oom_memcg, std::nullopt);
  EXPECT_FALSE(
      PlaceOf(std::string(kMemcgHead) + ",oom_memcg=/a,task_memcg=/a,task=x,pid=2").complete);
}

TEST(PlaceLine, ReadsOldSpellings) {
  const auto v4 = ParsePlaceLine("Task in /a/b killed as a result of limit of /a").value();
  EXPECT_EQ(v4.task_memcg, "/a/b");
  EXPECT_EQ(v4.oom_memcg, "/a");
  EXPECT_EQ(ParsePlaceLine("Task in /a/b")->task_memcg, "/a/b");
  EXPECT_EQ(ParsePlaceLine(" killed as a result of limit of /a")->oom_memcg, "/a");
  EXPECT_FALSE(ParsePlaceLine("Tasks in /a are going to be killed").has_value());
}

TEST(UsageLine, ReadsUsageAndLimit) {
  const auto line = ParseUsageLine("memory: usage 49152kB, limit 49156kB, failcnt 145").value();
  EXPECT_EQ(line.usage, Kibibytes(49152));
  EXPECT_EQ(line.limit, Kibibytes(49156));
  EXPECT_FALSE(ParseUsageLine("swap: usage 0kB, limit 0kB, failcnt 0").has_value());
  EXPECT_FALSE(ParseUsageLine("memory: usage 1kB, limit ").has_value());
}

TEST(UsageLine, TheNumberForNoLimitIsNone) {
  const auto line = ParseUsageLine("memory: usage 1kB, limit 9007199254740988kB, failcnt 0");
  EXPECT_EQ(line.value().limit, std::nullopt);
}

TEST(TaskTable, ReadsRowsByTheNamesOfTheirColumns) {
  const auto v6_12 = ParseTaskHeader(
                         "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem "
                         "pgtables_bytes swapents oom_score_adj name")
                         .value();
  const auto task = ParseTaskRow(
      "[    289]  1000   290    29229    10371    10243        0       128   135168        0"
      "          -998 a b",
      v6_12);
  ASSERT_TRUE(task.has_value());
  EXPECT_EQ(task->pid, 289);
  EXPECT_EQ(task->uid, 1000U);
  EXPECT_EQ(task->tgid, 290);
  EXPECT_EQ(task->total_vm_pages, 29229U);
  EXPECT_EQ(task->rss_pages, 10371U);
  EXPECT_EQ(task->oom_score_adj, -998);
  EXPECT_EQ(task->comm, "a b");
}

TEST(TaskTable, ReadsTheColumnsOfOldKernels) {
  const auto v3_2 =
      ParseTaskHeader("[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name");
  const auto task =
      ParseTaskRow("[   87]     0    87     8749     8310   0     -17         -1000 init", *v3_2);
  EXPECT_EQ(task.value().rss_pages, 8310U);
  EXPECT_EQ(task->oom_score_adj, -1000);
}

TEST(TaskTable, KeepsBlanksOfANameAndRefusesBrokenRows) {
  const std::vector<std::string> columns = {"uid", "tgid", "total_vm", "rss", "name"};
  EXPECT_EQ(ParseTaskRow("[1] 0 1 2 3  x ", columns)->comm, " x ");
  EXPECT_EQ(ParseTaskRow("[1] 0 1 2 3 ", columns)->comm, "");
  for (const char* bad : {"", "[", "[x] 0 1 2 3 a", "[1] 0 1 2", "[1] 0 1 2 x a", "1] 0 1 2 3 a"}) {
    EXPECT_FALSE(ParseTaskRow(bad, columns).has_value()) << bad;
  }
  EXPECT_FALSE(ParseTaskRow("[1] 0 1 2 3 a", {}).has_value()) << "no head was seen";
  EXPECT_FALSE(ParseTaskHeader("[ pid ] uid name").has_value());
}

TEST(GroupLine, GivesTheCgroup) {
  EXPECT_EQ(ParseGroupLine("Tasks in /a b are going to be killed due to memory.oom.group set"),
            "/a b");
  EXPECT_EQ(ParseGroupLine("Tasks in /a are going to be killed"), std::nullopt);
}

TEST(ReapedLine, GivesTheProcess) {
  EXPECT_EQ(ParseReapedLine("oom_reaper: reaped process 7 (x), now anon-rss:0kB"), 7);
  EXPECT_EQ(ParseReapedLine("oom_reaper: unable to reap pid:7 (x)"), std::nullopt);
}

}  // namespace
}  // namespace headroom
