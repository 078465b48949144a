#include <gtest/gtest.h>

#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "swap-bounded";

ContainerFacts WithSwap(std::optional<Limit> swap) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.swap_max = swap;
  facts.host.swap_total = Mebibytes(2048);
  return facts;
}
ContainerFacts InAUnit(Limit swap) {
  ContainerFacts facts = WithSwap(swap);
  facts.unit = UnitFacts{.name = "docker-3f1c9a.scope", .sets_swap_max = false};
  return facts;
}
ParameterValues AtMost(Limit limit) { return {{"at_most", limit}}; }
Limit Mib(std::uint64_t count) { return Limit(Mebibytes(count)); }

TEST(SwapBounded, AnyNumberIsABound) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSwap(Mib(0)))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSwap(Mib(4096)))));
}

TEST(SwapBounded, NoLimitUndoesTheMemoryLimit) {
  const Violation violation = ViolationOf(Judge(kRule, WithSwap(Limit::Unlimited())));
  EXPECT_EQ(violation.fact,
            "memory.swap.max is max (no limit), so beyond its 64 MiB of memory the container may "
            "fill the host's swap of 2 GiB");
  EXPECT_EQ(violation.advice,
            "docker run --memory 64m --memory-swap 64m ... (memory and swap together)");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "the policy names no \"at_most\" for this rule");
}

TEST(SwapBounded, WithoutSwapOnTheHostThereIsNothingToBound) {
  ContainerFacts facts = InAUnit(Limit::Unlimited());
  facts.host.swap_total = Bytes{0};
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, AtMost(Mib(0)))));
  facts.cgroup.limits.swap_max = Mib(0);
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  facts = WithSwap(Limit::Unlimited());
  facts.host.swap_total = std::nullopt;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fact,
            "memory.swap.max is max (no limit), so beyond its 64 MiB of memory the container may "
            "fill the host's swap")
      << "not known is not none";
}

TEST(SwapBounded, TheCeilingIsPolicysAndWhatAFixWrites) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSwap(Mib(32)), AtMost(Mib(32)))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSwap(Limit::Unlimited()), AtMost(Limit::Unlimited()))));
  const Violation above = ViolationOf(
      Judge(kRule, WithSwap(Limit(Bytes{Mebibytes(32).value + 4096})), AtMost(Mib(32))));
  EXPECT_EQ(above.fact, "memory.swap.max is 32 MiB, more than the 32 MiB that policy accepts");
  EXPECT_EQ(above.advice,
            "docker run --memory 64m --memory-swap 96m ... (memory and swap together)");
  EXPECT_EQ(above.fixes, Fixes{SetSwapMax{Mebibytes(32)}});
  const Violation any = ViolationOf(Judge(kRule, WithSwap(Mib(1)), AtMost(Mib(0))));
  EXPECT_EQ(any.fact, "memory.swap.max is 1 MiB, more than the 0 (no swap) that policy accepts");
  EXPECT_EQ(any.fixes, Fixes{SetSwapMax{Bytes{0}}});
  const Violation endless = ViolationOf(Judge(kRule, WithSwap(Limit::Unlimited()), AtMost(Mib(0))));
  EXPECT_TRUE(endless.fact.ends_with("swap of 2 GiB; policy accepts 0 (no swap)")) << endless.fact;
  EXPECT_EQ(endless.fixes, Fixes{SetSwapMax{Bytes{0}}});
}

TEST(SwapBounded, ALimitAboveBoundsToo) {
  ContainerFacts facts = WithSwap(Limit::Unlimited());
  facts.ancestors[0].limits.swap_max = Mib(0);
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, AtMost(Mib(0)))));
  facts.cgroup.limits.swap_max = std::nullopt;
  facts.ancestors[0].limits.swap_max = Mib(8);
  const Violation violation = ViolationOf(Judge(kRule, facts, AtMost(Mib(0))));
  EXPECT_TRUE(violation.fact.starts_with("memory.swap.max is 8 MiB")) << violation.fact;
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "its cgroup has no memory.swap.max to lower");
}

TEST(SwapBounded, WithoutAMemoryLimitOnlyPolicysCeilingIsJudged) {
  ContainerFacts facts = WithSwap(Limit::Unlimited());
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  const Violation violation = ViolationOf(Judge(kRule, facts, AtMost(Mib(64))));
  EXPECT_EQ(violation.fact,
            "memory.swap.max is max (no limit), so besides all memory the container may fill the "
            "host's swap of 2 GiB; policy accepts 64 MiB");
  EXPECT_EQ(violation.advice,
            "docker run --memory 512m --memory-swap 576m ... (memory and swap together)");
}

TEST(SwapBounded, ALimitThatSystemdTakesBackIsNotLasting) {
  const Violation violation = ViolationOf(Judge(kRule, InAUnit(Mib(0))));
  EXPECT_EQ(violation.fact,
            "memory.swap.max is 0 (no swap), not lasting: docker-3f1c9a.scope has no MemorySwapMax "
            "of its own, so systemd sets it back to max at the next daemon-reload");
  EXPECT_EQ(violation.advice,
            "put MemorySwapMax=0 below [Scope] in "
            "/etc/systemd/system/docker-.scope.d/50-memory.conf, then systemctl daemon-reload");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "systemd takes back what stands in the cgroup's file alone");
  EXPECT_NE(ViolationOf(Judge(kRule, InAUnit(Mib(64)))).fact, "") << "any number is lost";
}

