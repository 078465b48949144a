#include "policy/decide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr std::array<ParameterSpec, 3> kParameters = {{
    {.name = "low", .kind = ParameterSpec::Kind::kCount, .fallback = Count{1}, .summary = "a"},
    {.name = "high", .kind = ParameterSpec::Kind::kCount, .fallback = Count{9}, .summary = "b"},
    {.name = "none", .kind = ParameterSpec::Kind::kSwitch, .fallback = {}, .summary = "c"},
}};

Judgement Keep(const RuleInput&) { return Satisfied{}; }
Judgement Break(const RuleInput& input) {
  return Violation{.fact = "is " + input.facts.id,
                   .advice = "do",
                   .fixes = {SetOomGroup{}},
                   .no_fix_reason = {}};
}
Judgement Wonder(const RuleInput&) { return NotJudged{"nothing to see"}; }
std::string LowAboveHigh(const Parameters& parameters) {
  return parameters.CountOf("low")->value > parameters.CountOf("high")->value
             ? "\"low\" is above \"high\""
             : "";
}

constexpr Rule kBroken{.id = "broken",
                       .summary = "s",
                       .parameters = kParameters,
                       .evaluate = Break,
                       .contradiction = LowAboveHigh};
constexpr Rule kBrokenToo{.id = "broken-too",
                          .summary = "s",
                          .parameters = {},
                          .evaluate = Break,
                          .contradiction = nullptr};
constexpr Rule kKept{
    .id = "kept", .summary = "s", .parameters = {}, .evaluate = Keep, .contradiction = nullptr};
constexpr Rule kUnknown{.id = "unknown",
                        .summary = "s",
                        .parameters = {},
                        .evaluate = Wonder,
                        .contradiction = nullptr};
constexpr std::array<const Rule*, 4> kRules = {&kUnknown, &kBroken, &kKept, &kBrokenToo};

Decision DecideBy(const Policy& policy, std::span<const Rule* const> rules = kRules) {
  return Decide(FactsOfAContainer(), policy, rules);
}

const RuleOutcome& OutcomeOf(const Decision& decision, std::string_view rule) {
  for (const RuleOutcome& outcome : decision.outcomes) {
    if (outcome.rule == rule) return outcome;
  }
  static const RuleOutcome none;
  ADD_FAILURE() << "no outcome of " << rule;
  return none;
}

TEST(Decide, WarnsByDefaultAndDeniesNothing) {
  const Decision decision = DecideBy({});
  ASSERT_EQ(decision.findings.size(), 2U);
  EXPECT_EQ(decision.findings[0].rule, "broken");
  EXPECT_EQ(decision.findings[0].fact, "is 3f1c9a");
  EXPECT_EQ(decision.findings[0].fixes, Fixes{SetOomGroup{}});
  for (const Finding& finding : decision.findings) EXPECT_EQ(finding.action, Action::kWarn);
  EXPECT_EQ(decision.Denial(), nullptr);
  EXPECT_EQ(decision.mode, Mode::kTripwire);
  EXPECT_EQ(decision.notes, std::vector<std::string>{"unknown: not judged: nothing to see"});
}

TEST(Decide, DoesForEachActionWhatItSays) {
  for (const Action action : {Action::kOff, Action::kWarn, Action::kFix, Action::kDeny}) {
    Policy policy;
    policy.rules["broken"].action = action;
    policy.rules["broken-too"].action = Action::kOff;
    const Decision decision = DecideBy(policy);
    EXPECT_EQ(decision.findings.size(), action == Action::kOff ? 0U : 1U);
    for (const Finding& finding : decision.findings) EXPECT_EQ(finding.action, action);
    EXPECT_EQ(decision.Denial() != nullptr, action == Action::kDeny);
  }
}

TEST(Decide, RecordsHowEveryRuleCameOutAndByWhoseWord) {
  Policy policy;
  policy.mode_origin = "policy.json";
  RuleSettings& broken = policy.rules["broken"];
  broken.action = Action::kFix;
  broken.action_origin = "profile strict";
  broken.values["high"] = Count{5};
  broken.value_origins["high"] = "override 1 of policy.json";
  policy.rules["broken-too"].action = Action::kOff;
  const Decision decision = DecideBy(policy);
  EXPECT_EQ(decision.mode_origin, "policy.json");
  ASSERT_EQ(decision.outcomes.size(), 4U);
  const RuleOutcome& outcome = OutcomeOf(decision, "broken");
  EXPECT_EQ(outcome.kind, RuleOutcome::Kind::kViolated);
  EXPECT_EQ(outcome.action, Action::kFix);
  EXPECT_EQ(outcome.action_origin, "profile strict");
  EXPECT_EQ(outcome.reason, "is 3f1c9a");
  EXPECT_EQ(outcome.parameters,
            (std::vector<ParameterUse>{{"low", Count{1}, "built-in"},
                                       {"high", Count{5}, "override 1 of policy.json"}}))
      << "one that has no value at all is not there";
  EXPECT_EQ(OutcomeOf(decision, "broken-too").kind, RuleOutcome::Kind::kOff);
  EXPECT_EQ(OutcomeOf(decision, "kept").kind, RuleOutcome::Kind::kKept);
  EXPECT_EQ(OutcomeOf(decision, "kept").action_origin, "built-in");
  EXPECT_EQ(OutcomeOf(decision, "unknown").kind, RuleOutcome::Kind::kNotJudged);
  EXPECT_EQ(OutcomeOf(decision, "unknown").reason, "nothing to see");
}

