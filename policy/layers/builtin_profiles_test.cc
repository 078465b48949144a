#include "policy/layers/builtin_profiles.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "policy/layers/load.h"
#include "policy/layers/resolve.h"
#include "policy/parse/layer_parser.h"

namespace headroom {
namespace {

Policy PolicyOf(const std::string& profile) {
  PolicyLayer layer;
  layer.settings.profile = Sourced<std::string>{profile, "policy.json"};
  const ResolvedPolicy resolved = Resolve(layer, {});
  EXPECT_TRUE(resolved.warnings.empty()) << resolved.warnings[0];
  return resolved.policy;
}

TEST(BuiltInProfiles, AreThereAndNoOthers) {
  for (const std::string_view name : kBuiltInProfiles) EXPECT_TRUE(BuiltInProfile(name)) << name;
  EXPECT_FALSE(BuiltInProfile("nonsense"));
  EXPECT_FALSE(BuiltInProfile(""));
}

/// Every rule and parameter that they name is one that this build has.
TEST(BuiltInProfiles, NameOnlyWhatIsKnown) {
  for (const std::string_view name : kBuiltInProfiles) {
    const std::string_view text = BuiltInProfileText(name);
    if (text.empty()) continue;
    std::vector<std::string> notes;
    const auto layer = ParsePolicyLayer(text, name, notes);
    ASSERT_TRUE(layer) << layer.error().Message();
    for (const std::string& note : notes) ADD_FAILURE() << note;
    EXPECT_EQ(layer->profiles.size(), 1U);
    EXPECT_TRUE(layer->profiles.contains(name));
    EXPECT_EQ(layer->settings, SettingsLayer{}) << "a profile by itself changes nothing";
  }
}

/// Each of them says something about every rule's action, so that choosing it for some containers
/// undoes what the policy says for all.
TEST(BuiltInProfiles, SettleTheActionOfEveryRule) {
  for (const std::string_view name : kBuiltInProfiles) {
    const Policy policy = PolicyOf(std::string(name));
    for (const Rule* rule : AllRules()) {
      ASSERT_TRUE(policy.rules.contains(rule->id)) << name << " " << rule->id;
      EXPECT_TRUE(policy.rules.find(rule->id)->second.action_origin.starts_with("profile "));
    }
  }
}

TEST(BuiltInProfiles, DoWhatTheirNamesSay) {
  for (const auto& [id, settings] : PolicyOf("advise").rules) {
    EXPECT_EQ(settings.action, Action::kWarn) << id;
    EXPECT_TRUE(settings.values.empty()) << id;
  }
  int fixes = 0;
  for (const auto& [id, settings] : PolicyOf("balanced").rules) {
    EXPECT_NE(settings.action, Action::kDeny) << id;
    if (settings.action == Action::kFix) ++fixes;
  }
  EXPECT_GT(fixes, 0);
  EXPECT_EQ(PolicyOf("strict").rules.at("memory-max-required").action, Action::kDeny);
}

TEST(BuiltInProfiles, HaveNoParametersThatCannotAllBeMeant) {
  for (const std::string_view name : kBuiltInProfiles) {
    for (const auto& [id, settings] : PolicyOf(std::string(name)).rules) {
      EXPECT_EQ(ContradictionIn(*FindRule(id), settings), "") << name << " " << id;
    }
  }
}

TEST(BuiltInProfiles, CanBeExtendedAndHidden) {
  const auto extended = CombineSources({{"policy.json", R"({"profile":"mine","profiles":{
      "mine":{"extends":"strict","rules":{"memory-max-required":{"action":"warn"}}}}})"}});
  ASSERT_TRUE(extended) << extended.error().Message();
  const Policy policy = Resolve(extended->layer, {}).policy;
  EXPECT_EQ(policy.rules.at("memory-max-required").action, Action::kWarn);
  EXPECT_EQ(policy.rules.at("memory-max-required").action_origin, "profile mine");
  const auto hidden =
      CombineSources({{"policy.json", R"({"profile":"strict","profiles":{"strict":{}}})"}});
  ASSERT_TRUE(hidden);
  EXPECT_EQ(Resolve(hidden->layer, {}).policy, Policy{});
}

std::string ErrorOf(const std::string& text) {
  const auto loaded = CombineSources({{"policy.json", text}});
  return loaded ? "" : loaded.error().Message();
}

TEST(Profiles, ACycleIsAnErrorThatNamesItsMembersOnce) {
  EXPECT_EQ(ErrorOf("{\"profiles\": {\n  \"b\": {\"extends\": \"a\"},\n"
                    "  \"a\": {\"extends\": \"b\"},\n  \"c\": {\"extends\": \"b\"}}}"),
            "policy.json: line 3, column 20: profiles: a: extends: profile \"a\" extends itself: "
            "a, b, a");
  EXPECT_NE(ErrorOf(R"({"profiles":{"a":{"extends":"a"}}})").find("extends itself: a, a"),
            std::string::npos);
}

TEST(Profiles, OneThatIsNotThereIsAnErrorWhereverItIsNamed) {
  EXPECT_EQ(ErrorOf(R"({"profile":"x"})"),
            "policy.json: line 1, column 12: profile: there is no profile \"x\"; there are "
            "\"advise\", \"balanced\", \"strict\"");
  EXPECT_NE(ErrorOf(R"({"profiles":{"a":{"extends":"bal"}}})").find("profiles: a: extends: there"),
            std::string::npos);
  EXPECT_NE(ErrorOf(R"({"overrides":[{"match":{"name":"a"},"profile":"Strict2"}]})")
                .find("override 1: profile: there is no profile \"Strict2\"; did you mean"),
            std::string::npos);
}

TEST(Profiles, AChainThatIsTooLongIsRefused) {
  const auto chain = [](std::size_t length) {
    std::string text = R"({"profiles":{"p0":{})";
    for (std::size_t i = 1; i < length; ++i) {
      text += fmt::format(R"(,"p{}":{{"extends":"p{}"}})", i, i - 1);
    }
    return text + "}}";
  };
  EXPECT_EQ(ErrorOf(chain(kMaxProfileChain)), "");
  EXPECT_NE(ErrorOf(chain(kMaxProfileChain + 1)).find("extends more than 15 others"),
            std::string::npos);
}

}  // namespace
}  // namespace headroom
