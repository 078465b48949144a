#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "memory-high-below-max";

TEST(MemoryHighBelowMax, IsKeptByATripwireThatWillStand) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, FactsOfAContainer(), {}, Mode::kTripwire)));
}

TEST(MemoryHighBelowMax, IsNotKeptByAThrottleThatTheSupervisorDoesNotOffer) {
  const Violation violation = ViolationOf(Judge(kRule, FactsOfAContainer(), {}, Mode::kThrottle));
  EXPECT_NE(violation.fact.find("mode throttle"), std::string::npos) << violation.fact;
}

TEST(MemoryHighBelowMax, IsKeptByANumberBelowMaxInEveryMode) {
  ContainerFacts facts = FactsOfAContainer();
  facts.supervisor_listening = false;
  facts.own_cgroup = false;
  facts.cgroup.limits.high = Limit(Bytes{Mebibytes(64).value - 1});
  for (const Mode mode : {Mode::kTripwire, Mode::kObserve, Mode::kThrottle}) {
    EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, {}, mode)));
  }
}

TEST(MemoryHighBelowMax, ANumberThatIsNotBelowMaxKeepsTheWireAwayToo) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.high = Limit(Mebibytes(64));
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_EQ(violation.fact, "memory.high is 64 MiB, not below memory.max, which is 64 MiB");
  facts.cgroup.limits.high = Limit(Mebibytes(65));
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
}

TEST(MemoryHighBelowMax, SaysWhyNoWireWillStandAndWhatToDo) {
  const ContainerFacts good = FactsOfAContainer();
  const Violation observed = ViolationOf(Judge(kRule, good, {}, Mode::kObserve));
  EXPECT_NE(observed.fact.find("mode is observe"), std::string::npos) << observed.fact;
  EXPECT_NE(observed.advice.find("\"tripwire\""), std::string::npos);

  ContainerFacts unsupervised = good;
  unsupervised.supervisor_listening = false;
  const Violation alone = ViolationOf(Judge(kRule, unsupervised));
  EXPECT_EQ(alone.fact,
            "memory.high is max, so nothing is noticed before memory.max, which is 64 MiB, is "
            "hit: no supervisor is listening");
  EXPECT_NE(alone.advice.find("systemctl start headroomd"), std::string::npos);

  ContainerFacts shared = good;
  shared.own_cgroup = false;
  shared.not_own_reason = "it runs in the root cgroup";
  shared.engine.engine = "podman";
  const Violation foreign = ViolationOf(Judge(kRule, shared));
  EXPECT_NE(foreign.fact.find("root cgroup"), std::string::npos);
  EXPECT_TRUE(foreign.advice.starts_with("podman run --cgroup-conf memory.high="))
      << foreign.advice;
}

TEST(MemoryHighBelowMax, IsNeverFixedByTheHook) {
  ContainerFacts facts = FactsOfAContainer();
  facts.supervisor_listening = false;
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "memory.high is written by the supervisor alone");
}

TEST(MemoryHighBelowMax, WithoutAMaxOrAHighThereIsNothingToCompare) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.cgroup.limits.max = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts = FactsOfAContainer();
  facts.cgroup.limits.high = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
}

}  // namespace
}  // namespace headroom
