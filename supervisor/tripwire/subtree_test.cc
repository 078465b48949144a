#include "supervisor/tripwire/subtree.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(RescanDelay, LeavesMostOfTheEventThreadToOthers) {
  EXPECT_EQ(RescanDelay(0ns), 20ms);
  EXPECT_EQ(RescanDelay(1ms), 20ms) << "a change of a limit is noticed soon";
  EXPECT_EQ(RescanDelay(100ms), 900ms);
  EXPECT_EQ(RescanDelay(3s), 27s) << "however much the container has made";
  EXPECT_EQ(RescanDelay(8h), 5min) << "the machine was suspended";
}

class ReadOwnLimitTest : public testing::Test {
 protected:
  ReadOwnLimitTest() { dir_.Write("box/cgroup.controllers", "memory\n"); }
  [[nodiscard]] CgroupDir Open() const {
    return CgroupDir::Open({.cgroup_root = dir_.path()}, "/box").value();
  }
  TemporaryDirectory dir_;
};

TEST_F(ReadOwnLimitTest, IsWhatTheCgroupHas) {
  const CgroupDir cgroup = Open();
  EXPECT_EQ(ReadOwnLimit(cgroup), Limit::Unlimited());
  dir_.Write("box/memory.max", "67108864\n");
  EXPECT_EQ(ReadOwnLimit(cgroup), Limit(Bytes{67108864}));
  dir_.Write("box/memory.max", "max\n");
  EXPECT_EQ(ReadOwnLimit(cgroup), Limit::Unlimited());
}

TEST_F(ReadOwnLimitTest, OfACgroupThatWasRemovedIsNotNone) {
  dir_.Write("box/memory.max", "67108864\n");
  const CgroupDir cgroup = Open();
  std::filesystem::remove_all(dir_.path() + "/box");
  EXPECT_EQ(ReadOwnLimit(cgroup), std::nullopt);
}

}  // namespace
}  // namespace headroom
