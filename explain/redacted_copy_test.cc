#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "evidence/redact/redact.h"
#include "explain/testing/golden_cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

constexpr std::array kLevels = {RedactionLevel::kFiles, RedactionLevel::kNames};

class RedactedCopy : public testing::TestWithParam<GoldenCase> {};
INSTANTIATE_TEST_SUITE_P(Explain, RedactedCopy, testing::ValuesIn(GoldenCases()),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(RedactedCopy, IsExplainedAsItsOriginal) {
  if (RestsOnItsOwnWords(GetParam().name)) GTEST_SKIP() << "its own words are private";
  const Evidence original = GetParam().builder.Build();
  const Verdict before = Explain(original);
  for (const RedactionLevel level : kLevels) {
    const Verdict after = Explain(EvidenceOf(Redacted(original, level)));
    EXPECT_EQ(CauseName(after.cause), CauseName(before.cause)) << RedactionLevelName(level);
    EXPECT_EQ(after.confidence, before.confidence);
    EXPECT_EQ(after.limit, before.limit);
    EXPECT_EQ(after.killer, before.killer);
    EXPECT_EQ(after.exit, before.exit);
    EXPECT_EQ(after.kills, before.kills);
    EXPECT_EQ(after.victim_pid, before.victim_pid);
    EXPECT_EQ(after.level == "host", before.level == "host");
  }
}

TEST_P(RedactedCopy, SaysAsMuchAsItsOriginal) {
  if (RestsOnItsOwnWords(GetParam().name)) GTEST_SKIP() << "its own words are private";
  if (GetParam().name == "hostile" || GetParam().name == "denied") {
    GTEST_SKIP() << "damaged on purpose; findings are private";
  }
  const Evidence original = GetParam().builder.Build();
  const Verdict before = Explain(original);
  for (const RedactionLevel level : kLevels) {
    const Store::Draft copy = Redacted(original, level);
    EXPECT_EQ(copy.redacted->dropped, std::vector<std::string>());
    const Verdict after = Explain(EvidenceOf(copy));
    ASSERT_EQ(after.statements.size(), before.statements.size()) << RedactionLevelName(level);
    for (std::size_t i = 0; i < before.statements.size(); ++i) {
      EXPECT_EQ(after.statements[i].label, before.statements[i].label);
    }
    EXPECT_EQ(after.breakdown.size(), before.breakdown.size());
    EXPECT_EQ(after.growth.has_value(), before.growth.has_value());
  }
}

TEST(RedactedCopyOf, TheWordsOfAContainerAreNotInIt) {
  const Evidence original = AbortedWithoutMemory().Build();
  ASSERT_EQ(Explain(original).cause, Cause::kAllocFailed);
  for (const RedactionLevel level : kLevels) {
    const Store::Draft copy = Redacted(original, level);
    EXPECT_EQ(copy.redacted->dropped, std::vector<std::string>{"container/log.txt"});
    const Verdict verdict = Explain(EvidenceOf(copy));
    EXPECT_EQ(verdict.cause, Cause::kUnknown) << "nothing else tells of the allocation";
    EXPECT_EQ(verdict.headline.find("memory"), std::string::npos) << verdict.headline;
  }
}

TEST(RedactedCopyOf, AnEndStillNamesWhoIsCalledAlikeEverywhere) {
  const auto headline = [](const EvidenceBuilder& builder) {
    return Explain(EvidenceOf(Redacted(builder.Build(), RedactionLevel::kNames))).headline;
  };
  EXPECT_NE(headline(KilledByOomd()).find("killed by systemd-oomd"), std::string::npos);
  EXPECT_NE(headline(StoppedAfterGrace()).find("via runc"), std::string::npos);
  EXPECT_EQ(headline(KilledByAShell()).find("bash"), std::string::npos);
}

}  // namespace
}  // namespace headroom
