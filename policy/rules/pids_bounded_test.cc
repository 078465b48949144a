#include <gtest/gtest.h>

#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "pids-bounded";

ContainerFacts WithPids(std::optional<std::uint64_t> count) {
  ContainerFacts facts = FactsOfAContainer();
  facts.pids = ContainerFacts::PidsMax{.count = count, .path = count ? facts.cgroup.path : ""};
  return facts;
}
ParameterValues AtMost(std::uint64_t count) { return {{"at_most", Count{count}}}; }
ParameterValues FixTo(std::uint64_t count) { return {{"fix_to", Count{count}}}; }

TEST(PidsBounded, AnyNumberIsABoundUnlessPolicySaysOtherwise) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithPids(1))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithPids(4194304))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithPids(200), AtMost(200))));
  const Violation violation = ViolationOf(Judge(kRule, WithPids(201), AtMost(200)));
  EXPECT_EQ(violation.fact, "pids.max is 201, more than the 200 that policy accepts");
  EXPECT_EQ(violation.advice, "docker run --pids-limit 200 ...");
}

TEST(PidsBounded, NoLimitIsKernelMemoryWithoutEnd) {
  const Violation violation = ViolationOf(Judge(kRule, WithPids(std::nullopt)));
  EXPECT_EQ(violation.fact,
            "pids.max is max (no limit): a fork bomb fills the memory limit of 64 MiB with kernel "
            "memory, 21 KiB and more for each process");
  EXPECT_EQ(violation.advice, "docker run --pids-limit 2048 ...");
  ContainerFacts unlimited = WithPids(std::nullopt);
  unlimited.cgroup.limits.max = Limit::Unlimited();
  EXPECT_NE(ViolationOf(Judge(kRule, unlimited)).fact.find("fills the host with kernel memory"),
            std::string::npos);
}

TEST(PidsBounded, NamesTheCgroupAboveWhoseLimitItIs) {
  ContainerFacts facts = WithPids(5000);
  facts.pids->path = "/system.slice";
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, AtMost(200))).fact,
            "pids.max is 5000, that of /system.slice, more than the 200 that policy accepts");
}

TEST(PidsBounded, FixesOnlyToAValueThatPolicyNames) {
  const Violation unnamed = ViolationOf(Judge(kRule, WithPids(std::nullopt), AtMost(200)));
  EXPECT_TRUE(unnamed.fixes.empty());
  EXPECT_EQ(unnamed.no_fix_reason, "the policy names no \"fix_to\" for this rule");
  const Violation named = ViolationOf(Judge(kRule, WithPids(std::nullopt), FixTo(100)));
  EXPECT_EQ(named.fixes, Fixes{SetPidsMax{Count{100}}});
  EXPECT_EQ(named.advice, "docker run --pids-limit 100 ...");
}

TEST(PidsBounded, AFixNeverRaisesALimit) {
  const ParameterValues both = {{"at_most", Count{200}}, {"fix_to", Count{200}}};
  EXPECT_EQ(ViolationOf(Judge(kRule, WithPids(201), both)).fixes, Fixes{SetPidsMax{Count{200}}});
  const ParameterValues absurd = {{"at_most", Count{200}}, {"fix_to", Count{300}}};
  const Violation violation = ViolationOf(Judge(kRule, WithPids(300), absurd));
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "a fix never raises a limit");
}

TEST(PidsBounded, IsFixedOnlyInACgroupOfItsOwnOrInConfig) {
  ContainerFacts facts = WithPids(std::nullopt);
  facts.own_cgroup = false;
  facts.not_own_reason = "it runs in the root cgroup";
  const Violation shared = ViolationOf(Judge(kRule, facts, FixTo(100)));
  EXPECT_TRUE(shared.fixes.empty());
  EXPECT_EQ(shared.no_fix_reason, "it runs in the root cgroup");
  facts.source = FactsSource::kConfig;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, FixTo(100))).fixes, Fixes{SetPidsMax{Count{100}}});
}

ContainerFacts ByConfigAlone(std::optional<std::uint64_t> count) {
  ContainerFacts facts = WithPids(count);
  facts.source = FactsSource::kConfig;
  facts.own_cgroup = false;
  facts.config.emplace();
  return facts;
}

TEST(PidsBounded, WhatStandsAboveIsTheHooksToJudge) {
  ContainerFacts facts = ByConfigAlone(std::nullopt);
  facts.config->hook_follows = true;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts, FixTo(100))));
  facts.pids->count = 300;
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  EXPECT_NE(ViolationOf(Judge(kRule, facts, AtMost(200))).fact, "") << "that is asked for";
  facts.pids->count = std::nullopt;
  facts.config->ancestors_known = true;
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "") << "nothing above has one either";
}

TEST(PidsBounded, WhereNobodyWillLookAboveItIsToldThatItIsNotKnown) {
  EXPECT_EQ(
      ViolationOf(Judge(kRule, ByConfigAlone(std::nullopt))).fact,
      "pids.max is max (no limit) by config.json; unless a cgroup above has a limit, which is "
      "not known, a fork bomb fills the memory limit of 64 MiB with kernel memory, 21 KiB and "
      "more for each process");
}

TEST(PidsBounded, OnCgroupV1TheHookSeesNoneSoConfigJsonIsJudgedButForAPods) {
  ContainerFacts facts = ByConfigAlone(std::nullopt);
  facts.config->hook_follows = true;
  facts.config->ancestors_known = true;  // those of the memory controller
  facts.cgroup_version = CgroupVersion::kV1;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, FixTo(100))).fixes, Fixes{SetPidsMax{Count{100}}});
  facts.engine.kubernetes = true;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts, FixTo(100))));
}

TEST(PidsBounded, AFixToMoreThanIsAcceptedIsAContradiction) {
  EXPECT_EQ(ContradictionOf(kRule, {{"at_most", Count{200}}, {"fix_to", Count{200}}}), "");
  EXPECT_EQ(ContradictionOf(kRule, {{"at_most", Count{200}}, {"fix_to", Count{201}}}),
            "\"fix_to\" is above \"at_most\"");
}

TEST(PidsBounded, AdvisesInTheWordsOfTheEngine) {
  const EngineWords cases[] = {
      {"docker", false, "docker run --pids-limit 200 ..."},
      {"podman", false, "podman run --pids-limit 200 ..."},
      {"containerd", false, "nerdctl run --pids-limit 200 ..."},
      {"containerd", true, "set podPidsLimit: 200 in the kubelet's configuration (for each pod)"},
      {"lxc", false, "set lxc.cgroup2.pids.max = 200 in the container's config"},
      {"runc", false, "set linux.resources.pids.limit to 200 in config.json"},
  };
  ExpectAdvice(kRule, WithPids(std::nullopt), AtMost(200), cases);
}

TEST(PidsBounded, WithoutALimitToReadNothingIsHeldAgainstIt) {
  EXPECT_TRUE(IsNotJudged(Judge(kRule, FactsOfAContainer())));
  EXPECT_TRUE(IsNotJudged(Judge(kRule, FactsOfAContainer(), AtMost(1))));
}

}  // namespace
}  // namespace headroom
