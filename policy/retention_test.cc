#include "policy/retention.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "policy/layers/load.h"
#include "policy/lint/lint.h"

namespace headroom {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

PolicyLayer Layer(const std::vector<PolicySource>& sources) {
  const auto loaded = CombineSources(sources);
  EXPECT_TRUE(loaded) << loaded.error().Message();
  return loaded ? loaded->layer : PolicyLayer{};
}

TEST(RetentionPolicy, KeepsByWhatIsBuiltInWhereNobodySaysAnything) {
  const Retention built_in{
      .max_age = 30 * 24h, .max_bundles = 1000, .max_bytes = Mebibytes(2048), .per_container = 20};
  EXPECT_EQ(ResolveRetention(PolicyLayer{}), built_in);
  EXPECT_EQ(ResolveRetention(Layer({{.path = "p.json", .text = R"({"retention": {}})"}})),
            built_in);
}

TEST(RetentionPolicy, IsLaidFileOverFileKeyByKeyWithItsOrigins) {
  const PolicyLayer layer = Layer(
      {{.path = "a.json",
        .text = R"({"retention": {"max_age": "12h", "max_bytes": "1G", "per_container": 3}})"},
       {.path = "b.json",
        .text = R"({"retention": {"max_bytes": "unlimited", "per_container": 5}})"}});
  EXPECT_EQ(
      ResolveRetention(layer),
      (Retention{
          .max_age = 12h, .max_bundles = 1000, .max_bytes = std::nullopt, .per_container = 5}));
  std::vector<std::string> origins;
  for (const RetentionSetting& setting : RetentionSettings(layer)) {
    origins.push_back(std::string(setting.key->name) + " " + setting.origin);
  }
  EXPECT_EQ(origins, (std::vector<std::string>{"max_age a.json", "max_bundles built-in",
                                               "max_bytes b.json", "per_container b.json"}));
}

TEST(RetentionPolicy, EveryBoundMayBeUnlimited) {
  EXPECT_EQ(
      ResolveRetention(Layer({{.path = "p.json", .text = R"({"retention": {"max_age": "unlimited",
        "max_bundles": "unlimited", "max_bytes": "unlimited", "per_container": "unlimited"}})"}})),
      Retention{});
}

TEST(RetentionPolicy, BoundsAreReadBackToTheSame) {
  for (const RetentionKey& key : RetentionKeys()) {
    for (const RetentionBound& bound : {RetentionBound{}, RetentionBound{key.fallback}}) {
      EXPECT_EQ(ReadRetentionBound(key.unit, RetentionBoundToJson(key.unit, bound)),
                std::make_optional(bound))
          << key.name;
    }
  }
  EXPECT_EQ(RetentionBoundText(RetentionUnit::kAge, 30 * 24 * 3600), "30d");
  EXPECT_EQ(RetentionBoundText(RetentionUnit::kBytes, 2147483648), "2 GiB");
  EXPECT_EQ(RetentionBoundText(RetentionUnit::kBundles, 20), "20");
  EXPECT_EQ(RetentionBoundText(RetentionUnit::kBundles, std::nullopt), "unlimited");
}

TEST(RetentionPolicy, TakesNoValueOfAnotherUnit) {
  const auto refuses = [](RetentionUnit unit, const char* text) {
    EXPECT_EQ(ReadRetentionBound(unit, json::parse(text)), std::nullopt) << text;
  };
  for (const char* text : {"30", "\"30\"", "\"0s\"", "\"-1d\"", "\"1 d\"", "\"30w\"", "null"}) {
    refuses(RetentionUnit::kAge, text);
  }
  for (const char* text : {"0", "-1", "1.5", "\"5\"", "\"none\"", "true"}) {
    refuses(RetentionUnit::kBundles, text);
  }
  for (const char* text : {"0", "\"0\"", "-1", "\"2 GiB\"", "[]"}) {
    refuses(RetentionUnit::kBytes, text);
  }
}

TEST(RetentionPolicy, LintNamesLineColumnAndWhatWasMeant) {
  const auto lint = [](const char* text) {
    const auto problems = LintSources({{.path = "p.json", .text = text}});
    return problems.size() == 1 ? LintText(problems[0]) : std::to_string(problems.size());
  };
  EXPECT_EQ(lint("{\"retention\": {\n  \"max_ages\": \"30d\"}}"),
            "p.json:2:3: error: retention: key \"max_ages\" is not known; did you mean "
            "\"max_age\"?");
  EXPECT_EQ(lint("{\"retention\": {\n  \"per_container\": 0}}"),
            "p.json:2:20: error: retention: key \"per_container\" is expected to be a whole number "
            "above 0, or \"unlimited\"");
}

/// A container must not choose how long others' bundles are kept.
TEST(RetentionPolicy, IsNoBusinessOfAProfileOrAnOverride) {
  for (const char* text : {R"({"profiles": {"p": {"retention": {"max_bundles": 5}}}})",
                           R"({"overrides": [{"match": {"name": "x"},
                                              "retention": {"max_bundles": 5}}]})"}) {
    const auto problems = LintSources({{.path = "p.json", .text = text}});
    ASSERT_EQ(problems.size(), 1U) << text;
    EXPECT_NE(problems[0].text.find("key \"retention\" is not known"), std::string::npos);
  }
}

}  // namespace
}  // namespace headroom
