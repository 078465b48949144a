#include <gtest/gtest.h>

#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "hugetlb-bounded";
constexpr Bytes kSmall = Mebibytes(2);
constexpr Bytes kLarge = Mebibytes(1024);

ContainerFacts WithPages(std::vector<HugetlbFacts> pages) {
  ContainerFacts facts = FactsOfAContainer();
  facts.hugetlb = std::move(pages);
  facts.host.hugetlb_total = Mebibytes(512);
  return facts;
}
ContainerFacts WithSmall(std::optional<Limit> max) { return WithPages({{kSmall, max}}); }
ParameterValues AtMost(Limit limit) { return {{"at_most", limit}}; }

TEST(HugetlbBounded, AnyNumberIsABound) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSmall(Limit(Bytes{0})))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSmall(Limit(Mebibytes(4096))))));
}

TEST(HugetlbBounded, NoLimitIsThePoolOfAll) {
  const Violation violation = ViolationOf(Judge(kRule, WithSmall(Limit::Unlimited())));
  EXPECT_EQ(violation.fact,
            "hugetlb.2MB.max is max (no limit); the host's pool of 512 MiB is for all");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "the policy names no \"at_most\" for this rule");
}

TEST(HugetlbBounded, WithoutAPoolThereIsNothingToBound) {
  ContainerFacts facts = WithSmall(Limit::Unlimited());
  facts.host.hugetlb_total = Bytes{0};
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, AtMost(Limit(Bytes{0})))));
  facts.host.hugetlb_total = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
}

TEST(HugetlbBounded, TheCeilingIsPolicysAndHoldsForEverySize) {
  const ParameterValues at_most = AtMost(Limit(Mebibytes(64)));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSmall(Limit(Mebibytes(64))), at_most)));
  const Violation violation = ViolationOf(Judge(
      kRule, WithPages({{kSmall, Limit(Mebibytes(66))}, {kLarge, Limit::Unlimited()}}), at_most));
  EXPECT_EQ(violation.fact,
            "hugetlb.2MB.max is 66 MiB, hugetlb.1GB.max is max (no limit); the host's pool of 512 "
            "MiB is for all; policy accepts 64 MiB");
  EXPECT_EQ(violation.fixes,
            (Fixes{SetHugetlbMax{kSmall, Mebibytes(64)}, SetHugetlbMax{kLarge, Bytes{0}}}))
      << "in whole pages of each size";
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSmall(Limit::Unlimited()), AtMost(Limit::Unlimited()))));
}

TEST(HugetlbBounded, OnlyTheSizesThatAreOpenAreNamedAndFixed) {
  const Violation violation =
      ViolationOf(Judge(kRule, WithPages({{kSmall, Limit(Bytes{0})}, {kLarge, Limit::Unlimited()}}),
                        AtMost(Limit(Bytes{0}))));
  EXPECT_TRUE(violation.fact.starts_with("hugetlb.1GB.max is max (no limit); ")) << violation.fact;
  EXPECT_EQ(violation.fixes, Fixes({SetHugetlbMax{kLarge, Bytes{0}}}));
}

TEST(HugetlbBounded, WithoutTheControllerThereIsNoLimitAndNoFix) {
  const Violation violation =
      ViolationOf(Judge(kRule, WithSmall(std::nullopt), AtMost(Limit(Bytes{0}))));
  EXPECT_TRUE(violation.fact.starts_with("nothing limits its huge pages of 2MB; "))
      << violation.fact;
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "its cgroup does not have the hugetlb controller");
}

TEST(HugetlbBounded, IsFixedOnlyInACgroupOfItsOwnOrInConfig) {
  ContainerFacts facts = WithSmall(Limit::Unlimited());
  facts.own_cgroup = false;
  facts.not_own_reason = "it runs in the root cgroup";
  const Violation shared = ViolationOf(Judge(kRule, facts, AtMost(Limit(Bytes{0}))));
  EXPECT_TRUE(shared.fixes.empty());
  EXPECT_EQ(shared.no_fix_reason, "it runs in the root cgroup");
  facts.source = FactsSource::kConfig;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, AtMost(Limit(Bytes{0})))).fixes,
            Fixes({SetHugetlbMax{kSmall, Bytes{0}}}));
}

TEST(HugetlbBounded, AdvisesInTheWordsOfTheEngine) {
  const EngineWords cases[] = {
      {"docker", false,
       "set \"action\": \"fix\" for hugetlb-bounded in /etc/headroom/policy.json (docker has no "
       "option for it)"},
      {"podman", false, "podman run --cgroup-conf hugetlb.2MB.max=67108864 ..."},
      {"containerd", false, "nerdctl run --cgroup-conf hugetlb.2MB.max=67108864 ..."},
      {"containerd", true,
       "set resources.limits.hugepages-2Mi: 64Mi for the container in the pod's manifest"},
      {"lxc", false, "set lxc.cgroup2.hugetlb.2MB.max = 67108864 in the container's config"},
      {"runc", false,
       "add {\"pageSize\": \"2MB\", \"limit\": 67108864} to linux.resources.hugepageLimits in "
       "config.json"},
  };
  ExpectAdvice(kRule, WithSmall(Limit::Unlimited()), AtMost(Limit(Mebibytes(64))), cases);
  const EngineWords none[] = {{"podman", false, "podman run --cgroup-conf hugetlb.2MB.max=0 ..."}};
  ExpectAdvice(kRule, WithSmall(Limit::Unlimited()), {}, none);
  const EngineWords other[] = {
      {"podman", false, "podman run --cgroup-conf hugetlb.64KB.max=0 ..."}};
  ExpectAdvice(kRule, WithPages({{Kibibytes(64), Limit::Unlimited()}}), {}, other);
}

TEST(HugetlbBounded, WithoutLimitsToReadNothingIsHeldAgainstIt) {
  EXPECT_TRUE(IsNotJudged(Judge(kRule, WithPages({}))));
  EXPECT_TRUE(IsNotJudged(Judge(kRule, WithPages({}), AtMost(Limit(Bytes{0})))));
}

}  // namespace
}  // namespace headroom
