#include "policy/policy.h"

#include <gtest/gtest.h>

#include <set>

#include "policy/advice.h"
#include "policy/engine.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr std::string_view kWhole = R"({
  // comments are allowed
  "$schema": "https://example.invalid/x",
  "mode": "throttle",
  "rules": {
    "memory-max-required": {"action": "deny", "ancestor_counts": false, "fix_to": "512M"},
    "shm-sized": {"action": "fix", "max_share": 0.25}
  }
})";

struct Applied {
  Policy policy;
  std::vector<std::string> notes;
  Status status;
};

Applied Apply(std::string_view text, Policy start = {}) {
  Applied applied;
  applied.policy = std::move(start);
  applied.status = ApplyPolicyText(applied.policy, text, "policy.json", applied.notes);
  return applied;
}

TEST(Policy, ReadsModeActionsAndTypedParameters) {
  const Applied applied = Apply(kWhole);
  ASSERT_TRUE(applied.status) << applied.status.error().Message();
  EXPECT_TRUE(applied.notes.empty());
  EXPECT_EQ(applied.policy.mode, Mode::kThrottle);
  const RuleSettings& required = applied.policy.rules.at("memory-max-required");
  EXPECT_EQ(required.action, Action::kDeny);
  EXPECT_EQ(required.values.at("ancestor_counts"), ParameterValue(false));
  EXPECT_EQ(required.values.at("fix_to"), ParameterValue(Mebibytes(512)));
  EXPECT_EQ(applied.policy.rules.at("shm-sized").values.at("max_share"), ParameterValue(0.25));
}

TEST(Policy, AnEmptyFileChangesNothing) {
  EXPECT_EQ(Apply("{}").policy, Policy{});
  EXPECT_EQ(Apply("{}").policy.mode, Mode::kTripwire);
}

TEST(Policy, ALaterFileWinsKeyByKey) {
  const Policy first = Apply(kWhole).policy;
  const Applied both = Apply(R"({"rules":{"memory-max-required":{"fix_to":1048576}}})", first);
  ASSERT_TRUE(both.status);
  const RuleSettings& required = both.policy.rules.at("memory-max-required");
  EXPECT_EQ(required.action, Action::kDeny) << "not named, so kept";
  EXPECT_EQ(required.values.at("ancestor_counts"), ParameterValue(false));
  EXPECT_EQ(required.values.at("fix_to"), ParameterValue(Mebibytes(1)));
  EXPECT_EQ(both.policy.mode, Mode::kThrottle);
}

TEST(Policy, SurvivesTheRoundTrip) {
  const Policy policy = Apply(kWhole).policy;
  const Applied again = Apply(SerializePolicy(policy));
  ASSERT_TRUE(again.status);
  EXPECT_EQ(again.policy, policy);
  EXPECT_EQ(Apply(SerializePolicy(Policy{})).policy, Policy{});
}

TEST(Policy, UnknownKeysAreIgnoredWithANoteEach) {
  const Applied applied = Apply(
      R"({"colour":1,"rules":{"later-rule":{"action":"deny"},"shm-sized":{"max_shares":1}}})");
  ASSERT_TRUE(applied.status);
  ASSERT_EQ(applied.notes.size(), 3U);
  EXPECT_NE(applied.notes[0].find("later-rule"), std::string::npos);
  EXPECT_NE(applied.notes[1].find("max_shares"), std::string::npos);
  EXPECT_NE(applied.notes[2].find("colour"), std::string::npos);
  for (const std::string& note : applied.notes) EXPECT_TRUE(note.starts_with("policy.json"));
}

