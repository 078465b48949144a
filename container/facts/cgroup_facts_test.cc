#include "container/facts/cgroup_facts.h"

#include <gtest/gtest.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class CgroupFactsTest : public testing::Test {
 protected:
  ContainerFacts Collect(Bytes huge_pages = Bytes{0}) {
    ContainerFacts facts;
    facts.host.hugetlb_total = huge_pages;
    found_ = CollectCgroup(host_.view(), {.v2 = FakeHost::kCgroup}, facts).has_value();
    return facts;
  }
  void WriteOwn(const std::string& file, const std::string& text) const {
    host_.Write(std::string("cg") + FakeHost::kCgroup + "/" + file, text);
  }

  FakeHost host_;
  bool found_ = false;
};

TEST_F(CgroupFactsTest, ProtectionIsThatOfItsOwnCgroup) {
  WriteOwn("memory.min", "4096\n");
  WriteOwn("memory.low", "max\n");
  host_.Write("cg/box.slice/memory.low", "1\n");
  EXPECT_EQ(Collect().memory_min, Limit(Bytes{4096}));
  EXPECT_EQ(Collect().memory_low, Limit::Unlimited());
  EXPECT_TRUE(found_);
}

TEST_F(CgroupFactsTest, ProtectionThatCannotBeReadIsNotNone) {
  WriteOwn("memory.min", "much\n");
  EXPECT_EQ(Collect().memory_min, std::nullopt);
}

TEST_F(CgroupFactsTest, TheSmallestNumberOfProcessesNamesItsLevel) {
  EXPECT_EQ(Collect().pids->count, std::nullopt) << "no limit anywhere is known to be none";
  EXPECT_EQ(Collect().pids->path, "");
  WriteOwn("pids.max", "200\n");
  EXPECT_EQ(Collect().pids->count, 200U);
  EXPECT_EQ(Collect().pids->path, FakeHost::kCgroup);
  host_.Write("cg/box.slice/pids.max", "100\n");
  EXPECT_EQ(Collect().pids->count, 100U);
  EXPECT_EQ(Collect().pids->path, "/box.slice");
  host_.Write("cg/box.slice/pids.max", "200\n");
  EXPECT_EQ(Collect().pids->path, FakeHost::kCgroup) << "of two alike the nearest";
}

TEST_F(CgroupFactsTest, AboveTheContainerTheLimitOfProcessesCountsAlsoWithoutOneOfItsOwn) {
  WriteOwn("cgroup.controllers", "memory\n");
  host_.Write("cg/box.slice/pids.max", "100\n");
  EXPECT_EQ(Collect().pids->count, 100U);
}

TEST_F(CgroupFactsTest, TheIoControllerCountsWhereTheHierarchyHasIt) {
  EXPECT_EQ(Collect().io_controller, false);
  WriteOwn("cgroup.controllers", "memory rdmaio\n");
  EXPECT_EQ(Collect().io_controller, false);
  host_.Write("cg/cgroup.controllers", "cpu io memory pids\n");
  EXPECT_EQ(Collect().io_controller, true) << "its own cgroup need not have it";
}

TEST_F(CgroupFactsTest, HugePagesMatterOnlyWhereTheHostHasThem) {
  WriteOwn("cgroup.controllers", "hugetlb memory\n");
  WriteOwn("hugetlb.2MB.max", "max\n");
  WriteOwn("hugetlb.1GB.max", "0\n");
  EXPECT_TRUE(Collect().hugetlb.empty());
  const ContainerFacts facts = Collect(Mebibytes(2));
  ASSERT_EQ(facts.hugetlb.size(), 2U);
  EXPECT_EQ(facts.hugetlb[0].page_size, Mebibytes(2));
  EXPECT_EQ(facts.hugetlb[0].max, Limit::Unlimited());
  EXPECT_EQ(facts.hugetlb[1].max, Limit(Bytes{0}));
}

TEST_F(CgroupFactsTest, WithoutControllersToReadNothingIsSaidOfThem) {
  host_.Write("cg/plain/cgroup.procs", "");
  ContainerFacts facts;
  EXPECT_TRUE(CollectCgroup(host_.view(), {.v2 = "/plain"}, facts));
  EXPECT_EQ(facts.pids, std::nullopt);
}

