#include "kernel/cgroup/memory_stat_v1.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(MemoryStatV1, IsThatOfTheHierarchy) {
  const auto stat = ParseMemoryStatV1(
                        "cache 1\nrss 2\ntotal_cache 4096\ntotal_rss 8192\ntotal_rss_huge 0\n"
                        "total_shmem 1024\ntotal_mapped_file 7\ntotal_dirty 5\ntotal_writeback 6\n"
                        "total_inactive_file 3\n")
                        .value();
  EXPECT_EQ(stat.cache, Bytes{4096});
  EXPECT_EQ(stat.rss, Bytes{8192});
  EXPECT_EQ(stat.shmem, Bytes{1024});
  EXPECT_EQ(stat.mapped_file, Bytes{7});
  EXPECT_EQ(stat.dirty, Bytes{5});
  EXPECT_EQ(stat.writeback, Bytes{6});
  EXPECT_EQ(stat.inactive_file, Bytes{3});
}

TEST(MemoryStatV1, AMissingKeyIsNotZero) {
  EXPECT_EQ(ParseMemoryStatV1("total_rss 1\n")->cache, std::nullopt);
  EXPECT_EQ(ParseMemoryStatV1("")->rss, std::nullopt);
}

TEST(MemoryStatV1, ABadNumberIsAnError) {
  for (const char* bad : {"total_rss\n", "total_rss -1\n", "total_rss x\n",
                          "total_rss 1\ntotal_rss 1\n", "total_rss 99999999999999999999\n"}) {
    EXPECT_EQ(ParseMemoryStatV1(bad).error().code, ErrorCode::kMalformed) << bad;
  }
}

TEST(MemoryStatV1, ThatOfV2HasNoneOfItsKeys) {
  const auto stat = ParseMemoryStatV1("anon 1\nfile 2\nkernel 3\n").value();
  EXPECT_EQ(stat.rss, std::nullopt);
  EXPECT_EQ(stat.cache, std::nullopt);
}

}  // namespace
}  // namespace headroom
