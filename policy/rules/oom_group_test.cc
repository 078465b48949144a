#include <gtest/gtest.h>

#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "oom-group";
const ParameterValues kUnwanted = {{"expected", false}};

ContainerFacts WithGroup(std::optional<bool> group) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.oom_group = group;
  return facts;
}

TEST(OomGroup, IsExpectedUnlessPolicySaysOtherwise) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithGroup(true))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithGroup(true), {{"expected", true}})));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithGroup(false), kUnwanted)));
}

TEST(OomGroup, AKillOfOneProcessIsAFindingWithAFix) {
  const Violation violation = ViolationOf(Judge(kRule, WithGroup(false)));
  EXPECT_EQ(violation.fact,
            "memory.oom.group is 0, so an OOM kill may take one process and leave the others "
            "without it");
  EXPECT_EQ(violation.fixes, Fixes{SetOomGroup{}});
  EXPECT_EQ(violation.no_fix_reason, "");
}

TEST(OomGroup, AKillOfAllThatIsNotWantedIsAFindingWithoutAFix) {
  const Violation violation = ViolationOf(Judge(kRule, WithGroup(true), kUnwanted));
  EXPECT_EQ(violation.fact,
            "memory.oom.group is 1, so an OOM kill takes every process of the container, where "
            "policy wants one alone to die");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "a fix never loosens what somebody set");
}

TEST(OomGroup, ThatOfACgroupAboveDoesNotStandIn) {
  ContainerFacts facts = WithGroup(false);
  facts.ancestors[0].limits.oom_group = true;
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
}

TEST(OomGroup, IsFixedOnlyInACgroupOfItsOwnOrInConfig) {
  ContainerFacts facts = WithGroup(false);
  facts.own_cgroup = false;
  facts.not_own_reason = "it runs in the root cgroup";
  const Violation shared = ViolationOf(Judge(kRule, facts));
  EXPECT_TRUE(shared.fixes.empty());
  EXPECT_EQ(shared.no_fix_reason, "it runs in the root cgroup");
  facts.source = FactsSource::kConfig;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fixes, Fixes{SetOomGroup{}});
}

TEST(OomGroup, AdvisesInTheWordsOfTheEngine) {
  const EngineWords cases[] = {
      {"docker", false,
       "set \"action\": \"fix\" for oom-group in /etc/headroom/policy.json (docker has no option "
       "for it)"},
      {"podman", false, "podman run --cgroup-conf memory.oom.group=1 ..."},
      {"containerd", false, "nerdctl run --cgroup-conf memory.oom.group=1 ..."},
      {"containerd", true, "set singleProcessOOMKill: false in the kubelet's configuration"},
      {"lxc", false, "set lxc.cgroup2.memory.oom.group = 1 in the container's config"},
      {"crun", false, "set linux.resources.unified[\"memory.oom.group\"] to \"1\" in config.json"},
  };
  ExpectAdvice(kRule, WithGroup(false), {}, cases);
  ContainerFacts unit = WithGroup(false);
  unit.unit = UnitFacts{.name = "docker-3f1c9a.scope", .sets_swap_max = {}};
  const EngineWords docker[] = {
      {"docker", false,
       "put OOMPolicy=kill below [Scope] in /etc/systemd/system/docker-.scope.d/50-memory.conf, "
       "then systemctl daemon-reload (systemd 253 or later), or set \"action\": \"fix\" for "
       "oom-group in "
       "/etc/headroom/policy.json (docker has no option for it)"}};
  ExpectAdvice(kRule, unit, {}, docker);
}

TEST(OomGroup, AdvisesAgainstItInTheWordsOfTheEngine) {
  const EngineWords cases[] = {
      {"docker", false,
       "echo 0 > /sys/fs/cgroup/system.slice/docker-3f1c9a.scope/memory.oom.group"},
      {"podman", false, "podman run --cgroup-conf memory.oom.group=0 ..."},
      {"cri-o", true, "set singleProcessOOMKill: true in the kubelet's configuration"},
      {"runc", false, "set linux.resources.unified[\"memory.oom.group\"] to \"0\" in config.json"},
  };
  ExpectAdvice(kRule, WithGroup(true), kUnwanted, cases);
}

TEST(OomGroup, WithoutTheFileNothingIsHeldAgainstIt) {
  EXPECT_TRUE(IsNotJudged(Judge(kRule, WithGroup(std::nullopt))));
  EXPECT_TRUE(IsNotJudged(Judge(kRule, WithGroup(std::nullopt), kUnwanted)));
}

}  // namespace
}  // namespace headroom
