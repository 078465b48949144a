#include "kernel/cgroup/memory_stat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

TEST(MemoryStat, ReadsKeysInAnyOrder) {
  const auto stat = ParseMemoryStat(
                        "pgmajfault 7\nshmem 4096\nfile 8192\nanon 50216960\n"
                        "slab_unreclaimable 832\nworkingset_refault_file 3\n")
                        .value();
  EXPECT_EQ(stat.anon, Bytes{50216960});
  EXPECT_EQ(stat.file, Bytes{8192});
  EXPECT_EQ(stat.shmem, Bytes{4096});
  EXPECT_EQ(stat.slab_unreclaimable, Bytes{832});
  EXPECT_EQ(stat.workingset_refault_file, 3U);
  EXPECT_EQ(stat.pgmajfault, 7U);
}

TEST(MemoryStat, TellsKeysApartThatBeginAlike) {
  const auto stat = ParseMemoryStat("anon_thp 1\nfile_thp 2\nslab 3\nkernel_stack 4\n").value();
  EXPECT_EQ(stat.anon, std::nullopt);
  EXPECT_EQ(stat.anon_thp, Bytes{1});
  EXPECT_EQ(stat.kernel, std::nullopt) << "absent before Linux 5.18, and not zero";
  EXPECT_EQ(stat.kernel_stack, Bytes{4});
}

