#include "policy/apply.h"

#include <gtest/gtest.h>

#include "policy/layers/load.h"

namespace headroom {
namespace {

ContainerFacts Limited(Bytes limit) {
  ContainerFacts facts;
  facts.id = "web";
  facts.engine.engine = "runc";
  facts.cgroup.path = "/box";
  facts.cgroup.limits.max = Limit(limit);
  facts.cgroup.limits.oom_group = false;
  return facts;
}

PolicyLayer LayerOf(const std::string& text) {
  auto loaded = CombineSources({{.path = "policy.json", .text = text}});
  EXPECT_TRUE(loaded) << loaded.error().Message();
  return loaded->layer;
}

TEST(ApplyPolicy, KeepsWhatWasDecidedAndOnWhichFacts) {
  const AppliedPolicy applied =
      ApplyPolicy(LayerOf(R"({"mode":"observe","rules":{"oom-group":{"action":"warn"}}})"),
                  Limited(Mebibytes(64)));
  EXPECT_EQ(applied.policy.mode, Mode::kObserve);
  EXPECT_EQ(applied.record.mode, "observe");
  EXPECT_FALSE(applied.record.rules.empty());
  EXPECT_NE(applied.record.facts.find("/box"), std::string::npos) << applied.record.facts;
  EXPECT_FALSE(applied.record.facts_us) << "the times are the caller's";
}

TEST(EnrolmentUnder, HasThePolicysWordOnModeLogAndRules) {
  const ContainerFacts facts = Limited(Mebibytes(64));
  const AppliedPolicy applied = ApplyPolicy(LayerOf(R"({"mode":"observe","log_lines":7})"), facts);
  const Enrolment enrolment = EnrolmentUnder(applied, facts, {{.rule = "oom-group"}});
  EXPECT_EQ(enrolment.id, "web");
  EXPECT_EQ(enrolment.mode, Mode::kObserve);
  EXPECT_EQ(enrolment.log_lines, 7U);
  EXPECT_EQ(enrolment.policy, applied.record);
  ASSERT_EQ(enrolment.findings.size(), 1U);
  EXPECT_EQ(enrolment.cgroup.limits.max, Limit(Mebibytes(64)));
}

}  // namespace
}  // namespace headroom
