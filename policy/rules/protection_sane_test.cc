#include <gtest/gtest.h>

#include "kernel/cgroup/tripwire_high.h"
#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "protection-sane";

Limit Mib(std::uint64_t count) { return Limit(Mebibytes(count)); }
Bytes OnePageMore(Bytes bytes) { return Bytes{bytes.value + 4096}; }
Bytes OnePageLess(Bytes bytes) { return Bytes{bytes.value - 4096}; }

ContainerFacts Protected(std::optional<Limit> min, std::optional<Limit> low) {
  ContainerFacts facts = FactsOfAContainer();
  facts.memory_min = min;
  facts.memory_low = low;
  facts.host.memory_total = Mebibytes(1024);
  return facts;
}
ParameterValues LowShare(double share) { return {{"low_share", share}}; }

TEST(ProtectionSane, NoneIsSaneAndSoIsAllOfTheLimit) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, Protected(Mib(0), Mib(0)))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, Protected(Mib(64), Mib(64)))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, Protected(std::nullopt, Mib(64)))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, Protected(Mib(64), std::nullopt))));
}

TEST(ProtectionSane, MoreThanTheLimitIsNeverThere) {
  const Violation low = ViolationOf(Judge(kRule, Protected(Mib(0), Mib(128))));
  EXPECT_EQ(low.fact,
            "memory.low is 128 MiB, above memory.max, which is 64 MiB: so much is never there to "
            "protect");
  EXPECT_EQ(low.advice, "docker run --memory-reservation 64m ...");
  EXPECT_TRUE(low.fixes.empty());
  EXPECT_EQ(low.no_fix_reason, "a fix never takes protection away");
  const Violation min =
      ViolationOf(Judge(kRule, Protected(Limit(OnePageMore(Mebibytes(64))), Mib(0))));
  EXPECT_TRUE(min.fact.starts_with("memory.min is 64 MiB, above memory.max")) << min.fact;
  const Violation all = ViolationOf(Judge(kRule, Protected(Mib(0), Limit::Unlimited())));
  EXPECT_TRUE(all.fact.starts_with("memory.low is max (everything), above memory.max")) << all.fact;
}

TEST(ProtectionSane, MoreThanAMemoryHighOfSomebodysIsNeverThereEither) {
  ContainerFacts facts = Protected(Mib(0), Limit(OnePageMore(Mebibytes(32))));
  facts.cgroup.limits.high = Mib(32);
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact.find("above memory.high, which is 32 MiB"),
            std::string::npos);
  facts.memory_low = Mib(32);
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  facts.memory_low = Mib(64);
  facts.cgroup.limits.high = Limit(*TripwireHigh(Mebibytes(64), {.batch_pages = 64, .cpus = 1}));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "our own tripwire is nobody's setting";
}

TEST(ProtectionSane, HalfOfTheHostIsTheMostUnlessPolicySaysOtherwise) {
  ContainerFacts facts = Protected(Mib(512), Mib(0));
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  facts.memory_min = Mib(768);
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_EQ(violation.fact,
            "memory.min is 768 MiB of the host's 1 GiB, which is never reclaimed from it, not even "
            "to save the host; policy accepts 50 %");
  EXPECT_EQ(violation.advice,
            "echo 536870912 > /sys/fs/cgroup/system.slice/docker-3f1c9a.scope/memory.min");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, {{"min_share_of_host", 0.75}})));
  facts.memory_min = Limit(OnePageMore(Mebibytes(512)));
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
  facts.memory_min = Limit::Unlimited();
  EXPECT_TRUE(
      ViolationOf(Judge(kRule, facts)).fact.starts_with("memory.min is max (everything) of"));
}

TEST(ProtectionSane, WithoutTheHostsMemoryAMinHasNoMeasure) {
  ContainerFacts facts = Protected(Mib(32), Mib(0));
  facts.host.memory_total = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.memory_min = Mib(128);
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "") << "above memory.max is so on any host";
  facts.memory_min = Mib(0);
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
}

