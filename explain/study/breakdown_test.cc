#include "explain/study/breakdown.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace headroom {
namespace {

Bytes SumOf(const Breakdown& breakdown) {
  Bytes sum;
  for (const PartAmount& part : breakdown.parts) sum = sum + part.bytes;
  return sum;
}

MemoryStat Modern() {
  return ParseMemoryStat(
             "anon 100\nfile 60\nkernel 50\nkernel_stack 4\npagetables 6\npercpu 2\nsock 3\n"
             "vmalloc 1\nshmem 20\nzswap 5\nfile_mapped 30\nfile_dirty 8\nfile_writeback 2\n"
             "slab_reclaimable 10\nslab_unreclaimable 12\nhugetlb 7\n")
      .value();
}

TEST(Breakdown, AddsUpToWhatIsCharged) {
  const auto breakdown = BreakDown(Modern(), Bytes{250}).value();
  const std::vector<PartAmount> expected = {{ChargedPart::kAnon, Bytes{100}},
                                            {ChargedPart::kShmem, Bytes{20}},
                                            {ChargedPart::kDirty, Bytes{8}},
                                            {ChargedPart::kWriteback, Bytes{2}},
                                            {ChargedPart::kCleanCache, Bytes{30}},
                                            {ChargedPart::kSlabReclaimable, Bytes{10}},
                                            {ChargedPart::kSlabUnreclaimable, Bytes{12}},
                                            {ChargedPart::kKernelStacks, Bytes{4}},
                                            {ChargedPart::kPageTables, Bytes{6}},
                                            {ChargedPart::kPercpu, Bytes{2}},
                                            {ChargedPart::kVmalloc, Bytes{1}},
                                            {ChargedPart::kZswap, Bytes{5}},
                                            {ChargedPart::kOtherKernel, Bytes{10}},
                                            {ChargedPart::kSock, Bytes{3}},
                                            {ChargedPart::kHugetlb, Bytes{7}},
                                            {ChargedPart::kUnaccounted, Bytes{30}}};
  EXPECT_EQ(breakdown.parts, expected);
  EXPECT_EQ(breakdown.total, Bytes{250});
  EXPECT_EQ(breakdown.mapped, Bytes{30});
}

TEST(Breakdown, OfPartsThatAreMoreThanTheWholeHasTheirSum) {
  const auto breakdown = BreakDown(Modern(), Bytes{200}).value();
  EXPECT_EQ(breakdown.total, Bytes{220});
  EXPECT_EQ(breakdown.current, Bytes{200}) << "as it was read";
  EXPECT_EQ(breakdown.Of(ChargedPart::kUnaccounted), Bytes{0});
}

TEST(Breakdown, WithoutMemoryCurrentHasNothingUnaccounted) {
  const auto breakdown = BreakDown(Modern(), std::nullopt).value();
  EXPECT_EQ(breakdown.total, Bytes{220});
  EXPECT_EQ(breakdown.Of(ChargedPart::kUnaccounted), std::nullopt);
}

TEST(Breakdown, OfNoStatisticsIsNotKnown) {
  EXPECT_EQ(BreakDown(MemoryStat{}, Bytes{5}), std::nullopt);
  EXPECT_EQ(BreakDown(MemoryStatV1{}, Bytes{5}, Bytes{1}), std::nullopt);
  EXPECT_EQ(BreakDown(Sample{}), std::nullopt);
}

TEST(Breakdown, OfAnOldKernelSaysThatItsKernelMemoryIsNotAllStated) {
  const auto stat = ParseMemoryStat("anon 10\nfile 5\nshmem 1\nkernel_stack 2\nsock 0\n").value();
  const auto breakdown = BreakDown(stat, Bytes{20}).value();
  EXPECT_EQ(breakdown.Of(ChargedPart::kOtherKernel), std::nullopt) << "absent is not zero";
  EXPECT_EQ(breakdown.Of(ChargedPart::kKernelStacks), Bytes{2});
  EXPECT_EQ(breakdown.Of(ChargedPart::kCache), Bytes{4}) << "whether it is dirty is not stated";
  EXPECT_EQ(breakdown.Of(ChargedPart::kUnaccounted), Bytes{3});
  EXPECT_NE(UnaccountedReason(breakdown).find("does not state"), std::string_view::npos);
  EXPECT_NE(UnaccountedReason(breakdown),
            UnaccountedReason(BreakDown(Modern(), std::nullopt).value()));
}

TEST(Breakdown, OfV1HasKernelMemoryFromItsOwnFile) {
  const auto stat = ParseMemoryStatV1(
                        "total_cache 60\ntotal_rss 100\ntotal_shmem 20\ntotal_dirty 8\n"
                        "total_writeback 2\ntotal_mapped_file 9\n")
                        .value();
  const auto breakdown = BreakDown(stat, Bytes{200}, Bytes{30}).value();
  EXPECT_EQ(breakdown.Of(ChargedPart::kAnon), Bytes{100});
  EXPECT_EQ(breakdown.Of(ChargedPart::kShmem), Bytes{20});
  EXPECT_EQ(breakdown.Of(ChargedPart::kCleanCache), Bytes{30});
  EXPECT_EQ(breakdown.Of(ChargedPart::kOtherKernel), Bytes{30});
  EXPECT_EQ(breakdown.Of(ChargedPart::kUnaccounted), Bytes{10});
  EXPECT_EQ(breakdown.mapped, Bytes{9});
  EXPECT_FALSE(BreakDown(stat, Bytes{200}, std::nullopt)->kernel_stated);
}

TEST(Breakdown, OfASampleHasItsFourParts) {
  Sample sample;
  sample.current = Bytes{100};
  sample.anon = Bytes{50};
  sample.file = Bytes{30};
  sample.shmem = Bytes{10};
  sample.kernel = Bytes{15};
  const auto breakdown = BreakDown(sample).value();
  EXPECT_EQ(breakdown.Of(ChargedPart::kCache), Bytes{20});
  EXPECT_EQ(breakdown.Of(ChargedPart::kOtherKernel), Bytes{15});
  EXPECT_EQ(breakdown.Of(ChargedPart::kUnaccounted), Bytes{5});
}

TEST(Breakdown, EveryPartHasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(ChargedPart::kUnaccounted); ++i) {
    const auto name = ChargedPartName(static_cast<ChargedPart>(i));
    EXPECT_EQ(std::ranges::count(names, name), 0) << name;
    names.push_back(name);
  }
}