TEST(Policy, RefusesWithFileKeyAndExpectationAndChangesNothing) {
  struct Case {
    const char* text;
    const char* key;
    const char* expected;
  };
  const Case cases[] = {
      {R"({"mode":"loud"})", "\"mode\"", "\"observe\""},
      {R"({"mode":7})", "\"mode\"", "a string"},
      {R"({"rules":[]})", "\"rules\"", "an object"},
      {R"({"rules":{"shm-sized":"deny"}})", "\"shm-sized\"", "an object"},
      {R"({"rules":{"shm-sized":{"action":"scream"}}})", "\"action\"", "\"deny\""},
      {R"({"rules":{"shm-sized":{"action":null,"max_share":"half"}}})", "\"max_share\"", "number"},
      {R"({"rules":{"shm-sized":{"max_share":0}}})", "\"max_share\"", "above 0"},
      {R"({"rules":{"shm-sized":{"max_share":1.01}}})", "\"max_share\"", "at most 1"},
      {R"({"rules":{"memory-max-required":{"fix_to":0}}})", "\"fix_to\"", "bytes"},
      {R"({"rules":{"memory-max-required":{"fix_to":-1}}})", "\"fix_to\"", "bytes"},
      {R"({"rules":{"memory-max-required":{"at_most":"512 MB"}}})", "\"at_most\"", "512M"},
      {R"({"rules":{"memory-max-required":{"ancestor_counts":1}}})", "\"ancestor_counts\"",
       "true or false"},
      {"[]", "array", "an object"},
      {"{\"mode\": \"tripwire\",}", "line 1", ""},
  };
  for (const Case& c : cases) {
    const Applied applied = Apply(c.text);
    ASSERT_FALSE(applied.status) << c.text;
    const std::string message = applied.status.error().Message();
    EXPECT_TRUE(message.starts_with("policy.json")) << message;
    EXPECT_NE(message.find(c.key), std::string::npos) << message;
    EXPECT_NE(message.find(c.expected), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_EQ(applied.policy, Policy{});
  }
}

TEST(Policy, EveryTruncationIsRefused) {
  for (std::size_t size = 0; size < kWhole.size(); ++size) {
    EXPECT_FALSE(Apply(kWhole.substr(0, size)).status) << size;
  }
}

TEST(ParseAmount, TakesBinaryUnits) {
  EXPECT_EQ(ParseAmount("4096"), Bytes{4096});
  EXPECT_EQ(ParseAmount("4096B"), Bytes{4096});
  EXPECT_EQ(ParseAmount("64k"), Kibibytes(64));
  EXPECT_EQ(ParseAmount("512M"), Mebibytes(512));
  EXPECT_EQ(ParseAmount("512MiB"), Mebibytes(512));
  EXPECT_EQ(ParseAmount("1g"), Mebibytes(1024));
  EXPECT_EQ(ParseAmount("1T"), Mebibytes(1U << 20U));
  for (const char* bad : {"", "0", "0M", "M", "-1", "1.5G", "1 M", "1X", "1Mb", "1MiBs",
                          "18446744073709551615k", "99999999999999999999"}) {
    EXPECT_EQ(ParseAmount(bad), std::nullopt) << bad;
  }
}

TEST(Action, HasANameAndBack) {
  for (const Action action : {Action::kOff, Action::kWarn, Action::kFix, Action::kDeny}) {
    EXPECT_EQ(ParseAction(ActionName(action)), action);
  }
  EXPECT_EQ(ParseAction("ignore"), std::nullopt);
}

TEST(AllRules, HaveIdsOfTheirOwnAndUsableParameters) {
  std::set<std::string_view> ids;
  for (const Rule* rule : AllRules()) {
    EXPECT_TRUE(ids.insert(rule->id).second) << rule->id;
    EXPECT_FALSE(rule->summary.empty());
    EXPECT_NE(rule->evaluate, nullptr);
    for (const ParameterSpec& spec : rule->parameters) {
      EXPECT_FALSE(spec.summary.empty()) << spec.name;
      if (!spec.fallback) continue;
      EXPECT_EQ(spec.fallback->index(), static_cast<std::size_t>(spec.kind)) << spec.name;
    }
  }
  EXPECT_EQ(ids, (std::set<std::string_view>{"memory-high-below-max", "memory-max-required",
                                             "runtime-heap-fits", "shm-sized"}));
  EXPECT_EQ(FindRule("nonsense"), nullptr);
}

/// A container that breaks every rule.
ContainerFacts Bad() {
  ContainerFacts facts = FactsOfAContainer();
  facts.supervisor_listening = false;
  facts.shm->size = Limit(Mebibytes(64));
  return facts;
}

std::vector<std::string> RulesOf(const Decision& decision) {
  std::vector<std::string> rules;
  for (const Finding& finding : decision.findings) rules.push_back(finding.rule);
  return rules;
}

TEST(Decide, WarnsByDefaultAndDeniesNothing) {
  const Decision decision = Decide(Bad(), Policy{});
  EXPECT_EQ(RulesOf(decision), (std::vector<std::string>{"memory-high-below-max", "shm-sized"}));
  for (const Finding& finding : decision.findings) EXPECT_EQ(finding.action, Action::kWarn);
  EXPECT_EQ(decision.Denial(), nullptr);
  EXPECT_EQ(decision.mode, Mode::kTripwire);
}

TEST(Decide, DoesForEachActionWhatItSays) {
  for (const Action action : {Action::kOff, Action::kWarn, Action::kFix, Action::kDeny}) {
    Policy policy;
    policy.rules["shm-sized"].action = action;
    policy.rules["memory-high-below-max"].action = Action::kOff;
    const Decision decision = Decide(Bad(), policy);
    if (action == Action::kOff) {
      EXPECT_TRUE(decision.findings.empty());
      continue;
    }
    ASSERT_EQ(decision.findings.size(), 1U);
    EXPECT_EQ(decision.findings[0].action, action);
    EXPECT_EQ(decision.Denial() != nullptr, action == Action::kDeny);
  }
}

TEST(Decide, NothingIsFoundWhereEverythingIsInOrder) {
  const Decision decision = Decide(FactsOfAContainer(), Policy{});
  EXPECT_TRUE(decision.findings.empty());
  EXPECT_TRUE(decision.notes.empty());
}

TEST(Decide, AbsentFactsAreNotedAndNeverDenied) {
  Policy policy;
  for (const Rule* rule : AllRules()) policy.rules[std::string(rule->id)].action = Action::kDeny;
  const Decision decision = Decide(ContainerFacts{}, policy);
  EXPECT_TRUE(decision.findings.empty());
  EXPECT_EQ(decision.notes.size(), 4U);
  EXPECT_TRUE(decision.notes[0].starts_with("memory-high-below-max: not judged: "));
}

TEST(Advice, SpeaksTheLanguageOfTheEngine) {
  const Bytes size = Mebibytes(32);
  const auto engine = [](const char* name, bool kubernetes = false) {
    EngineIdentity identity;
    identity.engine = name;
    identity.kubernetes = kubernetes;
    return identity;
  };
  EXPECT_EQ(SetMemoryMaxAdvice(engine("docker"), size), "docker run --memory 32m ...");
  EXPECT_EQ(SetMemoryMaxAdvice(engine("podman"), size), "podman run --memory 32m ...");
  EXPECT_EQ(SetMemoryMaxAdvice(engine("containerd"), size), "nerdctl run --memory 32m ...");
  EXPECT_EQ(SetMemoryMaxAdvice(engine("containerd", true), size),
            "set resources.limits.memory: 32Mi for the container in the pod's manifest");
  for (const char* runtime : {"runc", "crun"}) {
    EXPECT_EQ(SetMemoryMaxAdvice(engine(runtime), size),
              "set linux.resources.memory.limit to 33554432 in config.json");
  }
  EXPECT_EQ(SetMemoryMaxAdvice(engine("lxc"), size),
            "set lxc.cgroup2.memory.max = 33554432 in the container's config");
  EXPECT_EQ(SizeShmAdvice(engine("podman"), Bytes{12288}), "podman run --shm-size 12k ...");
  EXPECT_EQ(SizeShmAdvice(engine("runc"), Bytes{5}),
            "set size=5 among the options of the mount on /dev/shm in config.json");
  EXPECT_NE(SizeShmAdvice(engine("cri-o", true), size).find("sizeLimit: 32Mi"), std::string::npos);
  EXPECT_NE(SizeShmAdvice(engine("lxc"), size).find("size=32m"), std::string::npos);
  EXPECT_NE(SetMemoryHighAdvice(engine("crun"), size).find("unified"), std::string::npos);
  EXPECT_NE(SetMemoryHighAdvice(engine("lxc"), size).find("memory.high"), std::string::npos);
  EXPECT_NE(SetMemoryHighAdvice(engine("docker"), size).find("headroomd"), std::string::npos);
}

}  // namespace
}  // namespace headroom