TEST(ProtectionSane, PolicyMayWantAPartProtected) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, Protected(Mib(0), Mib(32)), LowShare(0.5))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, Protected(Mib(0), Mib(64)), LowShare(1.0))));
  const Violation violation = ViolationOf(
      Judge(kRule, Protected(Mib(0), Limit(OnePageLess(Mebibytes(32)))), LowShare(0.5)));
  EXPECT_EQ(violation.fact,
            "memory.low is 32 MiB, less than the 32 MiB of its 64 MiB that policy wants protected");
  EXPECT_EQ(violation.fixes, Fixes{SetMemoryLow{Mebibytes(32)}});
  EXPECT_EQ(violation.advice, "docker run --memory-reservation 32m ...");
}

TEST(ProtectionSane, AFixNeverWritesWhatTheRuleWouldHoldAgainstIt) {
  ContainerFacts facts = Protected(Mib(0), Mib(0));
  facts.cgroup.limits.high = Mib(40);
  const Violation violation = ViolationOf(Judge(kRule, facts, LowShare(0.9)));
  EXPECT_EQ(violation.fixes, Fixes{SetMemoryLow{Mebibytes(40)}});
  facts.memory_low = Mib(40);
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, LowShare(0.9))));
}

TEST(ProtectionSane, APartOfNoLimitIsNotJudged) {
  ContainerFacts facts = Protected(Mib(0), Mib(0));
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts, LowShare(0.5))));
  facts.cgroup.limits.max = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts, LowShare(0.5))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  EXPECT_TRUE(IsNotJudged(Judge(kRule, Protected(Mib(0), std::nullopt), LowShare(0.5))));
  EXPECT_TRUE(IsNotJudged(Judge(kRule, Protected(std::nullopt, std::nullopt))));
}

TEST(ProtectionSane, IsFixedOnlyInACgroupOfItsOwnOrInConfig) {
  ContainerFacts facts = Protected(Mib(0), Mib(0));
  facts.own_cgroup = false;
  facts.not_own_reason = "it runs in the root cgroup";
  const Violation shared = ViolationOf(Judge(kRule, facts, LowShare(0.5)));
  EXPECT_TRUE(shared.fixes.empty());
  EXPECT_EQ(shared.no_fix_reason, "it runs in the root cgroup");
  facts.source = FactsSource::kConfig;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, LowShare(0.5))).fixes,
            Fixes{SetMemoryLow{Mebibytes(32)}});
}

TEST(ProtectionSane, AdvisesOnLowInTheWordsOfTheEngine) {
  const EngineWords cases[] = {
      {"docker", false, "docker run --memory-reservation 64m ..."},
      {"podman", false, "podman run --memory-reservation 64m ..."},
      {"containerd", false, "nerdctl run --memory-reservation 64m ..."},
      {"cri-o", true,
       "set resources.requests.memory: 64Mi in the pod's manifest, and memoryReservationPolicy: "
       "TieredReservation in the kubelet's configuration (1.36 or later)"},
      {"lxc", false, "set lxc.cgroup2.memory.low = 67108864 in the container's config"},
      {"runc", false, "set linux.resources.memory.reservation to 67108864 in config.json"},
  };
  ExpectAdvice(kRule, Protected(Mib(0), Mib(128)), {}, cases);
}

TEST(ProtectionSane, AdvisesOnMinInTheWordsOfTheEngine) {
  const EngineWords cases[] = {
      {"podman", false, "podman run --cgroup-conf memory.min=67108864 ..."},
      {"cri-o", true,
       "set resources.requests.memory: 64Mi for the container in the pod's manifest"},
      {"lxc", false, "set lxc.cgroup2.memory.min = 67108864 in the container's config"},
      {"runc", false, "set linux.resources.unified[\"memory.min\"] to \"67108864\" in config.json"},
  };
  ExpectAdvice(kRule, Protected(Mib(128), Mib(0)), {}, cases);
  ContainerFacts config = Protected(Mib(128), Mib(0));
  config.cgroup.path.clear();
  const EngineWords docker[] = {
      {"docker", false,
       "set linux.resources.unified[\"memory.min\"] to \"67108864\" in config.json"}};
  ExpectAdvice(kRule, config, {}, docker);
}

}  // namespace
}  // namespace headroom
