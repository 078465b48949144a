#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string_view>

#include "policy/testing/rule_facts.h"

namespace headroom {

/// One engine, and what its user is told to type.
struct EngineWords {
  const char* engine;
  bool kubernetes;
  const char* advice;
};

/// Expects a violation of the rule whose advice is, for each engine, exactly those words.
inline void ExpectAdvice(std::string_view rule_id, ContainerFacts facts,
                         const ParameterValues& values, std::span<const EngineWords> cases) {
  for (const EngineWords& words : cases) {
    facts.engine.engine = words.engine;
    facts.engine.kubernetes = words.kubernetes;
    EXPECT_EQ(ViolationOf(Judge(rule_id, facts, values)).advice, words.advice)
        << words.engine << (words.kubernetes ? " under kubernetes" : "");
  }
}

/// The rule's reason against these parameters; empty when they can all be meant.
inline std::string ContradictionOf(std::string_view rule_id, const ParameterValues& values) {
  const Rule* rule = FindRule(rule_id);
  if (rule == nullptr) return "there is no such rule";
  if (rule->contradiction == nullptr) return {};
  return rule->contradiction(Parameters(rule->parameters, values));
}

}  // namespace headroom
