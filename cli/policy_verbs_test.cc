#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "cli/policy_verbs.h"
#include "cli/testing/judged_machine.h"
#include "policy/lint/schema.h"
#include "policy/rule.h"

namespace headroom {
namespace {

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

nlohmann::json Json(const JudgedMachine::Ran& ran) {
  auto json = ParseJsonObject(ran.out, "out");
  EXPECT_TRUE(json) << ran.out << ran.err;
  return json.value_or(nlohmann::json::object());
}

void ExpectCouldNot(const JudgedMachine::Ran& ran, const std::string& piece) {
  EXPECT_EQ(ran.status, JudgeStatus::kCouldNot) << ran.out;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  EXPECT_TRUE(Holds(ran.err, piece)) << ran.err;
}

TEST(PolicyLintVerb, NamesFileLineAndColumn) {
  const JudgedMachine machine;
  machine.Write("p.json", "{\n  \"rules\": {\"shm-size\": {}}\n}\n");
  const auto ran = machine.Run({"policy", "lint", machine.path("p.json")}, /*root=*/false);
  EXPECT_EQ(ran.status, JudgeStatus::kFindings);
  EXPECT_EQ(ran.err, "");
  EXPECT_TRUE(ran.out.starts_with(machine.path("p.json") + ":2:13: error: ")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "did you mean \"shm-sized\"")) << ran.out;
}

TEST(PolicyLintVerb, AGoodFileAndNoFileAreClean) {
  const JudgedMachine machine;
  auto ran = machine.Run({"policy", "lint"});
  EXPECT_EQ(ran.status, JudgeStatus::kClean);
  EXPECT_TRUE(Holds(ran.out, "the built-in policy holds")) << ran.out;
  machine.Write("etc/policy.json", R"({"profile": "strict"})");
  machine.Write("etc/policy.d/1.json", R"({"mode": "observe"})");
  ran = machine.Run({"policy", "lint"});
  EXPECT_EQ(ran.status, JudgeStatus::kClean);
  EXPECT_EQ(ran.out, machine.path("etc") + ": nothing to mend (2 files)\n");
}

TEST(PolicyLintVerb, WarningsAreToldAndClean) {
  const JudgedMachine machine;
  machine.Write("p.json", R"({"overrides": [{"match": {}, "mode": "observe"}]})");
  const auto ran = machine.Run({"policy", "lint", machine.path("p.json")});
  EXPECT_EQ(ran.status, JudgeStatus::kClean);
  EXPECT_TRUE(Holds(ran.out, ": warning: ")) << ran.out;
}

TEST(PolicyLintVerb, WhatCannotBeReadIsNotClean) {
  const JudgedMachine machine;
  ExpectCouldNot(machine.Run({"policy", "lint", machine.path("none.json")}), "none.json");
  machine.Write("etc/policy.json/x", "");
  ExpectCouldNot(machine.Run({"policy", "lint"}), "policy.json");
}

TEST(PolicyLintVerb, AFileThatTheHookRefusesForItsSizeIsAnError) {
  const JudgedMachine machine;
  machine.Write("p.json", std::string(10U << 20U, '['));
  const auto ran = machine.Run({"policy", "lint", machine.path("p.json")});
  EXPECT_EQ(ran.status, JudgeStatus::kFindings);
  EXPECT_TRUE(Holds(ran.out, "p.json:1:1: error: ")) << ran.out;
}

TEST(PolicyExplainVerb, TellsWhoSaidWhat) {
  const JudgedMachine machine;
  machine.Write("etc/policy.json", R"({"profile": "balanced",
      "rules": {"memory-max-required": {"action": "fix", "fix_to": "512M"}},
      "retention": {"per_container": 5},
      "overrides": [{"match": {"name": "x"}, "mode": "observe"}]})");
  const auto ran = machine.Run({"policy", "explain"}, /*root=*/false);
  EXPECT_EQ(ran.status, JudgeStatus::kClean) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "profile balanced")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "there is 1 entry of \"overrides\"")) << ran.out;
  const auto json = Json(machine.Run({"policy", "explain", "--json"}));
  EXPECT_EQ(json["schema"], "headroom.policy/1");
  EXPECT_EQ(json["container"], nullptr);
  EXPECT_EQ(json["overrides"], 1);
  EXPECT_EQ(json["retention"]["per_container"],
            nlohmann::json({{"value", 5}, {"origin", machine.path("etc/policy.json")}}));
  EXPECT_EQ(json["retention"]["max_age"],
            nlohmann::json({{"value", "30d"}, {"origin", "built-in"}}));
  EXPECT_TRUE(Holds(ran.out, "retention.max_bytes")) << ran.out;
  ASSERT_EQ(json["policy"]["rules"].size(), AllRules().size());
  const auto rule = std::ranges::find_if(json["policy"]["rules"], [](const nlohmann::json& row) {
    return row["rule"] == "memory-max-required";
  });
  EXPECT_EQ((*rule)["action"], "fix");
  EXPECT_EQ((*rule)["action_origin"], machine.path("etc/policy.json"));
  EXPECT_FALSE(rule->contains("outcome")) << "nobody was judged";
}

