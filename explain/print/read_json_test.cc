#include <gtest/gtest.h>

#include "explain/testing/golden_cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Result<Verdict> Parsed(const std::string& text) { return ParseVerdict(text, "summary.json"); }

TEST(ParseVerdict, PrintsAsItDidBeforeItWasWritten) {
  for (const auto& [name, builder] : GoldenCases()) {
    const Verdict verdict = Explain(builder.Build());
    const auto parsed = Parsed(VerdictJson(verdict));
    ASSERT_TRUE(parsed) << name << parsed.error().Message();
    EXPECT_EQ(VerdictText(*parsed), VerdictText(verdict)) << name;
    EXPECT_EQ(parsed->cause, verdict.cause) << name;
    EXPECT_EQ(parsed->level, verdict.level) << name;
    EXPECT_EQ(parsed->limit, verdict.limit) << name;
  }
}

TEST(ParseVerdict, AbsentAndNullAreNotKnown) {
  const auto parsed = Parsed(
      R"({"schema": "headroom.summary/1", "cause": "unknown", "confidence": "inferred",
          "limit": null, "kills": null})");
  ASSERT_TRUE(parsed) << parsed.error().Message();
  EXPECT_EQ(parsed->limit, std::nullopt);
  EXPECT_EQ(parsed->kills, std::nullopt);
  EXPECT_EQ(parsed->init_alive, std::nullopt);
  EXPECT_EQ(parsed->level, "");
}

TEST(ParseVerdict, ACauseOfALaterVersionIsNotKnown) {
  const auto parsed = Parsed(
      R"({"schema": "headroom.summary/1", "cause": "of-tomorrow", "confidence": "observed"})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->cause, Cause::kUnknown);
}

TEST(ParseVerdict, TextIsSafeToPrintAndWhatIsEscapedStaysSo) {
  const auto parsed = Parsed(
      R"({"schema": "headroom.summary/1", "cause": "unknown", "confidence": "inferred",
          "headline": "a\\x1bb\u001bc\\"})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->headline, "a\\x1bb\\x1bc\\");
}

TEST(ParseVerdict, WhatIsNoSummaryIsMalformed) {
  for (const char* text :
       {"", "[]", "{}", R"({"schema": "headroom.summary/2", "cause": "", "confidence": ""})",
        R"({"schema": "headroom.summary/1", "cause": 1, "confidence": "observed"})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "advice": [1]})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "statements": [1]})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "limit": "much"})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "kills": -1})"}) {
    const auto parsed = Parsed(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kMalformed) << text;
  }
}

}  // namespace
}  // namespace headroom