TEST_F(CgroupFactsTest, EveryLevelUpToTheRootKeepsItsPlace) {
  host_.AddCgroup("/a/b/c", "max", "max");
  host_.AddCgroup("/a", "1048576", "max");
  ContainerFacts facts;
  EXPECT_TRUE(CollectCgroup(host_.view(), {.v2 = "/a/b/c"}, facts));
  ASSERT_EQ(facts.ancestors.size(), 2U);
  EXPECT_EQ(facts.ancestors[0].path, "/a/b");
  EXPECT_EQ(facts.ancestors[0].limits.max, std::nullopt) << "no memory files there";
  EXPECT_EQ(facts.ancestors[1].path, "/a");
  EXPECT_EQ(facts.ancestors[1].limits.max, Limit(Mebibytes(1)));
  EXPECT_NE(facts.ancestors[1].inode, 0U);
}

TEST(CollectAskedAncestors, AreThoseOfACgroupThatIsNotThereYet) {
  const FakeHost host;
  host.AddCgroup("/a.slice", "1048576", "max");
  host.AddCgroup("/a.slice/a-b.slice", "max", "max");
  host.Write("cg/a.slice/pids.max", "300\n");
  ContainerFacts facts;
  facts.config.emplace().asked_cgroup = "/a.slice/a-b.slice/docker-1.scope";
  facts.pids = ContainerFacts::PidsMax{.count = 500, .path = ""};
  CollectAskedAncestors(host.view(), facts);
  EXPECT_TRUE(facts.AncestorsKnown());
  ASSERT_EQ(facts.ancestors.size(), 2U);
  EXPECT_EQ(facts.ancestors[0].path, "/a.slice/a-b.slice");
  EXPECT_EQ(facts.ancestors[1].limits.max, Limit(Bytes{1048576}));
  EXPECT_EQ(facts.pids->count, 300U);
  EXPECT_EQ(facts.pids->path, "/a.slice");
}

TEST(CollectAskedAncestors, AreAllKnownOrNone) {
  const FakeHost host;
  host.AddCgroup("/a.slice", "1048576", "max");
  std::string deep;
  for (int level = 0; level < 66; ++level) deep += "/a";
  for (const char* asked : {"", "/a.slice/a-b.slice/docker-1.scope", "/b.slice/x", deep.c_str()}) {
    ContainerFacts facts;
    facts.config.emplace().asked_cgroup = asked;
    CollectAskedAncestors(host.view(), facts);
    EXPECT_FALSE(facts.AncestorsKnown()) << asked;
    EXPECT_TRUE(facts.ancestors.empty()) << asked;
    EXPECT_FALSE(facts.pids) << asked;
  }
  ContainerFacts top;
  top.config.emplace().asked_cgroup = "/web";
  CollectAskedAncestors(host.view(), top);
  EXPECT_TRUE(top.AncestorsKnown()) << "there are none above it";
}

TEST(CollectAskedAncestors, ALevelThatTheRuntimeWillMakeHasNoLimit) {
  const FakeHost host;
  host.AddCgroup("/a.slice", "1048576", "max");
  ContainerFacts facts;
  facts.config.emplace().asked_cgroup = "/a.slice/docker/deeper/web";
  CollectAskedAncestors(host.view(), facts);
  EXPECT_TRUE(facts.AncestorsKnown());
  ASSERT_EQ(facts.ancestors.size(), 3U);
  EXPECT_EQ(facts.ancestors[0].path, "/a.slice/docker/deeper");
  EXPECT_EQ(facts.ancestors[0].limits.max, std::nullopt);
  EXPECT_EQ(facts.ancestors[2].limits.max, Limit(Bytes{1048576}));
}

TEST(HasController, GoesByWholeWords) {
  EXPECT_TRUE(HasController("cpu io memory\n", "memory"));
  EXPECT_FALSE(HasController("cpu io memory\n", "mem"));
  EXPECT_FALSE(HasController("", "io"));
}

}  // namespace
}  // namespace headroom
