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

TEST(ParseVerdict, ReadsEveryKeyThatIsWritten) {
  for (const auto& [name, builder] : GoldenCases()) {
    const std::string text = VerdictJson(Explain(builder.Build()));
    const auto parsed = Parsed(text);
    ASSERT_TRUE(parsed) << name << parsed.error().Message();
    EXPECT_EQ(VerdictJson(*parsed), text) << name;
  }
}

TEST(ParseVerdict, AnEndAndItsKillerAreReadBack) {
  const auto parsed = Parsed(VerdictJson(Explain(KilledByAShell().Build())));
  ASSERT_TRUE(parsed) << parsed.error().Message();
  ASSERT_TRUE(parsed->killer_process);
  EXPECT_EQ(parsed->killer_process->pid, 505);
  EXPECT_EQ(parsed->killer_process->exe, "/usr/bin/bash");
  EXPECT_EQ(parsed->killer_process->unit, "session-4.scope");
  EXPECT_EQ(parsed->exit, (ExitStatus{.signal = 9, .code = std::nullopt}));
}

TEST(ParseVerdict, WhatALaterVersionTellsApartIsLeftOut) {
  const auto parsed = Parsed(
      R"({"schema": "headroom.summary/1", "cause": "unknown", "confidence": "inferred",
          "breakdown": [{"cgroup": "/a", "when": "snapshot", "total": 9,
                         "parts": {"anon": 4, "of-tomorrow": 5}}],
          "mappings": {"pid": 7, "total": 2, "groups": [{"kind": "of-tomorrow", "rss": 1},
                                                        {"kind": "heap", "rss": 2}]}})");
  ASSERT_TRUE(parsed) << parsed.error().Message();
  ASSERT_EQ(parsed->breakdown.size(), 1U);
  EXPECT_EQ(parsed->breakdown[0].breakdown.parts.size(), 1U);
  EXPECT_EQ(parsed->breakdown[0].breakdown.current, std::nullopt);
  ASSERT_EQ(parsed->mappings->groups.size(), 1U);
  EXPECT_EQ(parsed->mappings->groups[0].kind, MappingKind::kHeap);
  EXPECT_EQ(parsed->mappings->groups[0].pss, std::nullopt);
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
  EXPECT_FALSE(parsed->killer_process.has_value());
  EXPECT_EQ(parsed->exit, std::nullopt);
  EXPECT_EQ(parsed->victim_pid, std::nullopt);
  EXPECT_FALSE(parsed->held || parsed->growth || parsed->mappings || parsed->snapshot_age);
  EXPECT_TRUE(parsed->advice_now.empty() && parsed->advice_cure.empty());
}

TEST(ParseVerdict, TextOfFiguresIsSafeToPrintToo) {
  const auto parsed = Parsed(
      R"({"schema": "headroom.summary/1", "cause": "unknown", "confidence": "inferred",
          "advice_now": ["a\u001bb"], "killer_process": {"pid": null, "comm": "c\u001b"},
          "mappings": {"pid": 7, "groups": [{"kind": "file", "name": "\u001b"}]}})");
  ASSERT_TRUE(parsed) << parsed.error().Message();
  EXPECT_EQ(parsed->advice_now, std::vector<std::string>{"a\\x1bb"});
  EXPECT_EQ(parsed->killer_process->comm, "c\\x1b");
  EXPECT_EQ(parsed->killer_process->pid, 0);
  EXPECT_EQ(parsed->mappings->groups[0].name, "\\x1b");
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
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "advice_now": [1]})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "advice_cure": "a"})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "exit": {}})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "exit": {"signal": 0}})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "growth": [1]})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "mappings": {}})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "breakdown": [1]})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "limit": "much"})",
        R"({"schema": "headroom.summary/1", "cause": "", "confidence": "", "kills": -1})"}) {
    const auto parsed = Parsed(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kMalformed) << text;
  }
}

}  // namespace
}  // namespace headroom
