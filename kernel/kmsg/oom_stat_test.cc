#include "kernel/kmsg/oom_stat.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace headroom {
namespace {

std::optional<OomStat> Read(const std::vector<std::string>& records) {
  OomStatReader reader;
  std::uint64_t sequence = 40;
  for (const std::string& record : records) reader.Take(record, ++sequence);
  return reader.Result();
}

TEST(OomStat, ReadsTheOneLineOfAKernelBefore5Point3) {
  const auto stat =
      Read({"Memory cgroup stats for /sim: cache:22528KB rss:1024KB rss_huge:0KB shmem:512KB "
            "mapped_file:0KB dirty:18432KB writeback:2048KB swap:0KB inactive_anon:0KB "
            "active_anon:1024KB inactive_file:0KB active_file:0KB unevictable:0KB"});
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->cgroup, "/sim");
  EXPECT_EQ(stat->anon, Mebibytes(1));
  EXPECT_EQ(stat->file, Mebibytes(22));
  EXPECT_EQ(stat->shmem, Kibibytes(512));
  EXPECT_EQ(stat->dirty, Mebibytes(18));
  EXPECT_EQ(stat->Unwritten(), Mebibytes(20));
  EXPECT_EQ(stat->kernel, std::nullopt);
  EXPECT_EQ(stat->sequence, 41U);
}

TEST(OomStat, WhatAnOlderKernelDoesNotPrintIsNotZero) {
  const auto stat = Read({"Memory cgroup stats for /a: cache:4KB rss:8KB rss_huge:0KB swap:0KB"});
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->shmem, std::nullopt);
  EXPECT_EQ(stat->dirty, std::nullopt);
  EXPECT_EQ(stat->Unwritten(), std::nullopt);
}

/// Each line is of one cgroup alone.
TEST(OomStat, LinesOfTheCgroupsBelowAreAddedUp) {
  const auto stat = Read({"Memory cgroup stats for /a: cache:0KB rss:4KB shmem:0KB",
                          "Memory cgroup stats for /a/b: cache:8KB rss:16KB shmem:4KB",
                          "Memory cgroup stats for /a/b/c: cache:8KB rss:16KB"});
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->cgroup, "/a");
  EXPECT_EQ(stat->anon, Kibibytes(36));
  EXPECT_EQ(stat->file, Kibibytes(16));
  EXPECT_EQ(stat->shmem, std::nullopt) << "one of them does not state it";
}

TEST(OomStat, LinesOfAnotherTreeMakeItUnclear) {
  EXPECT_EQ(Read({"Memory cgroup stats for /a: cache:0KB rss:4KB",
                  "Memory cgroup stats for /ab: cache:8KB rss:16KB"}),
            std::nullopt);
  EXPECT_EQ(Read({"Memory cgroup stats for /a: cache:0KB rss:4KB",
                  "Memory cgroup stats for /a: cache:8KB rss:16KB"}),
            std::nullopt);
}

TEST(OomStat, APathThatPretendsToBeFiguresIsNotBelieved) {
  EXPECT_EQ(Read({"Memory cgroup stats for /a: cache:9KB rss:900KB: cache:0KB rss:4KB"}),
            std::nullopt);
  const std::string path(900, 'x');
  EXPECT_EQ(Read({"Memory cgroup stats for /" + path + ": cache:9KB rss:900KB"}), std::nullopt)
      << "the kernel's own may be cut off";
}

TEST(OomStat, ReadsMemoryStatOfOneRecordButForItsLastLine) {
  for (const char* end : {"\n", "#012"}) {
    const auto stat =
        Read({"Memory cgroup stats for /a:",
              fmt::format("anon 4096{0}file 8192{0}shmem 4096{0}file_dirty 40", end)});
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->anon, Bytes{4096});
    EXPECT_EQ(stat->file, Bytes{8192});
    EXPECT_EQ(stat->shmem, Bytes{4096});
    EXPECT_EQ(stat->dirty, std::nullopt) << "it may have gone on: 40960";
  }
}

TEST(OomStat, ReadsMemoryStatOfARecordALineWithOthersInBetween) {
  const auto stat =
      Read({"anon 9999", "Memory cgroup stats for /a:", "anon 4096", "usb 1-1: new device",
            "kernel 16384", "zswap 8192", "slab_reclaimable 4096", "file_writeback 8192",
            "file_dirty 4096", "file 20480"});
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->anon, Bytes{4096}) << "what stands before the header is not of it";
  EXPECT_EQ(stat->kernel, Bytes{16384});
  EXPECT_EQ(stat->slab_reclaimable, Bytes{4096});
  EXPECT_EQ(stat->zswap, Bytes{8192});
  EXPECT_EQ(stat->Unwritten(), Bytes{12288});
}

TEST(OomStat, UnwrittenIsNoMoreThanTheCache) {
  const auto stat =
      Read({"Memory cgroup stats for /a: cache:8KB rss:0KB shmem:4KB dirty:8KB "
            "writeback:8KB"});
  EXPECT_EQ(stat->Unwritten(), Kibibytes(4)) << "a page may be dirty and written at once";
}

TEST(OomStat, DamagedFiguresAreNotStated) {
  EXPECT_EQ(Read({}), std::nullopt);
  EXPECT_EQ(Read({"Memory cgroup stats for /a:"}), std::nullopt);
  EXPECT_EQ(Read({"Memory cgroup stats for /a: cache:4KB rss:4"}), std::nullopt);
  EXPECT_EQ(Read({"Memory cgroup stats for /a: cache:4KB rss:-4KB"}), std::nullopt);
  EXPECT_EQ(Read({"Memory cgroup stats for /a: cache:4KB rss:99999999999999999999KB"}),
            std::nullopt);
  EXPECT_EQ(Read({"Memory cgroup stats for /a:", "anon 18446744073709551615"}), std::nullopt);
  EXPECT_EQ(Read({"Memory cgroup stats for /a:", "anon 4096", "anon 8192"}), std::nullopt);
}

TEST(OomStat, WhateverTextComesNothingIsMoreThanTheFile) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same run every time
  const std::vector<std::string> pieces = {"Memory cgroup stats for ",
                                           "/a",
                                           ": cache:",
                                           "9KB",
                                           " rss:",
                                           "dirty:",
                                           "anon 4",
                                           "\n",
                                           "file 8",
                                           "#012",
                                           "file_dirty 99",
                                           ":",
                                           "KB",
                                           " "};
  for (int run = 0; run < 3000; ++run) {
    OomStatReader reader;
    for (int record = 0; record < 4; ++record) {
      std::string text = random() % 2 == 0 ? "Memory cgroup stats for /a" : "";
      for (int piece = 0; piece < 8; ++piece) text += pieces[random() % pieces.size()];
      reader.Take(text, 1);
    }
    const auto stat = reader.Result();
    if (!stat || !stat->file) continue;
    EXPECT_LE(stat->Unwritten().value_or(Bytes{}), *stat->file);
  }
}

TEST(OomStat, ALineOfMemoryStatIsAKeyAndANumber) {
  EXPECT_TRUE(IsStatLine("workingset_refault_anon 0"));
  EXPECT_FALSE(IsStatLine("anon"));
  EXPECT_FALSE(IsStatLine("anon 1 2"));
  EXPECT_FALSE(IsStatLine(" 12"));
  EXPECT_FALSE(IsStatLine("Anon 12"));
  EXPECT_FALSE(IsStatLine(""));
}

}  // namespace
}  // namespace headroom
