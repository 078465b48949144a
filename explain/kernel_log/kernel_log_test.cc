#include "explain/kernel_log/kernel_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "base/json.h"

namespace headroom {
namespace {

using nlohmann::json;

const std::string kCorpus = std::string(HEADROOM_SOURCE_DIR) + "/explain/testdata/kernel-logs";

std::string Contents(const std::string& path) {
  const auto text = ReadFileAt(AT_FDCWD, path, 1U << 22U);
  EXPECT_TRUE(text) << text.error().Message();
  return text.value_or("");
}

/// The names of all logs that have their expected values beside them.
std::vector<std::string> CorpusNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kCorpus)) {
    if (entry.path().extension() == ".log") names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

/// Without what is said beyond the values that the corpus states.
json Stated(json events) {
  for (json& event : events) {
    for (const char* key : {"line", "time", "host", "kill_line_missing", "stat"}) event.erase(key);
  }
  return events;
}

class KernelLogCorpus : public testing::TestWithParam<std::string> {};

TEST_P(KernelLogCorpus, GivesTheValuesBesideIt) {
  const std::string path = kCorpus + "/" + GetParam();
  const json expected = ParseJson(Contents(path + ".json"), "expected").value();
  const json found =
      ParseJson(KernelLogJson(ReadKernelLog(Contents(path + ".log"))), "found").value();
  EXPECT_EQ(Stated(found["events"]).dump(1), Stated(expected["events"]).dump(1));
  EXPECT_EQ(Stated(found["incomplete"]).dump(1), Stated(expected["incomplete"]).dump(1));
}

std::string NameOf(const testing::TestParamInfo<std::string>& parameter) {
  std::string name = parameter.param;
  std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, KernelLogCorpus, testing::ValuesIn(CorpusNames()), NameOf);

TEST(KernelLogCorpusSize, HoldsAtLeastFortyShapesAndLogsWithoutAnyKill) {
  std::size_t with_kill = 0;
  std::size_t without = 0;
  std::size_t generated = 0;
  for (const std::string& name : CorpusNames()) {
    if (name.starts_with("guest-")) ++generated;
    const json expected =
        ParseJson(Contents(fmt::format("{}/{}.json", kCorpus, name)), name).value();
    ++(expected["events"].empty() ? without : with_kill);
  }
  EXPECT_GE(with_kill, 40U);
  EXPECT_GE(without, 8U);
  EXPECT_GE(generated, 40U);
}

std::string LogOf(const std::string& name) { return Contents(kCorpus + "/" + name + ".log"); }

/// Who was killed, or the report without a victim, as often as a log has it.
std::multiset<std::string> Kills(const std::string& name, const json& document) {
  std::multiset<std::string> kills;
  for (const json& event : document["events"]) {
    const json& victim = event["victim"];
    kills.insert(fmt::format("{}: {} {}", name, victim["pid"].dump(), victim["comm"].dump()));
  }
  return kills;
}

std::multiset<std::string> ReportsWithoutVictim(const std::string& name, const json& document) {
  std::multiset<std::string> reports;
  for (const json& event : document["incomplete"]) {
    reports.insert(
        fmt::format("{}: {} {}", name, event["invoker_comm"].dump(), event["oom_memcg"].dump()));
  }
  return reports;
}

struct Score {
  std::size_t there = 0;  ///< in the values beside the logs
  std::size_t found = 0;
  std::size_t both = 0;
  std::vector<std::string> wrong;  ///< found and not there, or there and not found

  void Add(const std::multiset<std::string>& truth, const std::multiset<std::string>& answer) {
    std::vector<std::string> common;
    std::ranges::set_intersection(truth, answer, std::back_inserter(common));
    std::ranges::set_symmetric_difference(truth, answer, std::back_inserter(wrong));
    there += truth.size();
    found += answer.size();
    both += common.size();
  }
  [[nodiscard]] double Precision() const { return Share(found); }
  [[nodiscard]] double Recall() const { return Share(there); }
  [[nodiscard]] std::string Text(std::string_view what) const {
    return fmt::format("{}: {} there, {} found; precision {:.3f}, recall {:.3f}\n", what, there,
                       found, Precision(), Recall());
  }

 private:
  [[nodiscard]] double Share(std::size_t of) const {
    return of == 0 ? 1 : static_cast<double>(both) / static_cast<double>(of);
  }
};

/// Kills, and reports without a victim, of the logs whose names begin with "guest-" or do not.
std::pair<Score, Score> ScoresOf(bool generated) {
  std::pair<Score, Score> scores;
  for (const std::string& name : CorpusNames()) {
    if (name.starts_with("guest-") != generated) continue;
    const std::string path = fmt::format("{}/{}", kCorpus, name);
    const json truth = ParseJson(Contents(path + ".json"), name).value();
    const json answer =
        ParseJson(KernelLogJson(ReadKernelLog(Contents(path + ".log"))), name).value();
    scores.first.Add(Kills(name, truth), Kills(name, answer));
    scores.second.Add(ReportsWithoutVictim(name, truth), ReportsWithoutVictim(name, answer));
  }
  return scores;
}

void ExpectNothingWrong(const Score& score, std::string_view what) {
  fmt::print("{}", score.Text(what));
  EXPECT_GT(score.there, 0U) << what;
  EXPECT_EQ(score.Precision(), 1) << what;
  EXPECT_EQ(score.Recall(), 1) << what;
  EXPECT_EQ(score.wrong, std::vector<std::string>{}) << what;
}

TEST(KernelLogScore, NoKillIsInventedAndNoneIsMissedInTheLogsThatKernelsWrote) {
  const auto [kills, reports] = ScoresOf(true);
  ExpectNothingWrong(kills, "kills, generated logs");
  ExpectNothingWrong(reports, "reports without a victim, generated logs");
}

TEST(KernelLogScore, NoKillIsInventedAndNoneIsMissedInTheLogsComposedByHand) {
  const auto [kills, reports] = ScoresOf(false);
  ExpectNothingWrong(kills, "kills, composed logs");
  ExpectNothingWrong(reports, "reports without a victim, composed logs");
}

TEST(KernelLogText, TellsWhoWasKilledAtWhichLimitAndWhoWasLargest) {
  EXPECT_EQ(KernelLogText(ReadKernelLog(LogOf("v4.9-memcg-journal-short-precise")), "kern.log"),
            R"(kern.log: 20 lines, 1 process killed in 1 OOM report

pid 2551 postgres was killed at the limit of cgroup       Aug 03 09:01:02.346545
/system.slice, 248 MiB
  victim    pid 2551 postgres: 247 MiB resident         line 19
            (anonymous 239 MiB, file 8.2 MiB, shared
            0 B)
  limit     248 MiB in use of 248 MiB, reached 19       from line 3
            times
  killed in cgroup /system.slice/postgresql.service     from line 3
  held      anonymous 243 MiB, page cache and shared    line 15
            0 B
            in cgroup /system.slice/postgresql.service  line 15
  asked by  postgres, for a page,                       from line 3
            0x24000c0(GFP_KERNEL)
  largest   pid 2551 postgres 247 MiB; 1 process in     from line 3
            the table, 4 KiB a page
  on        host pg-1, Linux 4.9.0-13-amd64
)");
}

/// zswap lies within `kernel` of memory.stat, and is what processes asked for.
TEST(KernelLogText, CompressedSwapIsNotTheKernels) {
  std::string log;
  for (const char* line :
       {"eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
        "memory: usage 65536kB, limit 65536kB, failcnt 19",
        "Memory cgroup stats for /box:", "anon 18874368", "file 0", "kernel 45088768", "shmem 0",
        "zswap 42991616", "slab_reclaimable 1000",
        ("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
         "oom_memcg=/box,task_memcg=/box,task=eat,pid=99,uid=0"),
        ("Memory cgroup out of memory: Killed process 99 (eat) total-vm:90000kB, anon-rss:18000kB, "
         "file-rss:4kB, shmem-rss:0kB, UID:0 pgtables:100kB oom_score_adj:0")}) {
    log += fmt::format("[  100.000001] {}\n", line);
  }
  const std::string text = KernelLogText(ReadKernelLog(log), "dmesg");
  EXPECT_TRUE(text.contains("filled by anonymous memory of its processes")) << text;
  EXPECT_TRUE(text.contains("compressed swap (zswap)")) << text;
}

/// What the kernel printed of the cgroup is told, and what of it filled the limit.
TEST(KernelLogText, TellsOfFilesThatWaitedToBeWrittenOnCgroupV1) {
  EXPECT_EQ(KernelLogText(ReadKernelLog(LogOf("v4.14-cgroup1-dirty-cache-dmesg")), "dmesg"),
            R"(dmesg: 22 lines, 1 process killed in 1 OOM report

pid 9120 dd was killed at the limit of cgroup /backup/nightly,    [41872.113203]
32 MiB
  victim    pid 9120 dd: 1.6 MiB resident (anonymous    line 22
            1.1 MiB, file 600 KiB, shared 0 B)
  limit     32 MiB in use of 32 MiB, reached 9310       from line 1
            times
  held      anonymous 1.5 MiB, shared 0 B, page cache   line 17
            28 MiB (26 MiB of it not written to the
            disk yet)
  filled by page cache that was not written to the      line 17
            disk yet, and could not be given back
            before
  for good  It wrote files faster than the disk took them. Write less at a time,
            flush in between (fsync), or pass the cache by (O_DIRECT; dd
            oflag=direct).
            On the host, vm.dirty_background_bytes and vm.dirty_bytes bound what
            may wait to be written: keep both well below the limit.
            cgroup v1 slows no writer down at the limit of its container: cgroup
            v2 does.
  asked by  dd, for a page, 0x14000c0(GFP_KERNEL)       from line 1
  largest   pid 9120 dd 1.6 MiB, pid 9102 nightly.sh    from line 1
            760 KiB; 2 processes in the table, 4 KiB a
            page
  on        Linux 4.14.336-nas
)");
}

/// The statistics of one cgroup in the JSON of a log, by the key.
json StatOf(const std::string& name) {
  const auto document = ParseJson(KernelLogJson(ReadKernelLog(LogOf(name))), name);
  return document.value()["events"].at(0)["stat"];
}

TEST(KernelLogStat, IsReadFromEachFormThatKernelsPrint) {
  EXPECT_EQ(StatOf("v4.14-cgroup1-dirty-cache-dmesg")["dirty_kb"], 24576);
  const json sum = StatOf("v4.4-memcg-child-killed-dmesg-t");
  EXPECT_EQ(sum["memcg"], "/ci");
  EXPECT_EQ(sum["anon_kb"], 357100) << "of the cgroup below";
  EXPECT_TRUE(sum["shmem_kb"].is_null()) << "that kernel does not print it";
  // One record of many lines: continued as dmesg does it, with \n in JSON, escaped in /dev/kmsg.
  EXPECT_EQ(StatOf("guest-v6.1-cgroup1-leader-gone-dmesg-x")["kernel_kb"], 144);
  EXPECT_EQ(StatOf("guest-v6.1-cgroup1-names-journal-short")["dirty_kb"], 0);
  EXPECT_EQ(StatOf("guest-v6.1-cgroup1-own-limit-journal-json")["anon_kb"], 48948);
  EXPECT_EQ(StatOf("guest-v6.1-cgroup1-memory-and-swap-kmsg")["anon_kb"], 38884);
}

TEST(KernelLogStat, IsNotThereWhereTheLogHasNone) {
  EXPECT_TRUE(StatOf("v6.19-global-min-protection-dmesg").is_null());
}

TEST(KernelLogText, TellsOfAReportWithoutAVictimThatNobodyNeedHaveDied) {
  EXPECT_EQ(KernelLogText(ReadKernelLog(LogOf("v4.4-choice-only-cut")), "dmesg"),
            R"(dmesg: 11 lines, no OOM kill, 1 report without a victim

The OOM killer was invoked as the host had no memory left; whom   [    1.500000]
it killed, if anybody, the log does not say
  asked by  hog, for a page, 0x24280ca                  from line 1
  largest   pid 80 mysqld 3.6 MiB; 1 process in the     from line 1
            table, 4 KiB a page
  on        Linux 4.4.302
)");
}

TEST(KernelLogText, SaysOfAReportThatWasAskedForByHandNothingOfAWantOfMemory) {
  const std::string text =
      KernelLogText(ReadKernelLog(LogOf("guest-v6.12-cgroup2-sysrq-nobody-kmsg")), "-");
  EXPECT_NE(
      text.find("The OOM killer was invoked by hand (sysrq); it found nobody that it may kill\n"),
      std::string::npos)
      << text;
}

TEST(KernelLogText, NamesTheProcessWhereTheKernelNamesAThreadOfIt) {
  const std::string text =
      KernelLogText(ReadKernelLog(LogOf("guest-v6.12-cgroup2-leader-gone-kmsg")), "-");
  EXPECT_NE(text.find("0 B), oom_score_adj 0, uid 0, a thread of\n"
                      "            process 447\n"),
            std::string::npos)
      << text;
}

TEST(KernelLogText, ListsTheVictimsOfAGroupKill) {
  const std::string text = KernelLogText(ReadKernelLog(LogOf("kmsg-v6.12-cgroup2-group")), "-");
  EXPECT_NE(text.find("3 processes were killed together (memory.oom.group) at the limit of cgroup\n"
                      "/svc/brew, 52 MiB\n"),
            std::string::npos)
      << text;
}

TEST(KernelLogText, IsSafeToPrintWhateverTheLogSays) {
  for (const std::string& name : CorpusNames()) {
    const std::string text = KernelLogText(ReadKernelLog(LogOf(name)), "a\x1b[2Jb");
    for (const char c : text) {
      EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << name << ":\n" << text;
    }
  }
}

TEST(KernelLogJson, SaysSoWhereATableThatEachVictimRepeatsIsLeftOut) {
  LoggedOom logged;
  logged.event.tasks.resize(4096);
  logged.event.victims.resize(kMostKernelLogRows / 4096 + 1);
  logged.stamps.resize(logged.event.victims.size());
  KernelLogReport report;
  report.kills.push_back(std::move(logged));
  const auto document = ParseJson(KernelLogJson(report), "found");
  ASSERT_TRUE(document) << document.error().Message();
  EXPECT_EQ((*document)["events"].front()["tasks"].size(), 4096U);
  EXPECT_TRUE((*document)["events"].back()["tasks"].empty());
  EXPECT_TRUE((*document)["truncated"]);
}

TEST(KernelLogJson, IsOneDocumentWhateverTheLogSays) {
  const std::string hostile =
      "[    1.0] a\"\\\xff invoked oom-killer: gfp_mask=0x0(\"\\), order=0, oom_score_adj=0\n"
      "[    1.0] [ pid ]   uid  tgid total_vm      rss \"x name\n"
      "[    1.0] Out of memory: Killed process 5 (\"\xff\") total-vm:1kB\n";
  const auto document = ParseJson(KernelLogJson(ReadKernelLog(hostile)), "found");
  ASSERT_TRUE(document) << document.error().Message();
  EXPECT_EQ((*document)["events"].at(0)["victim"]["comm"], "\"\xef\xbf\xbd\"");
  EXPECT_TRUE((*document)["events"].at(0)["tasks"].empty());
}

}  // namespace
}  // namespace headroom
