#include "cli/run/own_cgroup.h"

#include <gtest/gtest.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class ParentForCgroupTest : public testing::Test {
 protected:
  ParentForCgroupTest() {
    host_.AddCgroup("/a", "max", "max");
    host_.AddCgroup("/a/b", "max", "max");
    Give("", "");
  }
  void Give(const std::string& cgroup, const std::string& controllers) const {
    host_.Write("cg" + cgroup + "/cgroup.subtree_control", controllers + "\n");
  }
  FakeHost host_;
};

TEST_F(ParentForCgroupTest, IsTheNearestThatGivesTheMemoryController) {
  Give("", "cpu memory");
  EXPECT_EQ(ParentForCgroup(host_.view(), "/a/b"), "/");
  Give("/a", "memory pids");
  EXPECT_EQ(ParentForCgroup(host_.view(), "/a/b"), "/a");
  EXPECT_EQ(ParentForCgroup(host_.view(), "/a"), "/a");
}

TEST_F(ParentForCgroupTest, OneThatGivesOthersIsPassedOver) {
  Give("/a", "cpu memory_x");
  const auto none = ParentForCgroup(host_.view(), "/a/b");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  EXPECT_NE(none.error().Message().find("write +memory"), std::string::npos)
      << none.error().Message();
}

TEST_F(ParentForCgroupTest, OfTheRootTheRootIsAsked) {
  EXPECT_FALSE(ParentForCgroup(host_.view(), "/"));
  Give("", "memory");
  EXPECT_EQ(ParentForCgroup(host_.view(), "/"), "/");
}

TEST_F(ParentForCgroupTest, OnV1EveryCgroupGivesIt) {
  host_.Write("cg/v1/memory.usage_in_bytes", "0\n");
  EXPECT_EQ(ParentForCgroup(host_.view(), "/v1"), "/v1");
}

TEST_F(ParentForCgroupTest, AUsersSystemdThatHasTheControllerMayLimit) {
  host_.Write("cg/a/cgroup.controllers", "cpu memory pids\n");
  EXPECT_EQ(WhyNotDelegated(host_.view(), "/a"), "");
}

TEST_F(ParentForCgroupTest, OneThatHasItNotIsNamedWithWhatItHas) {
  host_.Write("cg/a/cgroup.controllers", "pids\n");
  const std::string why = WhyNotDelegated(host_.view(), "/a");
  EXPECT_NE(why.find("/a/cgroup.controllers has \"pids\", expected memory"), std::string::npos)
      << why;
  EXPECT_NE(why.find("Delegate=memory"), std::string::npos) << why;
  EXPECT_NE(WhyNotDelegated(host_.view(), "/gone").find("cannot be read"), std::string::npos);
}

TEST(WholePages, AreWhatTheKernelMakesOfALimit) {
  EXPECT_EQ(WholePages(Mebibytes(64)), Mebibytes(64));
  EXPECT_EQ(WholePages(Bytes{Mebibytes(64).value + 1}), Mebibytes(64));
  EXPECT_EQ(WholePages(Bytes{Mebibytes(64).value - 1}).value % 4096, 0U);
  EXPECT_EQ(WholePages(Bytes{0}), Bytes{0});
}

}  // namespace
}  // namespace headroom
