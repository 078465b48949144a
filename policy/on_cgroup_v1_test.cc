#include <gtest/gtest.h>

#include <string>

#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

/// What the hook finds of a container whose memory controller is on cgroup v1.
ContainerFacts OnV1() {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup_version = CgroupVersion::kV1;
  facts.cgroup.limits.high.reset();
  facts.io_controller.reset();
  return facts;
}

std::string ReasonOf(const Judgement& judgement) {
  const auto* not_judged = std::get_if<NotJudged>(&judgement);
  return not_judged == nullptr ? "" : not_judged->reason;
}

TEST(OnCgroupV1, RulesThatCannotHoldThereSaySo) {
  EXPECT_EQ(ReasonOf(Judge("memory-high-below-max", OnV1())),
            "it cannot hold on cgroup v1, where the memory controller is: no memory.high there");
  EXPECT_EQ(
      ReasonOf(Judge("oom-group", OnV1())),
      "it cannot hold on cgroup v1, where the memory controller is: no memory.oom.group there");
  EXPECT_EQ(ReasonOf(Judge("protection-sane", OnV1())),
            "it cannot hold on cgroup v1, where the memory controller is: no memory.min and "
            "memory.low there");
  for (const char* rule : {"pids-bounded", "hugetlb-bounded"}) {
    ContainerFacts facts = OnV1();
    facts.host.hugetlb_total = Mebibytes(2);
    EXPECT_NE(ReasonOf(Judge(rule, facts)).find("in another hierarchy"), std::string::npos) << rule;
  }
}

TEST(OnCgroupV1, TheLimitIsJudgedAndCalledAsItIsThere) {
  EXPECT_TRUE(IsSatisfied(Judge("memory-max-required", OnV1())));
  ContainerFacts facts = OnV1();
  facts.cgroup.limits.max = Limit::Unlimited();
  const Violation violation = ViolationOf(Judge("memory-max-required", facts));
  EXPECT_EQ(violation.fact,
            "memory.limit_in_bytes is max (no limit) on the container and on 1 cgroup above it");
}

TEST(OnCgroupV1, ALimitAboveThatIsTighterIsFound) {
  ContainerFacts facts = OnV1();
  facts.ancestors.at(0).limits.max = Limit(Mebibytes(32));
  const Violation violation = ViolationOf(Judge("ancestor-tighter", facts));
  EXPECT_TRUE(violation.fact.starts_with("memory.limit_in_bytes is 64 MiB")) << violation.fact;
}

TEST(OnCgroupV1, SwapIsBoundedTogetherWithMemory) {
  ContainerFacts facts = OnV1();
  facts.host.swap_total = Mebibytes(512);
  facts.cgroup.limits.swap_max = Limit(Mebibytes(32));
  facts.unit = UnitFacts{.name = "docker-3f1c9a.scope", .sets_swap_max = false};
  EXPECT_TRUE(IsSatisfied(Judge("swap-bounded", facts))) << "systemd takes nothing back there";
  const Violation violation =
      ViolationOf(Judge("swap-bounded", facts, {{"at_most", Limit(Bytes{0})}}));
  EXPECT_EQ(violation.fact,
            "the swap that memory.memsw.limit_in_bytes leaves is 32 MiB, more than the 0 (no swap) "
            "that policy accepts");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_NE(violation.no_fix_reason.find("together with memory"), std::string::npos);
}

/// 256 MiB of memory and no limit of both, below a level that has 1 GiB of each.
ContainerFacts BelowALimitOfBoth() {
  ContainerFacts facts = OnV1();
  facts.host.swap_total = Mebibytes(4096);
  facts.cgroup.limits.max = Limit(Mebibytes(256));
  facts.cgroup.limits.swap_max = Limit::Unlimited();
  facts.ancestors.at(0).limits.max = Limit(Mebibytes(1024));
  facts.ancestors.at(0).limits.swap_max = Limit(Bytes{0});
  return facts;
}

TEST(OnCgroupV1, WhatALevelAboveLeavesBesideItsMemoryIsNoBoundOfTheContainersSwap) {
  EXPECT_EQ(
      ViolationOf(Judge("swap-bounded", BelowALimitOfBoth(), {{"at_most", Limit(Bytes{0})}})).fact,
      "the swap that memory.memsw.limit_in_bytes of /system.slice leaves is 1 GiB, more than the 0 "
      "(no swap) that policy accepts");
  const ParameterValues all = {{"at_most", Limit(Mebibytes(1024))}};
  EXPECT_TRUE(IsSatisfied(Judge("swap-bounded", BelowALimitOfBoth(), all)))
      << "both together are one";
  EXPECT_TRUE(IsSatisfied(Judge("swap-bounded", BelowALimitOfBoth()))) << "it is bounded";
}

TEST(OnCgroupV1, TheContainersOwnBoundCountsWhereItIsTighter) {
  ContainerFacts facts = BelowALimitOfBoth();
  facts.cgroup.limits.swap_max = Limit(Mebibytes(64));
  EXPECT_TRUE(IsSatisfied(Judge("swap-bounded", facts, {{"at_most", Limit(Mebibytes(64))}})));
  EXPECT_EQ(ViolationOf(Judge("swap-bounded", facts, {{"at_most", Limit(Mebibytes(63))}})).fact,
            "the swap that memory.memsw.limit_in_bytes leaves is 64 MiB, more than the 63 MiB that "
            "policy accepts");
}

TEST(OnCgroupV1, WithoutALimitOfBothAnywhereTheSwapIsUnbounded) {
  ContainerFacts facts = BelowALimitOfBoth();
  facts.ancestors.at(0).limits.swap_max = Limit::Unlimited();
  EXPECT_TRUE(ViolationOf(Judge("swap-bounded", facts))
                  .fact.starts_with("the swap that memory.memsw.limit_in_bytes leaves is max (no "
                                    "limit), so beyond its 256 MiB of memory"));
}

TEST(OnCgroupV1, LxcIsToldTheKeysThatItHasThere) {
  ContainerFacts facts = BelowALimitOfBoth();
  const EngineWords words[] = {
      {"lxc", false,
       "set lxc.cgroup.memory.limit_in_bytes = 268435456 and behind it "
       "lxc.cgroup.memory.memsw.limit_in_bytes = 269484032 in the container's config (memory and "
       "swap together)"},
      {"docker", false,
       "docker run --memory 256m --memory-swap 257m ... (memory and swap together)"}};
  ExpectAdvice("swap-bounded", facts, {{"at_most", Limit(Mebibytes(1))}}, words);
}

}  // namespace
}  // namespace headroom
