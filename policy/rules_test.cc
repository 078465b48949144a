// What holds for every rule there is, so that adding one needs nothing outside of its own files.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "policy/engine.h"
#include "policy/rule.h"

namespace headroom {
namespace {

std::string StemOf(std::string_view id) {
  std::string stem(id);
  std::ranges::replace(stem, '-', '_');
  return stem;
}

/// Lower-case words joined by `joint`: what a key of a policy file may be.
bool IsWords(std::string_view text, char joint) {
  return !text.empty() && text.front() != joint && text.back() != joint &&
         std::ranges::all_of(text, [joint](char letter) {
           return letter == joint || (letter >= 'a' && letter <= 'z') ||
                  (letter >= '0' && letter <= '9');
         });
}

TEST(AllRules, HaveIdsOfTheirOwnEachTheStemOfAFile) {
  std::set<std::string_view> ids;
  const std::filesystem::path folder =
      std::filesystem::path(HEADROOM_SOURCE_DIR) / "policy" / "rules";
  for (const Rule* rule : AllRules()) {
    EXPECT_TRUE(ids.insert(rule->id).second) << rule->id;
    EXPECT_TRUE(IsWords(rule->id, '-')) << rule->id;
    EXPECT_TRUE(std::filesystem::exists(folder / (StemOf(rule->id) + ".cc"))) << rule->id;
    EXPECT_EQ(FindRule(rule->id), rule);
    EXPECT_NE(rule->evaluate, nullptr) << rule->id;
  }
  EXPECT_FALSE(ids.empty());
  EXPECT_EQ(FindRule("nonsense"), nullptr);
}

TEST(AllRules, AreSummedUpInOneSentence) {
  for (const Rule* rule : AllRules()) {
    ASSERT_FALSE(rule->summary.empty()) << rule->id;
    EXPECT_EQ(rule->summary.find('\n'), std::string_view::npos) << rule->id;
    EXPECT_EQ(rule->summary.find(". "), std::string_view::npos) << rule->id;
    EXPECT_EQ(rule->summary.back(), '.') << rule->id;
  }
}

TEST(AllRules, TakeParametersWithNamesOfTheirOwnAndFallbacksOfTheirKind) {
  for (const Rule* rule : AllRules()) {
    std::set<std::string_view> names;
    for (const ParameterSpec& spec : rule->parameters) {
      const std::string at = std::string(rule->id) + "." + std::string(spec.name);
      EXPECT_TRUE(names.insert(spec.name).second) << at;
      EXPECT_TRUE(IsWords(spec.name, '_')) << at;
      EXPECT_NE(spec.name, "action") << at << ": the key of every rule";
      ASSERT_FALSE(spec.summary.empty()) << at;
      EXPECT_NE(spec.summary.back(), '.') << at;
      if (!spec.fallback) continue;
      EXPECT_EQ(spec.fallback->index(), static_cast<std::size_t>(spec.kind)) << at;
    }
  }
}

TEST(AllRules, MeanTheirFallbacks) {
  const ParameterValues nothing;
  for (const Rule* rule : AllRules()) {
    if (rule->contradiction == nullptr) continue;
    EXPECT_EQ(rule->contradiction(Parameters(rule->parameters, nothing)), "") << rule->id;
  }
}

TEST(AllRules, HoldNothingAgainstAContainerOfWhichNothingIsKnown) {
  for (const FactsSource source : {FactsSource::kContainer, FactsSource::kConfig}) {
    ContainerFacts facts;
    facts.source = source;
    const Decision decision = Decide(facts, Policy{});
    for (const Finding& finding : decision.findings) ADD_FAILURE() << finding.rule;
    for (const std::string& note : decision.notes) {
      EXPECT_NE(note.find(": not judged: "), std::string::npos) << note;
      EXPECT_FALSE(note.ends_with(": ")) << note << ": a reason is owed";
    }
  }
}

}  // namespace
}  // namespace headroom