TEST(SwapBounded, WhatLastsOrNeedNotIsNoFinding) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, InAUnit(Mib(0)), {{"require_lasting", false}})));
  ContainerFacts facts = InAUnit(Mib(0));
  facts.unit->sets_swap_max = true;
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  facts.unit->sets_swap_max = std::nullopt;
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "not known is not held against it";
  facts.unit->sets_swap_max = false;
  facts.ancestors[0].limits.swap_max = Mib(0);
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "nothing is lost below such a slice";
  facts.ancestors[0].limits.swap_max = Mib(1);
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
  facts.source = FactsSource::kConfig;
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
}

TEST(SwapBounded, AdvisesInTheWordsOfTheEngine) {
  const EngineWords none[] = {
      {"podman", false, "podman run --memory 64m --memory-swap 64m ... (memory and swap together)"},
      {"containerd", false,
       "nerdctl run --memory 64m --memory-swap 64m ... (memory and swap together)"},
      {"containerd", true,
       "set memorySwap.swapBehavior: NoSwap in the kubelet's configuration (kubernetes has no "
       "field for one container)"},
      {"lxc", false, "set lxc.cgroup2.memory.swap.max = 0 in the container's config"},
      {"runc", false,
       "set linux.resources.memory.swap to 67108864 in config.json (memory and swap together, "
       "beside a limit of 67108864)"},
  };
  ExpectAdvice(kRule, WithSwap(Limit::Unlimited()), {}, none);
  const EngineWords some[] = {
      {"cri-o", true,
       "set memorySwap.swapBehavior: LimitedSwap in the kubelet's configuration (kubernetes has no "
       "field for one container)"},
      {"lxc", false, "set lxc.cgroup2.memory.swap.max = 1048576 in the container's config"},
      {"crun", false,
       "set linux.resources.memory.swap to 68157440 in config.json (memory and swap together, "
       "beside a limit of 67108864)"},
  };
  ExpectAdvice(kRule, WithSwap(Limit::Unlimited()), AtMost(Mib(1)), some);
}

TEST(SwapBounded, AdvisesWhatLastsInTheWordsOfTheEngine) {
  const EngineWords cases[] = {
      {"podman", false, "podman run --cgroup-conf memory.swap.max=0 ..."},
      {"containerd", false, "nerdctl run --cgroup-conf memory.swap.max=0 ..."},
      {"cri-o", true,
       "set memorySwap.swapBehavior: NoSwap in the kubelet's configuration (kubernetes has no "
       "field for one container)"},
      {"runc", false, "set linux.resources.unified[\"memory.swap.max\"] to \"0\" in config.json"},
  };
  ExpectAdvice(kRule, InAUnit(Mib(0)), {}, cases);
  ContainerFacts service = InAUnit(Mib(0));
  service.unit->name = "web.service";
  const EngineWords lxc[] = {
      {"lxc", false,
       "put MemorySwapMax=0 below [Service] in /etc/systemd/system/web.service.d/50-memory.conf, "
       "then systemctl daemon-reload"}};
  ExpectAdvice(kRule, service, {}, lxc);
  ContainerFacts rootless = InAUnit(Mib(0));
  rootless.uid = 1000;
  const EngineWords docker[] = {
      {"docker", false,
       "put MemorySwapMax=0 below [Scope] in /etc/systemd/user/docker-.scope.d/50-memory.conf, "
       "then systemctl --user daemon-reload"}};
  ExpectAdvice(kRule, rootless, {}, docker);
}

TEST(SwapBounded, IsFixedOnlyInACgroupOfItsOwnOrInConfig) {
  ContainerFacts facts = WithSwap(Limit::Unlimited());
  facts.own_cgroup = false;
  facts.not_own_reason = "it runs in the root cgroup";
  const Violation shared = ViolationOf(Judge(kRule, facts, AtMost(Mib(0))));
  EXPECT_TRUE(shared.fixes.empty());
  EXPECT_EQ(shared.no_fix_reason, "it runs in the root cgroup");
  facts.source = FactsSource::kConfig;
  facts.ancestors.clear();
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, AtMost(Mib(0)))).fixes, Fixes{SetSwapMax{Bytes{0}}});
}

TEST(SwapBounded, WhatStandsAboveIsTheHooksToJudge) {
  ContainerFacts facts = WithSwap(Limit::Unlimited());
  facts.source = FactsSource::kConfig;
  facts.ancestors.clear();
  facts.config.emplace();
  EXPECT_NE(ViolationOf(Judge(kRule, facts, AtMost(Mib(0)))).fact, "");
  facts.config->hook_follows = true;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts, AtMost(Mib(0)))));
  facts.cgroup.limits.swap_max = Mib(0);
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, AtMost(Mib(0)))));
}

TEST(SwapBounded, WithoutSwapAccountingNothingIsHeldAgainstIt) {
  EXPECT_TRUE(IsNotJudged(Judge(kRule, WithSwap(std::nullopt))));
  EXPECT_TRUE(IsNotJudged(Judge(kRule, WithSwap(std::nullopt), AtMost(Mib(0)))));
}

}  // namespace
}  // namespace headroom
