#include <gtest/gtest.h>

#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "ancestor-tighter";

ContainerFacts Below(std::optional<Limit> above) {
  ContainerFacts facts = FactsOfAContainer();
  facts.ancestors[0].limits.max = above;
  return facts;
}

TEST(AncestorTighter, IsKeptBelowALimitThatIsNoSmaller) {
  for (const auto above :
       {std::optional<Limit>(), std::optional(Limit::Unlimited()),
        std::optional(Limit(Mebibytes(65))), std::optional(Limit(Mebibytes(64)))}) {
    EXPECT_TRUE(IsSatisfied(Judge(kRule, Below(above))));
  }
  ContainerFacts alone = FactsOfAContainer();
  alone.ancestors.clear();
  EXPECT_TRUE(IsSatisfied(Judge(kRule, alone)));
}

TEST(AncestorTighter, SaysWhichOneIsAndWhatThatMeans) {
  const Violation violation =
      ViolationOf(Judge(kRule, Below(Limit(Bytes{Mebibytes(64).value - 4096}))));
  EXPECT_TRUE(violation.fact.starts_with("memory.max is 64 MiB, but /system.slice above it has "))
      << violation.fact;
  EXPECT_EQ(ViolationOf(Judge(kRule, Below(Limit(Mebibytes(32))))).fact,
            "memory.max is 64 MiB, but /system.slice above it has 32 MiB only: an OOM there is "
            "counted there, and may kill in any container below it");
}

TEST(AncestorTighter, NamesTheTightestOfSeveralAndTheNearestOfEquals) {
  ContainerFacts facts = Below(Limit(Mebibytes(48)));
  CgroupBaseline top;
  top.path = "/top.slice";
  top.limits.max = Limit(Mebibytes(16));
  facts.ancestors.push_back(top);
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact.find("/top.slice above it has 16 MiB"),
            std::string::npos);
  facts.ancestors[0].limits.max = Limit(Mebibytes(16));
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact.find("/system.slice above it has 16 MiB"),
            std::string::npos);
}

TEST(AncestorTighter, EqualLimitsCountWherePolicySaysSo) {
  const Violation violation =
      ViolationOf(Judge(kRule, Below(Limit(Mebibytes(64))), {{"equal_counts", true}}));
  EXPECT_EQ(violation.fact,
            "memory.max is 64 MiB, and so is the limit of /system.slice above it: an OOM there is "
            "counted there, and may kill in any container below it");
  EXPECT_EQ(violation.advice,
            "docker run --memory 62256k ..., or systemctl set-property system.slice "
            "MemoryMax=134217728");
  EXPECT_TRUE(IsSatisfied(
      Judge(kRule, Below(Limit(Bytes{Mebibytes(64).value + 1})), {{"equal_counts", true}})));
}

TEST(AncestorTighter, AdvisesInTheWordsOfTheEngine) {
  ContainerFacts facts = Below(Limit(Mebibytes(32)));
  const EngineWords cases[] = {
      {"docker", false,
       "docker run --memory 32m ..., or systemctl set-property system.slice MemoryMax=67108864"},
      {"podman", false,
       "podman run --memory 32m ..., or systemctl set-property system.slice MemoryMax=67108864"},
      {"cri-o", true,
       "set resources.limits.memory: 32Mi for the container in the pod's manifest, or raise the "
       "limit of /system.slice to 64 MiB"},
      {"runc", false,
       "set linux.resources.memory.limit to 33554432 in config.json, or systemctl set-property "
       "system.slice MemoryMax=67108864"},
  };
  ExpectAdvice(kRule, facts, {}, cases);
  facts.ancestors[0].path = "/lxc";
  const EngineWords no_slice[] = {
      {"lxc", false,
       "set lxc.cgroup2.memory.max = 33554432 in the container's config, or raise the limit of "
       "/lxc to 64 MiB"}};
  ExpectAdvice(kRule, facts, {}, no_slice);
}

TEST(AncestorTighter, NamesNoCommandWithANameThatAShellWouldRead) {
  ContainerFacts facts = Below(Limit(Mebibytes(32)));
  for (const char* path : {"/a;reboot.slice", "/a\\x2db.slice", "/a b.slice"}) {
    facts.ancestors[0].path = path;
    const std::string advice = ViolationOf(Judge(kRule, facts)).advice;
    EXPECT_EQ(advice.find("systemctl"), std::string::npos) << advice;
  }
  facts.ancestors[0].path = "/user.slice/user-1000.slice";
  facts.uid = 1000;
  const std::string advice = ViolationOf(Judge(kRule, facts)).advice;
  EXPECT_EQ(advice.find("systemctl"), std::string::npos) << advice;
}

TEST(AncestorTighter, IsNeverFixed) {
  const Violation violation = ViolationOf(Judge(kRule, Below(Limit(Mebibytes(32)))));
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "the limits of other cgroups are never changed");
}

TEST(AncestorTighter, WithoutALimitOfItsOwnOrFromConfigAloneThereIsNothingToCompare) {
  ContainerFacts facts = Below(Limit(Mebibytes(32)));
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.cgroup.limits.max = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts = FactsOfAContainer();
  facts.source = FactsSource::kConfig;
  facts.ancestors.clear();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
}

}  // namespace
}  // namespace headroom
