#include "policy/lint/schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "policy/rule.h"

namespace headroom {
namespace {

using nlohmann::json;

TEST(PolicySchema, HasEveryRuleAndParameterWithItsSummaryAndFallback) {
  const json schema = json::parse(PolicySchema());
  const json& rules = schema.at("definitions").at("rules").at("properties");
  EXPECT_EQ(rules.size(), AllRules().size());
  for (const Rule* rule : AllRules()) {
    const json& row = rules.at(std::string(rule->id));
    EXPECT_EQ(row.at("description"), rule->summary);
    EXPECT_EQ(row.at("properties").size(), rule->parameters.size() + 1) << "and the action";
    for (const ParameterSpec& spec : rule->parameters) {
      const json& parameter = row.at("properties").at(std::string(spec.name));
      EXPECT_EQ(parameter.at("description"), spec.summary);
      EXPECT_EQ(parameter.contains("default"), spec.fallback.has_value());
    }
  }
}

TEST(PolicySchema, RefersOnlyToWhatItDefines) {
  const std::string text = PolicySchema();
  const json definitions = json::parse(text).at("definitions");
  constexpr std::string_view kStart = "#/definitions/";
  int references = 0;
  for (std::size_t at = text.find(kStart); at != std::string::npos;
       at = text.find(kStart, at + 1)) {
    const std::size_t from = at + kStart.size();
    const std::string name = text.substr(from, text.find('"', from) - from);
    EXPECT_TRUE(definitions.contains(name)) << name;
    ++references;
  }
  EXPECT_GT(references, 10);
}

}  // namespace
}  // namespace headroom
