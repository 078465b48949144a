#include "container/facts/service_facts.h"

#include <gtest/gtest.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class ServiceFactsTest : public testing::Test {
 protected:
  [[nodiscard]] Result<ContainerFacts> Collect() const {
    return CollectServiceFacts(host_.surroundings(), service_);
  }

  FakeHost host_;
  RunningService service_{.unit = "web.service",
                          .main = {.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart},
                          .cgroup = FakeHost::kCgroup};
};

TEST_F(ServiceFactsTest, AreThoseOfTheUnitsCgroupUnderItsName) {
  const auto facts = Collect();
  ASSERT_TRUE(facts) << facts.error().Message();
  EXPECT_EQ(facts->id, "web.service");
  EXPECT_EQ(facts->engine.engine, kUnitEngine);
  EXPECT_EQ(facts->engine.name, "web.service");
  EXPECT_EQ(facts->init, service_.main);
  EXPECT_EQ(facts->cgroup.path, FakeHost::kCgroup);
  EXPECT_EQ(facts->cgroup.limits.max, Limit(Mebibytes(64)));
  EXPECT_TRUE(facts->own_cgroup) << facts->not_own_reason;
}

TEST_F(ServiceFactsTest, EveryProcessInTheCgroupIsTheUnitsWhoeverStartedIt) {
  host_.AddProcess(900, "worker", 1, 5, FakeHost::kCgroup);
  host_.SetProcs(FakeHost::kCgroup, fmt::format("{}\n900\n", FakeHost::kInit));
  EXPECT_TRUE(Collect()->own_cgroup) << Collect()->not_own_reason;
}

TEST_F(ServiceFactsTest, AMainProcessInACgroupBelowLeavesTheUnitItsOwn) {
  host_.SetCgroup(FakeHost::kInit, fmt::format("0::{}/payload\n", FakeHost::kCgroup));
  EXPECT_EQ(Collect()->cgroup.path, FakeHost::kCgroup);
  EXPECT_TRUE(Collect()->own_cgroup);
}

TEST_F(ServiceFactsTest, AMainProcessElsewhereLeavesItWithoutACgroup) {
  host_.SetCgroup(FakeHost::kInit, "0::/engine.service\n");
  const auto facts = Collect();
  ASSERT_TRUE(facts);
  EXPECT_TRUE(facts->cgroup.path.empty());
  EXPECT_FALSE(facts->own_cgroup);
  EXPECT_EQ(
      facts->not_own_reason,
      fmt::format("its main process is in cgroup /engine.service, not in {}", FakeHost::kCgroup));
}

TEST_F(ServiceFactsTest, TheRootCgroupIsNoUnits) {
  service_.cgroup = "/";
  EXPECT_FALSE(Collect()->own_cgroup);
  EXPECT_TRUE(Collect()->cgroup.path.empty());
}

TEST_F(ServiceFactsTest, AnotherProcessOfThatNumberIsNotItsMainProcess) {
  service_.main.start_ticks += 1;
  EXPECT_EQ(Collect().error().code, ErrorCode::kGone);
  service_.main.pid = 99999;
  EXPECT_EQ(Collect().error().code, ErrorCode::kGone);
}

}  // namespace
}  // namespace headroom
