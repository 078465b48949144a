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
    for (const char* key : {"line", "time", "host", "kill_line_missing"}) event.erase(key);
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
  for (const std::string& name : CorpusNames()) {
    const json expected =
        ParseJson(Contents(fmt::format("{}/{}.json", kCorpus, name)), name).value();
    ++(expected["events"].empty() ? without : with_kill);
  }
  EXPECT_GE(with_kill, 40U);
  EXPECT_GE(without, 8U);
}

std::string LogOf(const std::string& name) { return Contents(kCorpus + "/" + name + ".log"); }

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
  asked by  postgres, for a page,                       from line 3
            0x24000c0(GFP_KERNEL)
  largest   pid 2551 postgres 247 MiB; 1 process in     from line 3
            the table, 4 KiB a page
  on        host pg-1, Linux 4.9.0-13-amd64
)");
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
