#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "dirty-throttling";

/// As on a host with cgroup v1: what limits the container is only known from config.json.
ContainerFacts OnV1(Bytes background) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup_version = CgroupVersion::kV1;
  facts.cgroup.limits.max = std::nullopt;
  facts.ancestors.clear();
  facts.configured_limit = Limit(Mebibytes(64));
  facts.io_controller = std::nullopt;
  facts.host.dirty_background_bytes = background;
  facts.host.dirty_bytes = Mebibytes(4096);
  return facts;
}

ContainerFacts OnV2(std::optional<bool> io_controller) {
  ContainerFacts facts = OnV1(Mebibytes(2048));
  facts.cgroup_version = CgroupVersion::kV2;
  facts.cgroup.limits.max = Limit(Mebibytes(64));
  facts.io_controller = io_controller;
  return facts;
}

TEST(DirtyThrottling, IsKeptByTheKernelWhereBothControllersAreOnCgroup2) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, OnV2(true))));
  ContainerFacts facts = OnV2(true);
  facts.host = {};
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "the host's thresholds do not matter then";
}

TEST(DirtyThrottling, OnCgroup1AThresholdAboveTheLimitIsFound) {
  const Violation violation = ViolationOf(Judge(kRule, OnV1(Mebibytes(200))));
  EXPECT_EQ(violation.fact,
            "the memory controller is on cgroup v1, so dirty pages are only written back from 200 "
            "MiB on, counted on the whole host; the memory limit is 64 MiB, which a writer fills "
            "with them and then stalls or is killed; policy accepts less than 64 MiB");
  EXPECT_EQ(
      violation.advice,
      "sysctl vm.dirty_background_bytes=16777216 vm.dirty_bytes=33554432 on the host, or boot "
      "it with systemd.unified_cgroup_hierarchy=1 on its kernel's command line");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "the sysctls are the host's, and every writer's on it");
}

TEST(DirtyThrottling, WithTheSysctlsOfItsAdviceItIsKept) {
  ContainerFacts facts = OnV1(Bytes{16777216});
  facts.host.dirty_bytes = Bytes{33554432};
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
}

TEST(DirtyThrottling, TheThresholdHasToBeBelowTheLimit) {
  EXPECT_NE(ViolationOf(Judge(kRule, OnV1(Mebibytes(64)))).fact, "");
  EXPECT_TRUE(IsSatisfied(Judge(kRule, OnV1(Bytes{Mebibytes(64).value - 1}))));
}

TEST(DirtyThrottling, TheShareIsPolicys) {
  const ParameterValues half = {{"max_share", 0.5}};
  EXPECT_TRUE(IsSatisfied(Judge(kRule, OnV1(Bytes{Mebibytes(32).value - 1}), half)));
  const Violation violation = ViolationOf(Judge(kRule, OnV1(Mebibytes(32)), half));
  EXPECT_TRUE(violation.fact.ends_with("policy accepts less than 32 MiB")) << violation.fact;
  EXPECT_TRUE(violation.advice.starts_with(
      "sysctl vm.dirty_background_bytes=8388608 vm.dirty_bytes=16777216 "))
      << violation.advice;
}

TEST(DirtyThrottling, ARatioIsSaidToBeAboutSoMuch) {
  ContainerFacts facts = OnV1(Bytes{0});
  facts.host = {};
  facts.host.memory_total = Mebibytes(2000);
  facts.host.dirty_background_ratio = 10;
  facts.host.dirty_ratio = 20;
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact.find("from about 200 MiB on"), std::string::npos);
}

TEST(DirtyThrottling, WithoutTheIoControllerOnCgroup2TheHostsThresholdsCountThereToo) {
  const Violation violation = ViolationOf(Judge(kRule, OnV2(false)));
  EXPECT_TRUE(violation.fact.starts_with(
      "the io controller is not on cgroup v2, so dirty pages are only written back from 2 GiB on"))
      << violation.fact;
  EXPECT_TRUE(violation.advice.ends_with(
      "or boot it with the io controller on cgroup v2, without cgroup_disable=io"))
      << violation.advice;
}

TEST(DirtyThrottling, MeasuresAgainstTheSmallestLimitOnTheWayUp) {
  ContainerFacts facts = OnV2(false);
  facts.cgroup.limits.max = Limit(Mebibytes(4096));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  CgroupBaseline pod;
  pod.limits.max = Limit(Mebibytes(64));
  facts.ancestors = {pod};
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
}

TEST(DirtyThrottling, IsNotJudgedWhereNobodyKnows) {
  EXPECT_TRUE(IsNotJudged(Judge(kRule, OnV2(std::nullopt))));
  ContainerFacts facts = OnV1(Mebibytes(200));
  facts.configured_limit = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.configured_limit = Limit::Unlimited();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts = OnV1(Mebibytes(200));
  facts.host = {};
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts = OnV1(Mebibytes(200));
  facts.cgroup_version = CgroupVersion::kMissing;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
}

TEST(DirtyThrottling, SpeaksOfTheHostAndSoTheSameForEveryEngineAndForConfigJsonAlone) {
  ContainerFacts facts = OnV1(Mebibytes(200));
  const std::string advice = ViolationOf(Judge(kRule, facts)).advice;
  for (const char* engine : {"podman", "containerd", "cri-o", "lxc", "runc"}) {
    facts.engine.engine = engine;
    facts.source = FactsSource::kConfig;
    EXPECT_EQ(ViolationOf(Judge(kRule, facts)).advice, advice) << engine;
  }
}

}  // namespace
}  // namespace headroom
