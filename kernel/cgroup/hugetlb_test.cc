#include "kernel/cgroup/hugetlb.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

TEST(HugePageSize, HasTheNamesThatTheKernelGives) {
  for (const auto& [name, size] :
       {std::pair{"64KB", Kibibytes(64)}, std::pair{"2MB", Mebibytes(2)},
        std::pair{"512MB", Mebibytes(512)}, std::pair{"1GB", Mebibytes(1024)}}) {
    EXPECT_EQ(ParseHugePageSize(name), size);
    EXPECT_EQ(HugePageSizeName(size), name);
  }
}

TEST(HugePageSize, IsNothingElse) {
  for (const char* bad :
       {"", "MB", "2", "2mb", "-2MB", "0MB", "2MB.rsvd", "18446744073709551615GB"}) {
    EXPECT_EQ(ParseHugePageSize(bad), std::nullopt) << bad;
  }
}

TEST(HugetlbLimits, ComeFromTheFilesOfTheControllerSmallestFirst) {
  const TemporaryDirectory tree;
  tree.Write("a/hugetlb.2MB.max", "0\n");
  tree.Write("a/hugetlb.2MB.rsvd.max", "7\n");
  tree.Write("a/hugetlb.2MB.current", "7\n");
  tree.Write("a/hugetlb.1GB.max", "max\n");
  tree.Write("a/hugetlb.64KB.max", "broken\n");
  tree.Write("a/hugetlb.max", "7\n");
  tree.Write("b/memory.max", "7\n");
  const HostView host{.cgroup_root = tree.path()};
  EXPECT_EQ(ReadHugetlbLimits(*CgroupDir::Open(host, "/a")),
            (std::vector<HugetlbLimit>{{.page_size = Mebibytes(2), .max = Limit(Bytes{0})},
                                       {.page_size = Mebibytes(1024), .max = Limit::Unlimited()}}));
  EXPECT_TRUE(ReadHugetlbLimits(*CgroupDir::Open(host, "/b")).empty());
}

}  // namespace
}  // namespace headroom
