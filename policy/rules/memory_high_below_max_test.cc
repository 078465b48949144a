#include <gtest/gtest.h>

#include "kernel/cgroup/tripwire_high.h"
#include "policy/testing/advice_cases.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "memory-high-below-max";

ContainerFacts WithHigh(Bytes high) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.high = Limit(high);
  return facts;
}

TEST(MemoryHighBelowMax, IsKeptByATripwireThatWillStand) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, FactsOfAContainer(), {}, Mode::kTripwire)));
}

TEST(MemoryHighBelowMax, IsKeptByAThrottleThatTheSupervisorWillWrite) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, FactsOfAContainer(), {}, Mode::kThrottle)));
}

TEST(MemoryHighBelowMax, IsNotKeptByAThrottleThatNobodyWrites) {
  ContainerFacts facts = FactsOfAContainer();
  facts.supervisor_listening = false;
  const Violation violation = ViolationOf(Judge(kRule, facts, {}, Mode::kThrottle));
  EXPECT_NE(violation.advice.find("systemctl start headroomd"), std::string::npos)
      << violation.advice;
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

TEST(MemoryHighBelowMax, HalfOfTheLimitIsTheLeastUnlessPolicySaysOtherwise) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithHigh(Mebibytes(32)))));
  const Violation violation =
      ViolationOf(Judge(kRule, WithHigh(Bytes{Mebibytes(32).value - 4096})));
  EXPECT_EQ(violation.fact,
            "memory.high is 32 MiB, 49 % of memory.max, which is 64 MiB: the container is "
            "throttled from there on; policy accepts 50 % or more");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "memory.high is written by the supervisor alone");

  const ParameterValues stricter = {{"at_least", 0.75}};
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithHigh(Mebibytes(48)), stricter)));
  EXPECT_NE(ViolationOf(Judge(kRule, WithHigh(Mebibytes(47)), stricter)).fact, "");
  // A share that is no whole number of pages is met by the page below, as the kernel rounds.
  const ParameterValues odd = {{"at_least", 0.9}};
  const Bytes page_below{static_cast<std::uint64_t>(0.9 * 16384) * 4096};
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithHigh(page_below), odd)));
  EXPECT_NE(ViolationOf(Judge(kRule, WithHigh(Bytes{page_below.value - 4096}), odd)).fact, "");
}

TEST(MemoryHighBelowMax, TheLargestPartIsPolicys) {
  const ParameterValues three_quarters = {{"at_most", 0.75}};
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithHigh(Mebibytes(48)), three_quarters)));
  const Violation violation =
      ViolationOf(Judge(kRule, WithHigh(Bytes{Mebibytes(48).value + 4096}), three_quarters));
  EXPECT_EQ(violation.fact,
            "memory.high is 48 MiB, 76 % of memory.max, which is 64 MiB; policy accepts 75 % or "
            "less");
  EXPECT_EQ(violation.advice,
            "echo max > /sys/fs/cgroup/system.slice/docker-3f1c9a.scope/memory.high");
}

TEST(MemoryHighBelowMax, OurOwnTripwireIsWithinEveryRange) {
  const Bytes wire = *TripwireHigh(Mebibytes(64), {.batch_pages = 64, .cpus = 1});
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithHigh(wire), {{"at_most", 0.6}})));
  EXPECT_NE(ViolationOf(Judge(kRule, WithHigh(Bytes{wire.value - 4096}), {{"at_most", 0.6}})).fact,
            "");
}

TEST(MemoryHighBelowMax, ANumberIsMeasuredAgainstTheSmallestLimitOnTheWayUp) {
  ContainerFacts facts = WithHigh(Mebibytes(24));
  facts.ancestors[0].limits.max = Limit(Mebibytes(32));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "three quarters of what is in force";
  facts.ancestors[0].limits.max = Limit(Mebibytes(24));
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fact,
            "memory.high is 24 MiB, not below the limit of /system.slice, which is 24 MiB");
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "") << "one above is in force all the same";
  facts.ancestors[0].limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
}

TEST(MemoryHighBelowMax, FromConfigAloneOnlyWhatStandsThereIsJudged) {
  ContainerFacts facts = FactsOfAContainer();
  facts.source = FactsSource::kConfig;
  facts.cgroup.path.clear();
  facts.ancestors.clear();
  facts.own_cgroup = false;
  facts.supervisor_listening = false;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  EXPECT_NE(ViolationOf(Judge(kRule, facts, {}, Mode::kObserve)).fact, "") << "that policy knows";
  facts.cgroup.limits.high = Limit(Mebibytes(16));
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_TRUE(violation.fact.starts_with("memory.high is 16 MiB, 25 % of memory.max"))
      << violation.fact;
  EXPECT_EQ(violation.advice,
            "set linux.resources.unified[\"memory.high\"] to \"max\" in config.json");
}

TEST(MemoryHighBelowMax, SaysHowToMoveANumberInTheWordsOfTheEngine) {
  const EngineWords cases[] = {
      {"docker", false, "echo max > /sys/fs/cgroup/system.slice/docker-3f1c9a.scope/memory.high"},
      {"podman", false, "podman run --cgroup-conf memory.high=63750144 ..."},
      {"containerd", false, "nerdctl run --cgroup-conf memory.high=63750144 ..."},
      {"containerd", true,
       "change memoryThrottlingFactor in the kubelet's configuration, which memory.high comes "
       "from"},
      {"lxc", false, "set lxc.cgroup2.memory.high = 63750144 in the container's config"},
      {"runc", false,
       "set linux.resources.unified[\"memory.high\"] to \"63750144\" in config.json"},
  };
  ExpectAdvice(kRule, WithHigh(Mebibytes(16)), {}, cases);
  const EngineWords lower[] = {
      {"podman", false, "podman run --cgroup-conf memory.high=40263680 ..."}};
  ExpectAdvice(kRule, WithHigh(Mebibytes(16)), {{"at_most", 0.6}}, lower);
  const EngineWords higher[] = {
      {"podman", false, "podman run --cgroup-conf memory.high=65765376 ..."}};
  ExpectAdvice(kRule, WithHigh(Mebibytes(16)), {{"at_least", 0.98}}, higher);
}

TEST(MemoryHighBelowMax, ARangeThatNothingCanMeetIsAContradiction) {
  EXPECT_EQ(ContradictionOf(kRule, {{"at_least", 0.9}, {"at_most", 0.9}}), "");
  EXPECT_EQ(ContradictionOf(kRule, {{"at_least", 0.9}, {"at_most", 0.8}}),
            "\"at_least\" is above \"at_most\"");
  EXPECT_NE(ContradictionOf(kRule, {{"at_most", 0.4}}), "") << "the fallback counts";
  EXPECT_NE(ContradictionOf(kRule, {{"at_least", 1.0}}), "");
}

}  // namespace
}  // namespace headroom
