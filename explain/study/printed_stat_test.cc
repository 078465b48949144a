#include "explain/study/printed_stat.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "explain/testing/recorded_parts.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

/// A kill on cgroup v1 as Linux 4.14 prints it, with `stats` for the statistics.
EvidenceBuilder KillOfLinux4(const std::vector<std::string>& stats) {
  KmsgText log(kKilledAt);
  log.Add(4, "eat invoked oom-killer: gfp_mask=0x14000c0(GFP_KERNEL), nodemask=(null),  order=0");
  log.Add(6, "Task in /box.slice/web killed as a result of limit of /box.slice/web");
  log.Add(6, "memory: usage 65536kB, limit 65536kB, failcnt 19");
  log.Add(6, "memory+swap: usage 65536kB, limit 9007199254740988kB, failcnt 0");
  for (const std::string& line : stats) log.Add(6, "Memory cgroup stats for " + line);
  log.Add(3, "Memory cgroup out of memory: Kill process 4321 (eat) score 52 or sacrifice child");
  log.Add(3, "Killed process 4321 (eat) total-vm:90kB, anon-rss:40kB, file-rss:4kB, shmem-rss:0kB");
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", log.Take());
  return builder;
}

Bytes PartOf(const Verdict& verdict, std::string_view name) {
  if (verdict.breakdown.empty()) return {};
  const auto part = std::ranges::find_if(
      verdict.breakdown.front().breakdown.parts,
      [&](const PartAmount& one) { return ChargedPartName(one.part) == name; });
  return part == verdict.breakdown.front().breakdown.parts.end() ? Bytes{} : part->bytes;
}

TEST(PrintedFigures, DirtyPageCacheThatFilledAV1LimitIsNamed) {
  const Verdict verdict =
      Explain(KillOfLinux4({"/box.slice/web: cache:61440KB rss:1024KB shmem:0KB dirty:51200KB "
                            "writeback:8192KB swap:0KB"})
                  .Build());
  EXPECT_EQ(verdict.cause, Cause::kLimitFileDirty);
  EXPECT_EQ(PartOf(verdict, "dirty_cache"), Kibibytes(51200));
  EXPECT_EQ(PartOf(verdict, "writeback_cache"), Kibibytes(8192));
  EXPECT_EQ(PartOf(verdict, "unaccounted"), Kibibytes(65536 - 61440 - 1024));
  EXPECT_TRUE(std::ranges::any_of(verdict.advice_cure, [](const std::string& line) {
    return line.find("cgroup v1 slows no writer down") != std::string::npos;
  }));
}

TEST(PrintedFigures, SharedMemoryOfACgroupBelowCounts) {
  const Verdict verdict =
      Explain(KillOfLinux4({"/box.slice/web: cache:0KB rss:0KB shmem:0KB dirty:0KB writeback:0KB",
                            "/box.slice/web/job: cache:60000KB rss:1024KB shmem:60000KB dirty:0KB "
                            "writeback:0KB"})
                  .Build());
  EXPECT_EQ(verdict.cause, Cause::kLimitShmem);
}

/// Nothing says whether its cache is dirty, so that nothing says what filled the limit.
TEST(PrintedFigures, CacheOfWhichNothingIsStatedFilledNothing) {
  const Verdict verdict =
      Explain(KillOfLinux4({"/box.slice/web: cache:61440KB rss:1024KB rss_huge:0KB"}).Build());
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
  EXPECT_EQ(PartOf(verdict, "dirty_cache"), Bytes{});
}

TEST(PrintedFigures, OfAnotherCgroupSayNothingOfTheLimit) {
  const Verdict verdict =
      Explain(KillOfLinux4({"/other: cache:0KB rss:61440KB shmem:0KB"}).Build());
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
}

}  // namespace
}  // namespace headroom
