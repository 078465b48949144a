#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "memlock-bounded";

ContainerFacts With(std::optional<Limit> memlock, std::optional<Limit> memory_limit) {
  ContainerFacts facts = FactsOfAContainer();
  facts.process.memlock = memlock;
  facts.cgroup.limits.max = memory_limit;
  if (!memory_limit) facts.ancestors.clear();
  return facts;
}

ParameterValues AtMost(Limit limit) { return {{"at_most", limit}}; }

TEST(MemlockBounded, AMemoryLimitIsBoundEnough) {
  // Docker's daemon often has LimitMEMLOCK=infinity, and its containers inherit that.
  EXPECT_TRUE(IsSatisfied(Judge(kRule, With(Limit::Unlimited(), Limit(Mebibytes(64))))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, With(Limit(Mebibytes(128)), Limit(Mebibytes(64))))));
  ContainerFacts pod = With(Limit::Unlimited(), Limit::Unlimited());
  pod.ancestors[0].limits.max = Limit(Mebibytes(128));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, pod)));
}

TEST(MemlockBounded, UnlimitedWithoutAMemoryLimitCanLockTheHost) {
  ContainerFacts facts = With(Limit::Unlimited(), Limit::Unlimited());
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_EQ(violation.fact,
            "RLIMIT_MEMLOCK is unlimited and there is no memory limit, so it can lock all of the "
            "host's memory, which then can be neither reclaimed nor swapped");
  EXPECT_EQ(violation.advice, "docker run --ulimit memlock=8388608:8388608 ...");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "the policy names no \"at_most\" for this rule");
  facts.host.memory_total = Mebibytes(2048);
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact.find("all of the host's memory (2 GiB)"),
            std::string::npos);
}

TEST(MemlockBounded, AsMuchAsTheHostHasIsAsGoodAsUnlimited) {
  ContainerFacts facts = With(Limit(Mebibytes(2048)), Limit::Unlimited());
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "how much the host has is not known";
  facts.host.memory_total = Mebibytes(2048);
  EXPECT_TRUE(ViolationOf(Judge(kRule, facts)).fact.starts_with("RLIMIT_MEMLOCK is 2 GiB and"));
  facts.process.memlock = Limit(Bytes{Mebibytes(2048).value - 1});
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
}

TEST(MemlockBounded, WhatPolicyNamesIsTheMostWithAnyMemoryLimit) {
  for (const Limit memory : {Limit(Mebibytes(64)), Limit::Unlimited()}) {
    EXPECT_TRUE(
        IsSatisfied(Judge(kRule, With(Limit(Mebibytes(8)), memory), AtMost(Limit(Mebibytes(8))))));
    EXPECT_NE(ViolationOf(Judge(kRule, With(Limit(Bytes{Mebibytes(8).value + 1}), memory),
                                AtMost(Limit(Mebibytes(8)))))
                  .fact,
              "");
    const Violation violation =
        ViolationOf(Judge(kRule, With(Limit::Unlimited(), memory), AtMost(Limit(Mebibytes(1)))));
    EXPECT_EQ(violation.fact,
              "RLIMIT_MEMLOCK is unlimited, more than the 1 MiB that policy accepts; locked memory "
              "can be neither reclaimed nor swapped");
    EXPECT_EQ(violation.advice, "docker run --ulimit memlock=1048576:1048576 ...");
    EXPECT_EQ(violation.fixes, Fixes({SetMemlock{Mebibytes(1)}}));
    EXPECT_EQ(violation.no_fix_reason, "");
    EXPECT_TRUE(
        IsSatisfied(Judge(kRule, With(Limit(Mebibytes(1)), memory), AtMost(Limit(Mebibytes(1))))))
        << "a fix followed by a check is clean";
  }
}

TEST(MemlockBounded, PolicyMayAllowNoneOrAll) {
  const ContainerFacts facts = With(Limit(Bytes{65536}), Limit(Mebibytes(64)));
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, AtMost(Limit(Bytes{0})))).fixes,
            Fixes({SetMemlock{Bytes{0}}}));
  EXPECT_TRUE(IsSatisfied(
      Judge(kRule, With(Limit(Bytes{0}), Limit(Mebibytes(64))), AtMost(Limit(Bytes{0})))));
  EXPECT_TRUE(IsSatisfied(
      Judge(kRule, With(Limit::Unlimited(), Limit::Unlimited()), AtMost(Limit::Unlimited()))));
}

TEST(MemlockBounded, IsNotJudgedWhereNobodyKnows) {
  EXPECT_TRUE(IsNotJudged(Judge(kRule, With(std::nullopt, Limit(Mebibytes(64))))));
  EXPECT_TRUE(IsNotJudged(
      Judge(kRule, With(std::nullopt, Limit(Mebibytes(64))), AtMost(Limit(Mebibytes(1))))));
  EXPECT_TRUE(IsNotJudged(Judge(kRule, With(Limit::Unlimited(), std::nullopt))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, With(Limit(Mebibytes(8)), std::nullopt))));
}

TEST(MemlockBounded, AdvisesInTheWordsOfTheEngine) {
  const auto advice = [](const char* engine, bool kubernetes = false) {
    ContainerFacts facts = With(Limit::Unlimited(), Limit::Unlimited());
    facts.engine.engine = engine;
    facts.engine.kubernetes = kubernetes;
    return ViolationOf(Judge(kRule, facts, AtMost(Limit(Bytes{65536})))).advice;
  };
  EXPECT_EQ(advice("podman"), "podman run --ulimit memlock=65536:65536 ...");
  EXPECT_EQ(advice("containerd"), "nerdctl run --ulimit memlock=65536:65536 ...");
  EXPECT_EQ(advice("containerd", true), "systemctl edit containerd: [Service] LimitMEMLOCK=65536");
  EXPECT_EQ(advice("cri-o", true),
            "set default_ulimits = [\"memlock=65536:65536\"] in /etc/crio/crio.conf");
  EXPECT_EQ(advice("lxc"), "set lxc.prlimit.memlock = 65536 in the container's config");
  for (const char* runtime : {"runc", "crun"}) {
    EXPECT_EQ(advice(runtime),
              "set soft and hard of RLIMIT_MEMLOCK to 65536 among process.rlimits in config.json");
  }
}

TEST(MemlockBounded, JudgesConfigJsonAlone) {
  ContainerFacts facts = With(Limit::Unlimited(), Limit::Unlimited());
  facts.source = FactsSource::kConfig;
  facts.ancestors.clear();
  facts.own_cgroup = false;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, AtMost(Limit(Bytes{65536})))).fixes.size(), 1U);
}

}  // namespace
}  // namespace headroom
