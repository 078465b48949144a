#include "kernel/cgroup/memory_limits.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

class MemoryLimitsTest : public testing::Test {
 protected:
  MemoryLimitsTest() { tree_.Write("a/cgroup.controllers", "memory\n"); }
  [[nodiscard]] CgroupDir Open() const {
    return CgroupDir::Open({.proc = "", .cgroup_root = tree_.path()}, "/a").value();
  }
  TemporaryDirectory tree_;
};

TEST(ParseLimit, TakesMaxAndBytesWithOrWithoutALineEnd) {
  EXPECT_TRUE(ParseLimit("max").value().unlimited());
  EXPECT_TRUE(ParseLimit("max\n").value().unlimited());
  EXPECT_EQ(ParseLimit("0\n").value(), Limit(Bytes{0}));
  EXPECT_EQ(ParseLimit("18446744073709551615").value(), Limit(Bytes{UINT64_MAX}));
}

TEST(ParseLimit, RefusesEverythingElse) {
  for (const char* bad : {"", "\n", "max\n\n", " max", "MAX", "1k", "-1", "18446744073709551616"}) {
    EXPECT_EQ(ParseLimit(bad).error().code, ErrorCode::kMalformed) << bad;
  }
}

TEST_F(MemoryLimitsTest, ReadsWhatTheCgroupHas) {
  tree_.Write("a/memory.max", "67108864\n");
  tree_.Write("a/memory.high", "max\n");
  tree_.Write("a/memory.swap.max", "0\n");
  tree_.Write("a/memory.oom.group", "1\n");
  const MemoryLimits expected{.max = Limit(Mebibytes(64)),
                              .high = Limit::Unlimited(),
                              .swap_max = Limit(Bytes{0}),
                              .oom_group = true};
  EXPECT_EQ(ReadMemoryLimits(Open()).value(), expected);
}

TEST_F(MemoryLimitsTest, AbsentFilesAreNeitherMaxNorZero) {
  EXPECT_EQ(ReadMemoryLimits(Open()).value(), MemoryLimits{});
}

TEST_F(MemoryLimitsTest, NamesTheFileThatIsMalformed) {
  tree_.Write("a/memory.oom.group", "2\n");
  const auto limits = ReadMemoryLimits(Open());
  ASSERT_FALSE(limits.has_value());
  EXPECT_EQ(limits.error().Message(), "/a/memory.oom.group: '2' is neither 0 nor 1");
}

TEST_F(MemoryLimitsTest, ARemovedCgroupHasNoLimitsAtAll) {
  const CgroupDir cgroup = Open();
  std::filesystem::remove(tree_.path() + "/a/cgroup.controllers");
  EXPECT_EQ(ReadMemoryLimits(cgroup).error().code, ErrorCode::kGone);
}

TEST_F(MemoryLimitsTest, ReadsOneNumber) {
  tree_.Write("a/memory.current", "4096\n");
  tree_.Write("a/memory.peak", "max\n");
  EXPECT_EQ(ReadBytes(Open(), "memory.current").value(), Bytes{4096});
  EXPECT_EQ(ReadBytes(Open(), "memory.peak").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(ReadBytes(Open(), "memory.swap.current").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