TEST(MemoryStat, RefusesBadNumbersAndRepeatedKeys) {
  EXPECT_EQ(ParseMemoryStat("anon 1\nanon 1\n").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(ParseMemoryStat("file 1\nanon 1x\n").error().where, "memory.stat:2");
}

TEST(MemoryStat, IsReadFromItsCgroup) {
  const TemporaryDirectory tree;
  tree.Write("a/memory.stat", "anon 4096\n");
  const auto cgroup = CgroupDir::Open({.proc = "", .cgroup_root = tree.path()}, "/a").value();
  EXPECT_EQ(ReadMemoryStat(cgroup).value().anon, Bytes{4096});
}

TEST(Unreclaimable, OfNothingIsNothing) { EXPECT_EQ(Unreclaimable({}, Bytes{}), Bytes{0}); }

TEST(Unreclaimable, CountsAnonShmemAndKernelMemoryButNoCache) {
  MemoryStat stat;
  stat.anon = Bytes{1000};
  stat.file = Bytes{9000};
  stat.shmem = Bytes{200};
  stat.slab_reclaimable = Bytes{5000};
  stat.slab_unreclaimable = Bytes{30};
  stat.kernel_stack = Bytes{4};
  stat.pagetables = Bytes{3};
  stat.sock = Bytes{2};
  stat.percpu = Bytes{1};
  stat.vmalloc = Bytes{500};
  EXPECT_EQ(Unreclaimable(stat, Bytes{}), Bytes{1740});
}

TEST(Unreclaimable, CountsKernelMemoryThatHasNoFigureOfItsOwn) {
  MemoryStat stat;
  stat.anon = Bytes{1000};
  stat.kernel = Bytes{60000};
  stat.slab_reclaimable = Bytes{5000};
  stat.zswap = Bytes{3000};
  stat.pagetables = Bytes{100};
  stat.sock = Bytes{7};
  EXPECT_EQ(Unreclaimable(stat, Bytes{}), Bytes{53007});
  stat.kernel = Bytes{50};  // the sum lags behind its parts
  EXPECT_EQ(Unreclaimable(stat, Bytes{}), Bytes{1107});
}

TEST(Unreclaimable, LeavesOutWhatFreeSwapCouldTake) {
  MemoryStat stat;
  stat.anon = Bytes{1000};
  stat.pagetables = Bytes{10};
  EXPECT_EQ(Unreclaimable(stat, Bytes{400}), Bytes{610});
  EXPECT_EQ(Unreclaimable(stat, Bytes{4000}), Bytes{10});
}

TEST(InNoFigure, IsWhatIsChargedBeyondTheSumOfAllThatIsCounted) {
  MemoryStat stat;
  stat.anon = Bytes{1000};
  stat.file = Bytes{200};
  stat.shmem = Bytes{150};  // within file
  stat.kernel = Bytes{300};
  stat.slab_unreclaimable = Bytes{100};  // within kernel, as the next
  stat.slab_reclaimable = Bytes{120};
  stat.sock = Bytes{40};
  stat.hugetlb = Bytes{50};
  stat.swapcached = Bytes{10};
  EXPECT_EQ(InNoFigure(stat, Bytes{60000}), Bytes{58400});
  EXPECT_EQ(InNoFigure(stat, Bytes{1600}), Bytes{0});
}

TEST(InNoFigure, IsNothingWhereTheFiguresAreAheadOfTheUsage) {
  MemoryStat stat;
  stat.anon = Bytes{1000};
  EXPECT_EQ(InNoFigure(stat, Bytes{400}), Bytes{0});
}

TEST(InNoFigure, WithoutASumOfTheKernelsMemoryTakesItsPartsForIt) {
  MemoryStat stat;
  stat.slab_unreclaimable = Bytes{100};
  stat.slab_reclaimable = Bytes{120};
  stat.kernel_stack = Bytes{5};
  stat.pagetables = Bytes{4};
  stat.percpu = Bytes{3};
  stat.vmalloc = Bytes{2};
  EXPECT_EQ(InNoFigure(stat, Bytes{1000}), Bytes{766});
}

TEST(Unreclaimable, CountsLockedAnonOnceAndSwapCannotTakeIt) {
  MemoryStat stat;
  stat.anon = Bytes{1000};
  stat.inactive_anon = Bytes{300};
  stat.active_anon = Bytes{0};
  stat.unevictable = Bytes{700};
  EXPECT_EQ(Unreclaimable(stat, Bytes{0}), Bytes{1000});
  EXPECT_EQ(Unreclaimable(stat, Bytes{5000}), Bytes{700});
}

TEST(Unreclaimable, AddsLockedFilePagesToAnon) {
  MemoryStat stat;
  stat.anon = Bytes{500};
  stat.file = Bytes{900};
  stat.inactive_anon = Bytes{100};
  stat.active_anon = Bytes{400};
  stat.unevictable = Bytes{600};
  EXPECT_EQ(Unreclaimable(stat, Bytes{}), Bytes{1100}) << "no anon is missing from its lists";
}

TEST(Unreclaimable, WithoutTheListsTakesLockedPagesForAnonAsFarAsTheyFit) {
  MemoryStat stat;
  stat.anon = Bytes{500};
  stat.unevictable = Bytes{600};
  EXPECT_EQ(Unreclaimable(stat, Bytes{}), Bytes{600});
  EXPECT_EQ(Unreclaimable(stat, Bytes{1000}), Bytes{600});
}

TEST(Unreclaimable, DoesNotTakeSwapCacheForAnonThatIsThere) {
  MemoryStat stat;
  stat.anon = Bytes{500};
  stat.inactive_anon = Bytes{500};  // 200 of them locked elsewhere, 200 unmapped swap cache
  stat.active_anon = Bytes{0};
  stat.swapcached = Bytes{200};
  stat.unevictable = Bytes{200};
  EXPECT_EQ(Unreclaimable(stat, Bytes{}), Bytes{500});
}

TEST(Unreclaimable, IsNeverMoreThanWhatIsThere) {
  // Any true split of pages into locked and evictable, anon and file, with a share of the anon
  // pages on no list yet: the bound stays at or below the truth.
  std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same numbers every time
  const auto up_to = [&](std::uint64_t most) { return random() % (most + 1); };
  for (int round = 0; round < 10000; ++round) {
    const std::uint64_t anon = up_to(1000);
    const std::uint64_t locked_anon = up_to(anon);
    const std::uint64_t locked_file = up_to(1000);
    const std::uint64_t on_no_list = up_to(anon - locked_anon);
    const std::uint64_t stray_swap_cache = up_to(50);
    const std::uint64_t swap = up_to(1500);
    MemoryStat stat;
    stat.anon = Bytes{anon};
    stat.unevictable = Bytes{locked_anon + locked_file};
    if (round % 2 == 0) {
      stat.active_anon = Bytes{anon - locked_anon - on_no_list + stray_swap_cache};
      stat.inactive_anon = Bytes{0};
      stat.swapcached = Bytes{stray_swap_cache};
    }
    const std::uint64_t truth = std::max(anon - std::min(anon, swap), locked_anon) + locked_file;
    ASSERT_LE(Unreclaimable(stat, Bytes{swap}), Bytes{truth}) << "round " << round;
    ASSERT_GE(Unreclaimable(stat, Bytes{swap}), Bytes{anon} - Bytes{swap});
  }
}

}  // namespace
}  // namespace headroom
