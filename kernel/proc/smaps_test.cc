#include "kernel/proc/smaps.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

/// One mapping as fs/proc/task_mmu.c prints it, name in column 74.
std::string MappingText(const std::string& range, const std::string& name, int rss, int swap = 0) {
  const std::string head = range + " rw-p 00000000 00:00 0 ";
  return fmt::format(
      "{:<73}{}\n"
      "Size:               1024 kB\nKernelPageSize:        4 kB\n"
      "Rss:            {:8} kB\nPss:            {:8} kB\n"
      "Shared_Clean:          0 kB\nShared_Dirty:          0 kB\n"
      "Private_Clean:         0 kB\nPrivate_Dirty:         4 kB\n"
      "Anonymous:             4 kB\nAnonHugePages:         0 kB\n"
      "Swap:           {:8} kB\nLocked:                0 kB\n"
      "THPeligible:           0\nProtectionKey:         0\nVmFlags: rd wr mr mw me ac \n",
      head, name, rss, rss, swap);
}

std::string TwoMappings() {
  return MappingText("00400000-00500000", "/usr/bin/python3.11", 100) +
         MappingText("7ffc0000-7ffd0000", "[heap]", 200, 8);
}

TEST(Smaps, ReadsMappings) {
  const auto smaps = ParseSmaps(TwoMappings()).value();
  ASSERT_EQ(smaps.mappings.size(), 2U);
  EXPECT_FALSE(smaps.truncated);
  const Mapping& heap = smaps.mappings[1];
  EXPECT_EQ(heap.start, 0x7ffc0000U);
  EXPECT_EQ(heap.end, 0x7ffd0000U);
  EXPECT_EQ(heap.permissions, "rw-p");
  EXPECT_EQ(heap.inode, 0U);
  EXPECT_EQ(heap.name, "[heap]");
  EXPECT_EQ(heap.rss, Kibibytes(200));
  EXPECT_EQ(heap.private_dirty, Kibibytes(4));
  EXPECT_EQ(heap.swap, Kibibytes(8));
  EXPECT_EQ(smaps.TotalRss(), Kibibytes(300));
}

TEST(Smaps, AbsentLinesAreNotZero) {
  const auto smaps = ParseSmaps("0-1 r--p 0 0:0 0\nRss: 4 kB\nVmFlags: rd\n").value();
  EXPECT_EQ(smaps.mappings[0].rss, Kibibytes(4));
  EXPECT_EQ(smaps.mappings[0].swap, std::nullopt);
  EXPECT_EQ(smaps.mappings[0].name, "");
}

TEST(Smaps, KeepsBlanksInNames) {
  const auto smaps = ParseSmaps(MappingText("0-1", "/a b (deleted) ", 4)).value();
  EXPECT_EQ(smaps.mappings[0].name, "/a b (deleted) ");
}

TEST(Smaps, NothingIsNothing) {
  const auto smaps = ParseSmaps("").value();
  EXPECT_TRUE(smaps.mappings.empty());
  EXPECT_FALSE(smaps.truncated);
}

TEST(Smaps, ACutAtAnyByteIsToldAndIsNoError) {
  const std::string text = TwoMappings();
  const std::size_t first = MappingText("00400000-00500000", "/usr/bin/python3.11", 100).size();
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto smaps = ParseSmaps(text.substr(0, size));
    ASSERT_TRUE(smaps.has_value()) << size << ": " << smaps.error().Message();
    const bool between_mappings = size == 0 || size == first || size == text.size();
    ASSERT_EQ(smaps->truncated, !between_mappings) << size;
    ASSERT_LE(smaps->TotalRss(), Kibibytes(300)) << "half a number was taken for a whole one";
  }
}

TEST(Smaps, ABrokenLineInTheMiddleIsAnErrorThatNamesIt) {
  for (const std::string bad :
       {"", "Rss: 12\n", "Rss: x kB\n", "Rss: 12 MB\n", "rss: 12 kB\n", "0-1 rw-p\n",
        "0-1 rw 0 0:0 0\n", "2-1 rw-p 0 0:0 0\n", "0-1 rw-p 0 00 0\n", "?\n", "No colon\n"}) {
    const std::string line = bad.empty() ? "\n" : bad;
    const auto smaps = ParseSmaps("0-1 rw-p 0 0:0 0 \n" + line + "VmFlags: rd\n");
    ASSERT_FALSE(smaps.has_value()) << line;
    EXPECT_EQ(smaps.error().code, ErrorCode::kMalformed);
    EXPECT_EQ(smaps.error().where, "smaps:2");
  }
  EXPECT_FALSE(ParseSmaps("Rss: 4 kB\n").has_value()) << "figures of no mapping";
}

TEST(Smaps, SplittingBetweenMappingsAddsUp) {
  const std::string text = TwoMappings() + MappingText("7ffe0000-7ffe1000", "", 50);
  const auto whole = ParseSmaps(text).value();
  for (std::size_t i = 0; i < whole.mappings.size(); ++i) {
    const std::size_t cut = text.find(i == 0 ? "7ffc" : "7ffe");
    const auto head = ParseSmaps(text.substr(0, cut)).value();
    const auto tail = ParseSmaps(text.substr(cut)).value();
    EXPECT_EQ(head.TotalRss() + tail.TotalRss(), whole.TotalRss());
  }
}

TEST(Smaps, OfOneselfIsUnderstood) {
  const auto text = ReadProcessFile(HostView{}, getpid(), "smaps", 1U << 26U);
  if (!text) GTEST_SKIP() << "no smaps here: " << text.error().Message();
  const auto smaps = ParseSmaps(*text);
  ASSERT_TRUE(smaps.has_value()) << smaps.error().Message();
  EXPECT_FALSE(smaps->truncated);
  EXPECT_GT(smaps->TotalRss(), Bytes{0});
}

TEST(SmapsRollup, ReadsTotals) {
  const auto total = ParseSmapsRollup(
                         "00400000-7ffd0000 ---p 00000000 00:00 0                          "
                         "[rollup]\nRss:  41540 kB\nPss_Anon: 3 kB\nSwap:  0 kB\n")
                         .value();
  EXPECT_EQ(total.rss, Kibibytes(41540));
  EXPECT_EQ(total.swap, Bytes{0});
  EXPECT_EQ(total.locked, std::nullopt);
  EXPECT_EQ(total.name, "[rollup]");
}

TEST(SmapsRollup, IsAllOrNothing) {
  for (const char* bad :
       {"", "Rss: 1 kB\n", "0-1 ---p 0 0:0 0 [rollup]\n", "0-1 ---p 0 0:0 0 [rollup]\nRss: 12"}) {
    EXPECT_EQ(ParseSmapsRollup(bad).error().code, ErrorCode::kMalformed) << bad;
  }
}

}  // namespace
}  // namespace headroom
