#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "oom-score-adj";

ContainerFacts With(int score, const char* engine = "docker", bool kubernetes = false) {
  ContainerFacts facts = FactsOfAContainer();
  facts.process.oom_score_adj = score;
  facts.engine.engine = engine;
  facts.engine.kubernetes = kubernetes;
  return facts;
}

ParameterValues Range(int low, int high) {
  return {{"at_least", OomScoreAdj{low}}, {"at_most", OomScoreAdj{high}}};
}

TEST(OomScoreAdj, IsKeptByWhatEnginesAndKubeletGive) {
  // docker's and podman's 0, kubelet's BestEffort, Burstable, Guaranteed and a pod's sandbox.
  for (const int score : {0, 1000, 500, 2, -997, -998}) {
    EXPECT_TRUE(IsSatisfied(Judge(kRule, With(score)))) << score;
  }
}

TEST(OomScoreAdj, ALowerOneIsAFindingThatAFixRaises) {
  const Violation violation = ViolationOf(Judge(kRule, With(-999)));
  EXPECT_EQ(violation.fact,
            "oom_score_adj is -999, below the -998 that policy accepts, so others are killed in "
            "its place");
  EXPECT_EQ(violation.advice, "docker run --oom-score-adj -998 ...");
  EXPECT_EQ(violation.fixes, Fixes({SetOomScoreAdj{OomScoreAdj{-998}}}));
  EXPECT_EQ(violation.no_fix_reason, "");
}

TEST(OomScoreAdj, NeverToBeKilledIsRefusedWhateverPolicySays) {
  const Violation violation = ViolationOf(Judge(kRule, With(-1000)));
  EXPECT_EQ(violation.fact,
            "oom_score_adj is -1000: the kernel kills none of its processes, not even at its own "
            "limit, and others in their place; policy accepts -998 to 1000");
  EXPECT_EQ(violation.fixes, Fixes({SetOomScoreAdj{OomScoreAdj{-998}}}));
  EXPECT_NE(ViolationOf(Judge(kRule, With(-1000), Range(-1000, 1000))).fact, "");
}

TEST(OomScoreAdj, BothEndsOfTheRangeAreAccepted) {
  for (const int score : {100, 200}) {
    EXPECT_TRUE(IsSatisfied(Judge(kRule, With(score), Range(100, 200)))) << score;
  }
  EXPECT_EQ(ViolationOf(Judge(kRule, With(99), Range(100, 200))).fixes,
            Fixes({SetOomScoreAdj{OomScoreAdj{100}}}));
  EXPECT_NE(ViolationOf(Judge(kRule, With(201), Range(100, 200))).fact, "");
}

TEST(OomScoreAdj, AHigherOneIsNeverLowered) {
  const Violation violation = ViolationOf(Judge(kRule, With(1000), Range(-998, 500)));
  EXPECT_EQ(violation.fact,
            "oom_score_adj is 1000, above the 500 that policy accepts, so it is killed before "
            "others");
  EXPECT_EQ(violation.advice, "docker run --oom-score-adj 500 ...");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason,
            "a fix only raises oom_score_adj, since lowering it is at others' cost");
}

TEST(OomScoreAdj, AFixFollowedByACheckIsClean) {
  for (const int score : {-1000, -999, -500, 0}) {
    const ParameterValues values = Range(-100, 1000);
    for (const Fix& fix : ViolationOf(Judge(kRule, With(score), values)).fixes) {
      const int fixed = std::get<SetOomScoreAdj>(fix).value.value;
      EXPECT_GT(fixed, score);
      EXPECT_TRUE(IsSatisfied(Judge(kRule, With(fixed), values)));
    }
  }
}

TEST(OomScoreAdj, AdvisesInTheWordsOfTheEngine) {
  const auto advice = [](const char* engine, bool kubernetes = false) {
    return ViolationOf(Judge(kRule, With(-1000, engine, kubernetes))).advice;
  };
  EXPECT_EQ(advice("podman"), "podman run --oom-score-adj -998 ...");
  EXPECT_EQ(advice("containerd"), "nerdctl run --oom-score-adj -998 ...");
  for (const char* engine : {"containerd", "cri-o"}) {
    EXPECT_EQ(advice(engine, true),
              "give the pod's containers other resources.requests and resources.limits: kubelet "
              "derives oom_score_adj from the QoS class");
  }
  EXPECT_EQ(advice("lxc"), "set lxc.proc.oom_score_adj = -998 in the container's config");
  for (const char* runtime : {"runc", "crun"}) {
    EXPECT_EQ(advice(runtime), "set process.oomScoreAdj to -998 in config.json");
  }
}

TEST(OomScoreAdj, JudgesConfigJsonAloneAndNothingWhereItIsNotKnown) {
  ContainerFacts facts = With(-1000, "runc");
  facts.source = FactsSource::kConfig;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fixes.size(), 1U);
  facts.process.oom_score_adj = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
}

TEST(OomScoreAdj, RangesThatCannotBeMeantAreTold) {
  const auto contradiction = [](const ParameterValues& values) {
    const Rule* rule = FindRule(kRule);
    return rule->contradiction(Parameters(rule->parameters, values));
  };
  EXPECT_EQ(contradiction({}), "");
  EXPECT_EQ(contradiction(Range(5, 5)), "");
  EXPECT_EQ(contradiction(Range(6, 5)), "\"at_least\" is above \"at_most\"");
  EXPECT_EQ(contradiction({{"at_most", OomScoreAdj{-999}}}), "\"at_least\" is above \"at_most\"");
  EXPECT_EQ(contradiction(Range(-999, 0)), "");
  EXPECT_EQ(
      contradiction(Range(-1000, 0)),
      "\"at_least\" is -1000, with which the kernel kills others instead; -999 is the lowest");
}

}  // namespace
}  // namespace headroom
