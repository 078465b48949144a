#include <gtest/gtest.h>

#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "limit-too-small";

ContainerFacts WithMax(Limit max) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.max = max;
  return facts;
}

TEST(LimitTooSmall, TheFloorItselfIsEnough) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithMax(Limit(Mebibytes(12))))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithMax(Limit::Unlimited()))));
  const Violation violation = ViolationOf(Judge(kRule, WithMax(Limit(Mebibytes(8)))));
  EXPECT_EQ(violation.fact,
            "memory.max is 8 MiB, less than the 12 MiB that policy wants; docker itself refuses "
            "less than 6 MiB");
  EXPECT_NE(ViolationOf(Judge(kRule, WithMax(Limit(Bytes{Mebibytes(12).value - 4096})))).fact, "");
}

TEST(LimitTooSmall, TheFloorIsPolicys) {
  const ParameterValues floor = {{"floor", Mebibytes(128)}};
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithMax(Limit(Mebibytes(128))), floor)));
  const Violation violation = ViolationOf(Judge(kRule, WithMax(Limit(Mebibytes(127))), floor));
  EXPECT_EQ(violation.advice, "docker run --memory 128m ...");
}

TEST(LimitTooSmall, TheLimitInForceMayBeAnAncestors) {
  ContainerFacts facts = WithMax(Limit(Mebibytes(64)));
  facts.ancestors[0].limits.max = Limit(Mebibytes(4));
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_TRUE(violation.fact.starts_with(
      "the limit of /system.slice above it is 4 MiB, less than the 12 MiB that policy wants"))
      << violation.fact;
  EXPECT_EQ(violation.advice, "systemctl set-property system.slice MemoryMax=12582912");
}

TEST(LimitTooSmall, NamesTheFloorThatTheEngineHas) {
  struct Floor {
    const char* engine;
    const char* text;
  };
  const Floor floors[] = {
      {"docker", "; docker itself refuses less than 6 MiB"},
      {"cri-o",
       "; CRI-O itself refuses less than its container_min_memory, 12 MiB unless "
       "configured"},
      {"lxc", "; lxc has no floor of its own"},
      {"crun", "; crun has no floor of its own, and needs half a MiB to start anything"},
      {"podman",
       "; what the runtime needs to start is charged too, with some versions of runc 10 MiB"},
      {"runc",
       "; what the runtime needs to start is charged too, with some versions of runc 10 MiB"},
  };
  ContainerFacts facts = WithMax(Limit(Mebibytes(4)));
  for (const Floor& floor : floors) {
    facts.engine.engine = floor.engine;
    const std::string fact = ViolationOf(Judge(kRule, facts)).fact;
    EXPECT_TRUE(fact.ends_with(floor.text)) << fact;
  }
}

TEST(LimitTooSmall, AdvisesInTheWordsOfTheEngine) {
  const EngineWords cases[] = {
      {"docker", false, "docker run --memory 12m ..."},
      {"podman", false, "podman run --memory 12m ..."},
      {"cri-o", true, "set resources.limits.memory: 12Mi for the container in the pod's manifest"},
      {"lxc", false, "set lxc.cgroup2.memory.max = 12582912 in the container's config"},
      {"runc", false,
       "set linux.resources.memory.limit to 12582912 in config.json (and memory.swap, where it "
       "is set, to no less)"},
  };
  ExpectAdvice(kRule, WithMax(Limit(Mebibytes(4))), {}, cases);
}

TEST(LimitTooSmall, IsNeverFixed) {
  const Violation violation = ViolationOf(Judge(kRule, WithMax(Limit(Mebibytes(4)))));
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "a fix never gives a container more memory");
}

TEST(LimitTooSmall, WithoutCgroupV2WhatConfigAsksForIsJudged) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.max = std::nullopt;
  facts.ancestors.clear();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.configured_limit = Limit(Mebibytes(4));
  EXPECT_TRUE(ViolationOf(Judge(kRule, facts)).fact.starts_with("memory.max is 4 MiB"));
  facts.configured_limit = Limit::Unlimited();
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
}

}  // namespace
}  // namespace headroom