TEST(PolicyExplainVerb, OfAContainerIsWhatWasDecidedWhenItStarted) {
  const JudgedMachine machine;
  Enrolment enrolment = machine.Enrolled("3f1c9a", FakeHost::kInit);
  enrolment.policy = DecisionRecord{.mode = "observe",
                                    .mode_origin = "override 2 of /etc/headroom/policy.json",
                                    .rules = {{.rule = "shm-sized",
                                               .action = "fix",
                                               .action_origin = "profile balanced",
                                               .outcome = "kept",
                                               .reason = "",
                                               .parameters = {}}},
                                    .facts = ""};
  machine.Enrol(enrolment);
  const auto ran = machine.Run({"policy", "explain", "shop"});
  EXPECT_EQ(ran.status, JudgeStatus::kClean) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "The policy for shop (docker), as decided when it started"))
      << ran.out;
  EXPECT_TRUE(Holds(ran.out, "override 2 of /etc/headroom/policy.json")) << ran.out;
  EXPECT_FALSE(Holds(ran.out, "memory-max-required")) << "not what holds now";
}

TEST(PolicyExplainVerb, OfAContainerWithoutARecordIsWhatHoldsNow) {
  const JudgedMachine machine;
  machine.EnrolShop();
  machine.Write("etc/policy.json",
                R"({"overrides": [{"match": {"name": "shop"}, "profile": "strict"}]})");
  const auto ran = machine.Run({"policy", "explain", "shop"});
  EXPECT_EQ(ran.status, JudgeStatus::kClean) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "as decided now")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "profile strict")) << ran.out;
}

TEST(PolicyExplainVerb, AnUnknownContainerAndABrokenPolicyAreOneLine) {
  const JudgedMachine machine;
  ExpectCouldNot(machine.Run({"policy", "explain", "web"}), "no container \"web\"");
  machine.Write("etc/policy.json", "{\n\"mode\": 1}");
  ExpectCouldNot(machine.Run({"policy", "explain"}), "line 2");
}

TEST(PolicyTryVerb, TellsWhatWouldBeDoneAndWhatIsDoneNow) {
  const JudgedMachine machine;
  machine.EnrolShop();
  machine.Write("etc/policy.json", R"({"rules": {"pids-bounded": {"action": "off"}}})");
  machine.Write("p.json", R"({"rules": {"shm-sized": {"action": "fix"},
                                        "oom-group": {"action": "off"},
                                        "pids-bounded": {"action": "deny"}}})");
  const auto ran = machine.Run({"policy", "try", machine.path("p.json")});
  EXPECT_EQ(ran.status, JudgeStatus::kFindings) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("shop (docker): would be denied by 1 rule, 1 fixed")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "  pids-bounded: deny (new)\n")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "  shm-sized: fix (now warn)\n")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "    fix   /dev/shm to 32 MiB\n")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "  oom-group: no longer found\n")) << ran.out;
  const auto json = Json(machine.Run({"policy", "try", machine.path("p.json"), "--json"}));
  EXPECT_EQ(json["schema"], "headroom.policy-try/1");
  ASSERT_EQ(json["containers"].size(), 1U);
  EXPECT_EQ(json["containers"][0]["denied"], true);
  EXPECT_EQ(json["containers"][0]["compared"], true);
  EXPECT_EQ(json["containers"][0]["no_longer"], nlohmann::json({"oom-group"}));
}

TEST(PolicyTryVerb, WithoutADenialIsCleanAlsoWhereThePolicyOfNowIsBroken) {
  const JudgedMachine machine;
  machine.EnrolShop();
  machine.Write("etc/policy.json", "{");
  machine.Write("p.json", R"({"rules": {"shm-sized": {"action": "fix"}}})");
  const auto ran = machine.Run({"policy", "try", machine.path("p.json")});
  EXPECT_EQ(ran.status, JudgeStatus::kClean) << ran.out;
  EXPECT_TRUE(Holds(ran.err, "not compared with the policy of now")) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "  shm-sized: fix\n")) << ran.out;
}

TEST(PolicyTryVerb, WhatCannotBeTriedIsOneLine) {
  const JudgedMachine machine;
  machine.Write("p.json", R"({"rules": []})");
  ExpectCouldNot(machine.Run({"policy", "try", machine.path("p.json")}), "p.json");
  ExpectCouldNot(machine.Run({"policy", "try", machine.path("none.json")}), "none.json");
  machine.Write("p.json", "{}");
  ExpectCouldNot(machine.Run({"policy", "try", machine.path("p.json")}, /*root=*/false),
                 "need sudo");
}

TEST(PolicySchemaVerb, PrintsTheSchema) {
  const JudgedMachine machine;
  const auto ran = machine.Run({"policy", "schema"});
  EXPECT_EQ(ran.status, JudgeStatus::kClean);
  EXPECT_EQ(ran.out, PolicySchema());
}

TEST(PolicyReferenceVerb, HasEveryRuleAndEveryParameter) {
  const JudgedMachine machine;
  const auto ran = machine.Run({"policy", "reference"});
  EXPECT_EQ(ran.status, JudgeStatus::kClean);
  for (const Rule* rule : AllRules()) {
    const std::string heading = fmt::format("\n## {}\n\n{}\n", rule->id, rule->summary);
    ASSERT_TRUE(Holds(ran.out, heading)) << heading;
    for (const ParameterSpec& spec : rule->parameters) {
      EXPECT_TRUE(Holds(ran.out, fmt::format("| `{}` | ", spec.name))) << spec.name;
    }
  }
  EXPECT_TRUE(Holds(ran.out, "strict: `fix`, `at_most` 0")) << ran.out;
}

}  // namespace
}  // namespace headroom