/// Any figure may be missing or be anything: the kernel's own do not fit into one another either.
class AnyStat {
 public:
  explicit AnyStat(unsigned seed) : random_(seed) {}

  std::optional<Bytes> Amount() {
    if (random_() % 4 == 0) return std::nullopt;
    return Bytes{random_() % 1000};
  }

  MemoryStat Next() {
    MemoryStat stat;
    for (std::optional<Bytes>* figure :
         {&stat.anon, &stat.file, &stat.kernel, &stat.kernel_stack, &stat.pagetables, &stat.percpu,
          &stat.sock, &stat.vmalloc, &stat.zswap, &stat.hugetlb, &stat.shmem, &stat.file_mapped,
          &stat.file_dirty, &stat.file_writeback, &stat.slab_reclaimable,
          &stat.slab_unreclaimable}) {
      *figure = Amount();
    }
    return stat;
  }

 private:
  std::mt19937 random_;
};

TEST(Breakdown, AlwaysAddsUpAndNeverBecomesNegative) {
  AnyStat any(1);
  for (int i = 0; i < 20000; ++i) {
    const MemoryStat stat = any.Next();
    const auto current = any.Amount();
    const auto breakdown = BreakDown(stat, current);
    ASSERT_EQ(breakdown.has_value(), stat.anon.has_value());
    if (!breakdown) continue;
    ASSERT_EQ(SumOf(*breakdown), breakdown->total);
    ASSERT_GE(breakdown->total, current.value_or(Bytes{}));
    ASSERT_LT(breakdown->total, Bytes{16000}) << "a difference below nothing";
    ASSERT_EQ(breakdown->Of(ChargedPart::kSock), stat.sock);
    ASSERT_EQ(breakdown->Of(ChargedPart::kOtherKernel).has_value(), stat.kernel.has_value());
  }
}

}  // namespace
}  // namespace headroom
