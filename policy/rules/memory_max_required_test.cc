#include <gtest/gtest.h>

#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "memory-max-required";

ContainerFacts Unlimited() {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.max = Limit::Unlimited();
  return facts;
}

TEST(MemoryMaxRequired, IsKeptByALimitOfItsOwn) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, FactsOfAContainer())));
}

TEST(MemoryMaxRequired, IsBrokenWithoutAnyLimit) {
  const Violation violation = ViolationOf(Judge(kRule, Unlimited()));
  EXPECT_EQ(violation.fact,
            "memory.max is max (no limit) on the container and on 1 cgroup above it");
  EXPECT_EQ(violation.advice, "docker run --memory 512m ...");
}

TEST(MemoryMaxRequired, ALimitAboveCountsUnlessPolicySaysOtherwise) {
  ContainerFacts facts = Unlimited();
  facts.ancestors[0].limits.max = Limit(Mebibytes(128));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  const Violation violation = ViolationOf(Judge(kRule, facts, {{"ancestor_counts", false}}));
  EXPECT_EQ(violation.fact, "memory.max of the container itself is max (no limit)");
}

TEST(MemoryMaxRequired, TheLargestAcceptedLimitIsStillAccepted) {
  const auto at_most = [](Bytes bytes) { return ParameterValues{{"at_most", bytes}}; };
  EXPECT_TRUE(IsSatisfied(Judge(kRule, FactsOfAContainer(), at_most(Mebibytes(64)))));
  const Violation violation =
      ViolationOf(Judge(kRule, FactsOfAContainer(), at_most(Bytes{Mebibytes(64).value - 1})));
  EXPECT_TRUE(violation.fact.starts_with("memory.max is 64 MiB, more than the ")) << violation.fact;
}

TEST(MemoryMaxRequired, WithoutAMemoryMaxToReadNothingIsHeldAgainstIt) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.max = std::nullopt;
  facts.ancestors.clear();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts, {{"ancestor_counts", false}})));
  facts.configured_limit = Limit(Mebibytes(64));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "cgroup v1: the runtime sets it";
  facts.configured_limit = Limit::Unlimited();
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
}

TEST(MemoryMaxRequired, FixesOnlyToAValueThatPolicyNames) {
  EXPECT_TRUE(ViolationOf(Judge(kRule, Unlimited())).fixes.empty());
  EXPECT_NE(ViolationOf(Judge(kRule, Unlimited())).no_fix_reason, "");
  const Violation violation = ViolationOf(Judge(kRule, Unlimited(), {{"fix_to", Mebibytes(256)}}));
  EXPECT_EQ(violation.fixes, Fixes{SetMemoryMax{Mebibytes(256)}});
  EXPECT_EQ(violation.advice, "docker run --memory 256m ...");
}

TEST(MemoryMaxRequired, NeverFixesACgroupThatIsNotOnlyTheContainers) {
  ContainerFacts facts = Unlimited();
  facts.own_cgroup = false;
  facts.not_own_reason = "its cgroup is also that of the engine (process 5)";
  const Violation violation = ViolationOf(Judge(kRule, facts, {{"fix_to", Mebibytes(256)}}));
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, facts.not_own_reason);
}

TEST(MemoryMaxRequired, IsFixedInConfigBeforeThereIsACgroup) {
  ContainerFacts facts = Unlimited();
  facts.source = FactsSource::kConfig;
  facts.own_cgroup = false;
  facts.ancestors.clear();
  const Violation violation = ViolationOf(Judge(kRule, facts, {{"fix_to", Mebibytes(256)}}));
  EXPECT_EQ(violation.fact, "memory.max is max (no limit)");
  EXPECT_EQ(violation.fixes, Fixes{SetMemoryMax{Mebibytes(256)}});
}

ContainerFacts ByConfigAlone() {
  ContainerFacts facts = Unlimited();
  facts.source = FactsSource::kConfig;
  facts.own_cgroup = false;
  facts.ancestors.clear();
  facts.config.emplace();
  return facts;
}

TEST(MemoryMaxRequired, WhatStandsAboveIsTheHooksToJudgeWhereItCounts) {
  ContainerFacts facts = ByConfigAlone();
  facts.config->hook_follows = true;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts, {{"fix_to", Mebibytes(256)}})));
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, {{"ancestor_counts", false}})).fact,
            "memory.max is max (no limit)");
  facts.cgroup.limits.max = Limit(Mebibytes(64));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, {{"at_most", Mebibytes(64)}})));
  EXPECT_NE(ViolationOf(Judge(kRule, facts, {{"at_most", Mebibytes(63)}})).fact, "")
      << "that is what is asked for";
  facts.cgroup.limits.max = Limit::Unlimited();
  facts.config->ancestors_known = true;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fact, "memory.max is max (no limit)")
      << "it is known that nothing stands above";
}

TEST(MemoryMaxRequired, WhereNobodyWillLookAboveItIsToldThatItIsNotKnown) {
  EXPECT_EQ(
      ViolationOf(Judge(kRule, ByConfigAlone())).fact,
      "memory.max is max (no limit) by config.json; whether a cgroup above has a limit is not "
      "known");
}

TEST(MemoryMaxRequired, AFixToMoreThanIsAcceptedIsAContradiction) {
  const ParameterValues same = {{"at_most", Mebibytes(64)}, {"fix_to", Mebibytes(64)}};
  EXPECT_EQ(ContradictionOf(kRule, same), "");
  const ParameterValues more = {{"at_most", Mebibytes(64)}, {"fix_to", Mebibytes(65)}};
  EXPECT_EQ(ContradictionOf(kRule, more), "\"fix_to\" is above \"at_most\"");
}

}  // namespace
}  // namespace headroom
