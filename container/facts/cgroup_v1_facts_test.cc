#include <gtest/gtest.h>

#include "container/facts/cgroup_facts.h"
#include "container/facts/facts.h"
#include "container/facts/make_enrolment.h"
#include "container/running/running_facts.h"
#include "container/testing/fake_host_v1.h"

namespace headroom {
namespace {

class CgroupV1Facts : public testing::Test {
 protected:
  ContainerFacts Collect() {
    const OciConfig config = FakeHost::config();
    auto facts = CollectFacts(host_.surroundings(), host_.state(), &config);
    EXPECT_TRUE(facts) << facts.error().Message();
    return facts.value_or(ContainerFacts{});
  }

  FakeHostV1 host_;
};

TEST_F(CgroupV1Facts, AreOfTheHierarchyWithTheMemoryController) {
  const ContainerFacts facts = Collect();
  EXPECT_EQ(facts.cgroup_version, CgroupVersion::kV1);
  EXPECT_EQ(facts.cgroup.path, FakeHost::kCgroup) << "and not that of cgroup v2 beside it";
  EXPECT_NE(facts.cgroup.inode, 0U);
  EXPECT_EQ(facts.cgroup.limits,
            (MemoryLimits{.max = Limit(Mebibytes(64)), .swap_max = Limit(Mebibytes(32))}));
  EXPECT_EQ(facts.cgroup.events, (MemoryEvents{.max = 2, .oom_kill = 0}));
  ASSERT_EQ(facts.ancestors.size(), 1U);
  EXPECT_EQ(facts.ancestors[0].path, "/box.slice");
  EXPECT_EQ(facts.ancestors[0].limits.max, Limit::Unlimited());
  EXPECT_TRUE(facts.own_cgroup) << facts.not_own_reason;
  EXPECT_FALSE(facts.pids) << "that controller is in another hierarchy";
  EXPECT_FALSE(facts.io_controller);
}

TEST_F(CgroupV1Facts, ACgroupThatTheEngineIsInIsNotTheContainersOwn) {
  host_.SetMemoryCgroup(FakeHost::kEngine, FakeHost::kCgroup);
  host_.SetProcsV1(FakeHost::kCgroup, fmt::format("{}\n{}\n", FakeHost::kEngine, FakeHost::kInit));
  const ContainerFacts facts = Collect();
  EXPECT_FALSE(facts.own_cgroup);
  EXPECT_NE(facts.not_own_reason.find("engine"), std::string::npos) << facts.not_own_reason;
}

TEST_F(CgroupV1Facts, ThoseAboveACgroupThatIsNotThereYetAreOfTheSameHierarchy) {
  host_.AddCgroupV1("/agents.slice", "67108864");
  ContainerFacts facts;
  facts.config.emplace().asked_cgroup = "/agents.slice/docker-1.scope";
  CollectAskedAncestors(host_.view(), facts);
  ASSERT_TRUE(facts.AncestorsKnown());
  EXPECT_EQ(facts.ancestors.at(0).limits.max, Limit(Mebibytes(64)));
}

TEST_F(CgroupV1Facts, OneBelowWithProcessesIsSeen) {
  const std::string below = std::string(FakeHost::kCgroup) + "/job";
  host_.AddCgroupV1(below, "9223372036854771712");
  EXPECT_TRUE(Collect().own_cgroup);
  host_.SetProcsV1(below, "77\n");
  EXPECT_NE(Collect().not_own_reason.find("job"), std::string::npos);
}

TEST_F(CgroupV1Facts, AnEnrolmentKeepsTheVersion) {
  const Enrolment before = MakeEnrolment(Collect(), Mode::kTripwire, {});
  const auto after = ParseEnrolment(SerializeEnrolment(before), "enrolment.json");
  ASSERT_TRUE(after) << after.error().Message();
  EXPECT_EQ(after->cgroup_version, CgroupVersion::kV1);
  EXPECT_EQ(after->cgroup.path, FakeHost::kCgroup);
  EXPECT_EQ(after->EffectiveLimit(), Limit(Mebibytes(64)));
}

TEST_F(CgroupV1Facts, ARecordOfV2DoesNotSpeakOfTheVersion) {
  Enrolment enrolment = MakeEnrolment(Collect(), Mode::kTripwire, {});
  enrolment.cgroup_version = CgroupVersion::kV2;
  std::string text = SerializeEnrolment(enrolment);
  EXPECT_EQ(text.find("cgroup_version"), std::string::npos);
  text.insert(1, "\"cgroup_version\": \"v3\",");
  EXPECT_EQ(ParseEnrolment(text, "x").error().code, ErrorCode::kMalformed);
}

TEST_F(CgroupV1Facts, OfAContainerThatRunsAreThoseOfTheCgroupThatItsRuntimeMade) {
  host_.SetMemoryCgroup(FakeHost::kInit, std::string(FakeHost::kCgroup) + "/job");
  RunningContainer container;
  container.id = "web";
  container.init = {.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart};
  container.cgroup = FakeHost::kCgroup;
  const auto facts = CollectRunningFacts(host_.surroundings(), container, nullptr);
  ASSERT_TRUE(facts) << facts.error().Message();
  EXPECT_EQ(facts->cgroup.path, FakeHost::kCgroup);
}

}  // namespace
}  // namespace headroom