TEST(Decide, ParametersThatCannotAllBeMeantAreNotHeldAgainstTheContainer) {
  Policy policy;
  policy.rules["broken"].action = Action::kDeny;
  policy.rules["broken"].values["low"] = Count{10};
  const Decision decision = DecideBy(policy);
  EXPECT_EQ(decision.Denial(), nullptr);
  EXPECT_EQ(OutcomeOf(decision, "broken").kind, RuleOutcome::Kind::kNotJudged);
  EXPECT_EQ(OutcomeOf(decision, "broken").reason, "\"low\" is above \"high\"");
}

std::vector<std::string> RulesOf(const Decision& decision) {
  std::vector<std::string> rules;
  rules.reserve(decision.findings.size());
  for (const Finding& finding : decision.findings) rules.push_back(finding.rule);
  return rules;
}

/// Whether and by which rule a container is denied, and all else, under every order of the rules.
TEST(Decide, TheOrderOfTheRulesDecidesNothing) {
  std::mt19937 random(3);
  std::array<const Rule*, 4> rules = kRules;
  for (int i = 0; i < 256; ++i) {
    Policy policy;
    for (int digits = i, rule = 0; rule < 4; ++rule, digits /= 4) {
      policy.rules[std::string(kRules.at(static_cast<std::size_t>(rule))->id)].action =
          static_cast<Action>(digits % 4);
    }
    const Decision expected = DecideBy(policy);
    const bool denied = policy.rules["broken"].action == Action::kDeny ||
                        policy.rules["broken-too"].action == Action::kDeny;
    ASSERT_EQ(expected.Denial() != nullptr, denied) << "no other finding's action softens a deny";
    std::shuffle(rules.begin(), rules.end(), random);
    const Decision shuffled = DecideBy(policy, rules);
    ASSERT_EQ(shuffled.outcomes, expected.outcomes);
    ASSERT_EQ(shuffled.notes, expected.notes);
    ASSERT_EQ(RulesOf(shuffled), RulesOf(expected));
    if (!denied) continue;
    ASSERT_EQ(shuffled.Denial()->rule, expected.Denial()->rule);
  }
}

TEST(Decide, AbsentFactsAreNotedAndNeverDenied) {
  Policy policy;
  for (const Rule* rule : AllRules()) policy.rules[std::string(rule->id)].action = Action::kDeny;
  const Decision decision = Decide(ContainerFacts{}, policy);
  EXPECT_TRUE(decision.findings.empty()) << decision.findings[0].rule;
  EXPECT_EQ(decision.outcomes.size(), AllRules().size());
  EXPECT_EQ(OutcomeOf(decision, "memory-max-required").kind, RuleOutcome::Kind::kNotJudged);
}

TEST(OutcomeNames, AreOneEach) {
  EXPECT_EQ(OutcomeName(RuleOutcome::Kind::kKept), "kept");
  EXPECT_EQ(OutcomeName(RuleOutcome::Kind::kViolated), "violated");
  EXPECT_EQ(OutcomeName(RuleOutcome::Kind::kNotJudged), "not-judged");
  EXPECT_EQ(OutcomeName(RuleOutcome::Kind::kOff), "off");
}

TEST(Decide, ARuleOfWhichAnOverrideMaySpeakLaterIsNotJudged) {
  const std::array<const Rule*, 1> rules = {&kBroken};
  for (const Action action : {Action::kDeny, Action::kFix, Action::kOff}) {
    Policy policy;
    policy.rules["broken"] = {.action = action, .undecided_by = "override 1 of policy.json"};
    const Decision decision = Decide(FactsOfAContainer(), policy, rules);
    EXPECT_TRUE(decision.findings.empty());
    ASSERT_EQ(decision.outcomes.size(), 1U);
    EXPECT_EQ(decision.outcomes[0].kind, RuleOutcome::Kind::kNotJudged);
    EXPECT_EQ(decision.outcomes[0].reason,
              "whether override 1 of policy.json holds depends on the container's cgroup, which is "
              "known only where it runs");
  }
}

}  // namespace
}  // namespace headroom
