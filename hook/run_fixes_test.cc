#include "hook/run.h"

#include <algorithm>
#include <map>

#include "hook/testing/hook_fixture.h"

namespace headroom {
namespace {

TEST_F(HookTest, FixesMemoryMaxAndRecordsWhatIsTrueThen) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","fix_to":"32M"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  const auto enrolled = Enrolled();
  ASSERT_EQ(enrolled.size(), 1U);
  EXPECT_EQ(enrolled[0].cgroup.limits.max, Limit(Mebibytes(32)));
  EXPECT_EQ(enrolled[0].findings.at(0).fix_outcome, "fixed: memory.max is now 32 MiB");
  EXPECT_TRUE(reporter_.user[0].ends_with("; fixed: memory.max is now 32 MiB"))
      << reporter_.user[0];
}

TEST_F(HookTest, WhatALowerLimitBreaksIsFoundAndFixedInTheSameStart) {
  SetPolicy(R"({"rules":{
      "memory-max-required":{"action":"fix","fix_to":"32M","ancestor_counts":false},
      "protection-sane":{"action":"fix","low_share":0.5}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(
      TreeOf(host_.path() + "/cg").at(host_.path() + "/cg" + FakeHost::kCgroup + "/memory.low"),
      "16777216");
  const auto enrolled = Enrolled();
  ASSERT_EQ(enrolled.size(), 1U);
  std::map<std::string, FindingRecord> findings;
  for (const FindingRecord& finding : enrolled[0].findings) {
    EXPECT_TRUE(findings.emplace(finding.rule, finding).second) << finding.rule << ": once";
  }
  EXPECT_EQ(findings.at("memory-max-required").fixes.at(0).after, "33554432");
  EXPECT_EQ(findings.at("protection-sane").fixes.at(0).after, "16777216");
  EXPECT_TRUE(findings.at("shm-sized").fact.starts_with("/dev/shm may hold 64 MiB, 200 %"))
      << findings.at("shm-sized").fact;
  ASSERT_TRUE(enrolled[0].policy);
  for (const RuleRecord& rule : enrolled[0].policy->rules) {
    if (!findings.contains(rule.rule)) continue;
    EXPECT_EQ(rule.outcome, "violated") << rule.rule;
  }
}

TEST_F(HookTest, WhatCannotBeFixedIsTriedAndToldOnce) {
  SetPolicy(R"({"rules":{
      "memory-max-required":{"action":"fix","fix_to":"32M","ancestor_counts":false},
      "pids-bounded":{"action":"fix"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(std::ranges::count_if(
                reporter_.user,
                [](const std::string& line) { return line.find("pids-bounded") != line.npos; }),
            1);
}

TEST_F(HookTest, AFixThatFailsIsAWarningWithTheReasonAndTheAdvice) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  EXPECT_NE(reporter_.user.at(0).find("; not fixed: "), std::string::npos);
  EXPECT_NE(reporter_.user.at(0).find("; set linux.resources"), std::string::npos);
}

TEST_F(HookTest, InModeObserveNoByteChangesUnderTheCgroupTree) {
  SetPolicy(R"({"mode":"observe","rules":{
      "memory-max-required":{"action":"fix","at_most":"1M","fix_to":"1M"},
      "memory-high-below-max":{"action":"fix"},"shm-sized":{"action":"fix"}}})");
  const auto before = TreeOf(host_.path() + "/cg");
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(TreeOf(host_.path() + "/cg"), before);
  EXPECT_EQ(Enrolled().at(0).mode, Mode::kObserve);
}

TEST_F(HookTest, KeepsEveryFixWithWhatWasThereBeforeAndAfter) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","fix_to":"32M"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  const auto fixes = Enrolled().at(0).findings.at(0).fixes;
  ASSERT_EQ(fixes.size(), 1U);
  EXPECT_EQ(fixes[0].setting, "memory.max");
  EXPECT_EQ(fixes[0].before, "max");
  EXPECT_EQ(fixes[0].after, "33554432");
  EXPECT_TRUE(fixes[0].outcome.starts_with("fixed: memory.max is now 32 MiB")) << fixes[0].outcome;
}

TEST_F(HookTest, TheHookNeverWritesMemoryHigh) {
  SetPolicy(R"({"mode":"throttle","rules":{"memory-high-below-max":{"action":"fix"}}})");
  const auto before = TreeOf(host_.path() + "/cg");
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(TreeOf(host_.path() + "/cg"), before);
}

}  // namespace
}  // namespace headroom
