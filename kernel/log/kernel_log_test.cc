#include "kernel/log/kernel_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "base/text.h"

namespace headroom {
namespace {

constexpr const char* kInvoked =
    "web invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0";
constexpr const char* kPlace =
    "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,"
    "task_memcg=/a/b,task=web,pid=233,uid=7";
constexpr const char* kKilled =
    "Memory cgroup out of memory: Killed process 233 (web) total-vm:34996kB, anon-rss:32752kB, "
    "file-rss:0kB, shmem-rss:488kB, UID:7 pgtables:100kB oom_score_adj:-3";

std::string Block(const std::string& prefix) {
  return fmt::format(
      "{0}{1}\n{0}memory: usage 32768kB, limit 32768kB, failcnt 38\n{0}{2}\n{0}{3}\n", prefix,
      kInvoked, kPlace, kKilled);
}

const OomVictim& OnlyVictim(const KernelLogReport& report) {
  EXPECT_EQ(report.kills.size(), 1U);
  EXPECT_EQ(report.kills.at(0).event.victims.size(), 1U);
  return report.kills.at(0).event.victims.at(0);
}

TEST(KernelLog, ReadsAReportUnderAnyPrefix) {
  for (const char* prefix :
       {"", "[   12.345678] ", "Nov 23 14:16:19 box kernel: ", "> [   12.3] ", "    "}) {
    const auto report = ReadKernelLog(Block(prefix));
    const OomVictim& victim = OnlyVictim(report);
    EXPECT_EQ(victim.pid, 233) << prefix;
    EXPECT_EQ(victim.sequence, 4U) << "the line";
    EXPECT_EQ(victim.pgtables, Kibibytes(100)) << prefix;
    EXPECT_EQ(report.kills[0].event.oom_memcg, "/a") << prefix;
    EXPECT_EQ(report.kills[0].event.failcnt, 38U) << prefix;
    EXPECT_TRUE(report.incomplete.empty()) << prefix;
  }
}

TEST(KernelLog, KeepsTheTimeAsTheLogWritesIt) {
  EXPECT_EQ(ReadKernelLog(Block("Nov 23 14:16:19 box kernel: ")).kills.at(0).stamps.at(0),
            "Nov 23 14:16:19");
  EXPECT_EQ(ReadKernelLog(Block("")).kills.at(0).stamps.at(0), "");
}

/// `text` broken at the blank before `column`, the rest on a line without prefix, as a mail does
/// it.
std::string WrappedAt(std::size_t column, const std::string& text) {
  std::string wrapped;
  std::string_view rest = text;
  while (const auto line = TakeLine(rest)) {
    std::string_view left = *line;
    while (left.size() > column) {
      std::size_t blank = left.rfind(' ', column);
      if (blank == std::string_view::npos) blank = left.find(' ');
      if (blank == std::string_view::npos) break;
      wrapped += fmt::format("{}\n", left.substr(0, blank));
      left.remove_prefix(blank + 1);
    }
    wrapped += fmt::format("{}\n", left);
  }
  return wrapped;
}

TEST(KernelLog, PutsTogetherWhatAMailHasBroken) {
  for (const char* prefix :
       {"", "[   12.345678] ", "Nov 23 14:16:19 box kernel: [   12.345678] "}) {
    for (std::size_t column = 50; column < 130; ++column) {
      const std::string text = WrappedAt(column, Block(prefix));
      const auto report = ReadKernelLog(text);
      const OomVictim& victim = OnlyVictim(report);
      EXPECT_EQ(victim.pid, 233) << text;
      EXPECT_EQ(victim.oom_score_adj, -3) << text;
      EXPECT_EQ(victim.Rss(), Kibibytes(32752 + 488)) << text;
      EXPECT_EQ(report.kills[0].event.task_memcg, "/a/b") << text;
      EXPECT_EQ(report.kills[0].event.failcnt, 38U) << text;
    }
  }
}

TEST(KernelLog, WhatAProcessQuotesIsNoKill) {
  const std::string killed = kKilled;
  for (const std::string& text :
       {"Nov 23 14:16:19 box app[7]: " + killed, "Nov 23 14:16:19 box app[7]: see:\n    " + killed,
        "Nov 23 14:16:19 box app[7]: see:\n" + killed,
        "Nov 23 14:16:19 box kernel: usb 1-1: x\n" + killed, "12,100,5,-;" + killed,
        R"({"_TRANSPORT":"stdout","MESSAGE":")" + killed + "\"}", "$ grep '" + killed + "' log",
        "audit: comm=\"x\" " + killed}) {
    const auto report = ReadKernelLog(text + "\n");
    EXPECT_TRUE(report.kills.empty()) << text;
    EXPECT_TRUE(report.incomplete.empty()) << text;
  }
}

TEST(KernelLog, TheSecondLineOfWhatAProcessWroteIsNoRecordWhateverItBeginsWith) {
  // dmesg and journalctl indent it by the width of the prefix.
  const std::string second = fmt::format("[    9.000000] {}\n", kKilled);
  for (const std::string& text :
       {"user  :err   : [  155.134834] a\n                              " + second,
        "Nov 25 17:30:56 box unknown: a\n                  " + second,
        "Nov 25 17:30:56 box x[7]: a\n                          b\n                          " +
            second,
        "[  155.134834] box unknown: a\n                     " + second,
        "    [  155.134834] box x[7]: a\n                              " + second}) {
    EXPECT_TRUE(ReadKernelLog(text).kills.empty()) << text;
  }
}

TEST(KernelLog, ALogWhoseFirstLineHasLostItsIndentationIsReadAll) {
  const std::string text = "[    8.000000] box x[7]: a\n" + Block("    [   12.3] ");
  EXPECT_EQ(OnlyVictim(ReadKernelLog(text)).pid, 233);
  EXPECT_EQ(OnlyVictim(ReadKernelLog(Block("                    [   12.3] "))).pid, 233);
}

TEST(KernelLog, AReportThatIsCutIsIncompleteUntilItNamesItsVictim) {
  const std::string block = Block("[   12.3] ");
  const std::size_t place = block.find("oom-kill:");
  const std::size_t kill = block.find("[   12.3] Memory cgroup");
  const auto early = ReadKernelLog(block.substr(0, place));
  EXPECT_TRUE(early.kills.empty());
  ASSERT_EQ(early.incomplete.size(), 1U);
  EXPECT_EQ(early.incomplete[0].event.invoker_comm, "web");
  EXPECT_EQ(early.incomplete[0].line(), 1U);
  const auto late = ReadKernelLog(block.substr(0, kill));
  const OomVictim& victim = OnlyVictim(late);
  EXPECT_EQ(victim.pid, 233) << "\"oom-kill:\" names it";
  EXPECT_EQ(victim.uid, 7U);
  EXPECT_EQ(victim.anon_rss, std::nullopt);
}

TEST(KernelLog, AVictimThatWasExitingAlreadyWasNotKilled) {
  const std::string block = Block("[   12.3] ");
  const auto report = ReadKernelLog(block.substr(0, block.find("[   12.3] Memory cgroup")) +
                                    "[   12.3] Memory cgroup out of memory: OOM victim 233 (web) "
                                    "is already exiting. Skip killing "
                                    "the task\n");
  EXPECT_TRUE(report.kills.empty());
  EXPECT_EQ(report.incomplete.size(), 1U);
}

TEST(KernelLog, ALogThatGoesOnWithoutTheKillLineHasNoKill) {
  const std::string block = Block("[   12.3] ");
  const std::string cut = block.substr(0, block.find("[   12.3] Memory cgroup"));
  EXPECT_TRUE(ReadKernelLog(cut).kills.at(0).kill_line_missing);
  const auto report = ReadKernelLog(cut + "[   99.0] usb 1-1: new device\n");
  EXPECT_TRUE(report.kills.empty());
  ASSERT_EQ(report.incomplete.size(), 1U);
  EXPECT_EQ(report.incomplete[0].stamps.at(0), "[   12.3]");
}

TEST(KernelLog, AReportThatEndsWithoutAKillSaysHow) {
  const std::string block = Block("[   12.3] ");
  const std::string cut = block.substr(0, block.find("[   12.3] oom-kill:"));
  const auto end_of = [&](const std::string& line) {
    const auto report = ReadKernelLog(cut + "[   12.3] " + line + "\n");
    EXPECT_TRUE(report.kills.empty());
    EXPECT_EQ(report.incomplete.size(), 1U) << line;
    return report.incomplete.empty() ? std::nullopt : report.incomplete[0].event.end;
  };
  EXPECT_EQ(end_of("Out of memory and no killable processes..."), OomEnd::kNobodyToKill);
  EXPECT_EQ(end_of("Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled"),
            OomEnd::kPanic);
  EXPECT_EQ(end_of("usb 1-1: x"), std::nullopt);
}

/// A kill of the whole host without its head, as heads are rate-limited.
constexpr const char* kHostKill =
    "Out of memory: Killed process 999 (db) total-vm:9kB, anon-rss:8kB, file-rss:0kB, "
    "shmem-rss:0kB, UID:27 pgtables:4kB oom_score_adj:0\n";

TEST(KernelLog, AKillIsNotGivenTheLimitOfAnotherReport) {
  const std::string block = Block("[   12.3] ");
  const std::string cut = block.substr(0, block.find("[   12.3] Memory cgroup"));
  for (const std::string& between :
       {std::string(
            "[   12.3] Memory cgroup out of memory: OOM victim 233 (web) is already exiting. "
            "Skip killing the task\n[   15.3] "),
        std::string("[   15.3] "), std::string("[   99.0] "),
        std::string("[    0.0] Linux version 6.2.0 (x)\n[    1.0] "), std::string("[    1.0] ")}) {
    const auto report = ReadKernelLog(cut + between + kHostKill);
    ASSERT_EQ(report.kills.size(), 1U) << between;
    EXPECT_EQ(report.kills[0].event.victims.at(0).pid, 999) << between;
    EXPECT_EQ(report.kills[0].event.Scope(), OomScope::kGlobal) << between;
    EXPECT_EQ(report.kills[0].event.limit, std::nullopt) << between;
    EXPECT_EQ(report.kills[0].event.task_memcg, std::nullopt) << between;
  }
}

TEST(KernelLog, ReportsThatOldKernelsPrintedAtOnceGetNoLimitAtAll) {
  const auto report = ReadKernelLog(
      "[  1.0] a invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"
      "[  1.0] Task in /a killed as a result of limit of /a\n"
      "[  1.0] Task in /b killed as a result of limit of /b\n"
      "[  1.0] memory: usage 204800kB, limit 204800kB, failcnt 6\n"
      "[  1.0] Memory cgroup out of memory: Kill process 11 (a) score 9 or sacrifice child\n"
      "[  1.0] Killed process 11 (a) total-vm:9kB, anon-rss:8kB, file-rss:0kB\n");
  ASSERT_EQ(report.kills.size(), 1U);
  EXPECT_EQ(report.kills[0].event.Scope(), OomScope::kMemcg);
  EXPECT_EQ(report.kills[0].event.oom_memcg, std::nullopt);
  EXPECT_EQ(report.kills[0].event.limit, std::nullopt);
}

TEST(KernelLog, ABareLineWithoutFiguresMayBeAnybodys) {
  const auto report = ReadKernelLog("worker pool: x\nKilled process 4242 (worker)\n");
  EXPECT_TRUE(report.kills.empty());
  EXPECT_EQ(report.unrecognised, 1U);
  EXPECT_EQ(report.first_unrecognised, 2U);
  EXPECT_EQ(ReadKernelLog("a invoked oom-killer: gfp_mask=0x0, order=0, oom_adj=0\n"
                          "Out of memory: kill process 12 (a) score 9 or a child\n"
                          "Killed process 12 (a)\n")
                .kills.size(),
            1U)
      << "2.6.32 states none";
}

TEST(KernelLog, WhatIsReadTwiceIsOneKill) {
  const std::string one = Block("Nov 23 14:16:19 box kernel: ");
  std::string doubled;
  std::string_view rest = one;
  while (const auto line = TakeLine(rest)) doubled += fmt::format("{0}\n{0}\n", *line);
  for (const std::string& text : {doubled, one + one}) {
    const auto report = ReadKernelLog(text);
    EXPECT_EQ(report.kills.size(), 1U) << text;
    EXPECT_TRUE(report.incomplete.empty()) << text;
    EXPECT_EQ(report.unrecognised, 0U) << text;
  }
}

TEST(KernelLog, OneLineOfAProcessDoesNotHideABareLog) {
  const std::string block = Block("");
  const auto report = ReadKernelLog(block + "<30>x: y\n" + block);
  EXPECT_EQ(report.kills.size(), 2U);
}

TEST(KernelLog, ALineThatSpeaksOfAKillInAnUnknownFormIsCounted) {
  const auto report =
      ReadKernelLog(std::string("2026-11-23T14:16:19.1Z stdout F [   12.3] ") + kKilled + "\n");
  EXPECT_TRUE(report.kills.empty());
  EXPECT_EQ(report.unrecognised, 1U);
}

TEST(KernelLog, ANameThatSpeaksOfAKillMakesNoLineOfAReportAnUnknownForm) {
  const std::string name = "Killed process ";
  const std::string head =
      name +
      " invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
      "[    1.0] CPU: 0 PID: 7 Comm: " +
      name +
      " Not tainted 6.1.0 #1\n"
      "[    1.0] [  pid  ]   uid  tgid total_vm      rss name\n"
      "[    1.0] [      7]     0     7        9        8 " +
      name + "\n";
  const std::string place =
      "[    1.0] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
      "oom_memcg=/a,task_memcg=/a,task=" +
      name + ",pid=7,uid=0\n";
  const auto report =
      ReadKernelLog("[    1.0] " + head + place + "[    1.0] " +
                    "Memory cgroup out of memory: Killed process 7 (" + name + ") total-vm:1kB\n");
  EXPECT_EQ(OnlyVictim(report).comm, name);
  EXPECT_EQ(report.unrecognised, 0U);
  EXPECT_EQ(
      ReadKernelLog("[    1.0] " + head + "[    1.0] Killed process in a new form\n").unrecognised,
      1U);
}

TEST(KernelLog, PutsTogetherWhatATerminalHasBrokenInsideAWord) {
  const std::string block = Block("[   12.3] ");
  const std::size_t kill = block.find("Killed process");
  for (std::size_t at = block.find("total-vm:", kill); at + 2 < block.size(); ++at) {
    const auto report = ReadKernelLog(block.substr(0, at) + "\n" + block.substr(at));
    const OomVictim& victim = OnlyVictim(report);
    EXPECT_EQ(victim.pid, 233) << block.substr(kill, at - kill);
    EXPECT_EQ(victim.total_vm, Kibibytes(34996)) << block.substr(kill, at - kill);
  }
}

TEST(KernelLog, TellsTheHostsOfOneFileApart) {
  const std::string one = Block("Nov 23 14:16:19 one kernel: ");
  const std::string two = Block("Nov 23 14:16:19 two kernel: ");
  std::string text;
  std::string_view left = one;
  std::string_view right = two;
  while (const auto line = TakeLine(left)) {
    text += fmt::format("{}\n{}\n", *line, *TakeLine(right));
  }
  const auto report = ReadKernelLog(text);
  ASSERT_EQ(report.kills.size(), 2U);
  EXPECT_EQ(report.kills[0].host, "one");
  EXPECT_EQ(report.kills[1].host, "two");
  for (const LoggedOom& logged : report.kills) EXPECT_EQ(logged.event.oom_memcg, "/a");
}

TEST(KernelLog, TakesTheReleaseOfTheLastBootWhereTheReportHasNone) {
  const auto report = ReadKernelLog("[    0.000000] Linux version 5.10.0-9-amd64 (x@y) (gcc) #1\n" +
                                    Block("[   12.3] "));
  EXPECT_EQ(report.kills.at(0).event.release, "5.10.0-9-amd64");
}

TEST(KernelLog, SurvivesAnyCutAndAnyChangedByte) {
  const std::string text = Block("Nov 23 14:16:19 box kernel: ") + Block("[   12.3] ");
  std::mt19937 random(7);
  for (std::size_t end = 0; end <= text.size(); ++end) {
    const auto report = ReadKernelLog(text.substr(0, end));
    EXPECT_LE(report.kills.size() + report.incomplete.size(), 2U);
    std::string changed = text;
    if (end < changed.size()) changed[end] = static_cast<char>(random());
    EXPECT_LE(ReadKernelLog(changed).kills.size(), 4U) << "a kill line under another host at most";
  }
}

}  // namespace
}  // namespace headroom
