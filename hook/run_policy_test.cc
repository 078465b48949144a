#include "hook/run.h"

#include <filesystem>
#include <map>

#include "hook/testing/hook_fixture.h"

namespace headroom {
namespace {

TEST_F(HookTest, KeepsHowTheDecisionCameAbout) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","fix_to":"32M"},
                         "shm-sized":{"action":"off"}}})");
  EXPECT_EQ(Create(), 0);
  const auto policy = Enrolled().at(0).policy;
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->mode, "tripwire");
  EXPECT_TRUE(policy->facts_us && policy->decide_us && policy->fixes_us);
  std::map<std::string, RuleRecord> rules;
  for (const RuleRecord& rule : policy->rules) rules[rule.rule] = rule;
  EXPECT_EQ(rules.at("memory-max-required").action, "fix");
  EXPECT_EQ(rules.at("memory-max-required").outcome, "kept");
  EXPECT_EQ(rules.at("memory-high-below-max").outcome, "violated");
  EXPECT_EQ(rules.at("memory-high-below-max").action_origin, "built-in");
  EXPECT_EQ(rules.at("shm-sized").outcome, "off");
  bool found = false;
  for (const ParameterRecord& parameter : rules.at("memory-max-required").parameters) {
    found |= parameter.name == "fix_to" && parameter.value == "33554432";
  }
  EXPECT_TRUE(found);
}

TEST_F(HookTest, AnOverrideHoldsForTheContainersItMatches) {
  SetPolicy(R"({"overrides":[
      {"match":{"engine":"docker"},"rules":{"shm-sized":{"action":"deny"}}},
      {"match":{"engine":"runc","cgroup_prefix":"/"},"mode":"observe",
       "rules":{"shm-sized":{"action":"off"}}}]})");
  EXPECT_EQ(Create(), 0);
  const auto enrolled = Enrolled();
  ASSERT_EQ(enrolled.size(), 1U);
  EXPECT_EQ(enrolled[0].mode, Mode::kObserve);
  for (const FindingRecord& finding : enrolled[0].findings) EXPECT_NE(finding.rule, "shm-sized");
}

TEST_F(HookTest, EnrolsHowManyLinesOfItsLogPolicyWantsKept) {
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(Enrolled().at(0).log_lines, kDefaultLogLines);
}

TEST_F(HookTest, EnrolsThatPolicySwitchedItsLogOff) {
  SetPolicy(R"({"overrides":[{"match":{"engine":"runc"},"log_lines":0}]})");
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(Enrolled().at(0).log_lines, 0U);
  EXPECT_EQ(Enrolled().at(0).policy->log_lines, 0U);
  EXPECT_NE(Enrolled().at(0).policy->log_lines_origin.find("override 1"), std::string::npos);
}

TEST_F(HookTest, ABrokenPolicyMayBeWhatSwitchesTheLogOff) {
  SetPolicy("{");
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(Enrolled().at(0).log_lines, 0U);
}

constexpr const char* kAnnotations =
    R"(,"annotations":{"io.headroom.mode":"observe","io.headroom.shm-sized":"off"})";

TEST_F(HookTest, AnAllowedAnnotationChoosesAndARefusedOneIsTold) {
  SetPolicy(R"({"allowed_annotations":["io.headroom.mode"]})");
  EXPECT_EQ(Run(Stage::kPrestart, StateText(kAnnotations)), 0);
  EXPECT_EQ(Enrolled().at(0).mode, Mode::kObserve);
  EXPECT_EQ(reporter_.user.at(0),
            "headroom: warning: annotation io.headroom.shm-sized is refused: the policy does not "
            "allow it (\"allowed_annotations\")");
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(kAnnotations)), 0);
  EXPECT_TRUE(reporter_.user.empty()) << "told once";
}

TEST_F(HookTest, ARefusedAnnotationLeavesADenialOneLine) {
  SetPolicy(R"({"rules":{"shm-sized":{"action":"deny"}}})");
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(kAnnotations)), 78);
  EXPECT_EQ(reporter_.user.size(), 1U);
  EXPECT_TRUE(reporter_.JournalSays("io.headroom.shm-sized is refused"));
}

TEST_F(HookTest, WhatOnlyLintRefusesANoteAndWhatCannotBeMeantTheLastGoodPolicy) {
  SetPolicy(R"({"mode":"observe","colour":1})");
  EXPECT_EQ(Create(), 0);
  EXPECT_TRUE(reporter_.JournalSays("key \"colour\" is not known and was ignored"));
  for (const char* slip : {R"({"mode":7})", R"({"rules":{"shm-sized":{"max_share":2}}})",
                           R"({"profile":"x"})", R"({"profiles":{"a":{"extends":"a"}}})"}) {
    SetPolicy(slip);
    EXPECT_EQ(Create(), 0) << slip;
    EXPECT_NE(reporter_.user.at(0).find("its last good version is used"), std::string::npos);
    EXPECT_NE(reporter_.user.at(0).find("policy.json: line 1, column "), std::string::npos);
    EXPECT_EQ(Enrolled().at(0).mode, Mode::kObserve);
  }
  std::filesystem::remove(environment_.paths.run_dir + "/policy.last-good.json");
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(), OnError::kClosed), 70);
}

TEST_F(HookTest, ABrokenPolicyObservesWhenOpenAndStopsWhenClosed) {
  SetPolicy("{ broken");
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(), OnError::kClosed), 70);
  EXPECT_EQ(Create(), 0);
  EXPECT_NE(reporter_.user.at(0).find("policy.json"), std::string::npos) << reporter_.user[0];
  EXPECT_EQ(Enrolled().at(0).mode, Mode::kObserve) << "nobody can say that a write is wanted";
}

TEST_F(HookTest, ABrokenPolicyUsesItsLastGoodVersion) {
  SetPolicy(kDenyUnlimited);
  EXPECT_EQ(Create(), 0);
  SetPolicy("{ broken");
  Unlimit();
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(), OnError::kClosed), 78);
}

}  // namespace
}  // namespace headroom
