#include "container/enrolment/decision_record.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "container/enrolment/enrolment.h"

namespace headroom {
namespace {

DecisionRecord Whole() {
  return DecisionRecord{
      .mode = "tripwire",
      .mode_origin = "/etc/headroom/policy.json",
      .log_lines = 0,
      .log_lines_origin = "/etc/headroom/policy.json",
      .rules = {{.rule = "memory-max-required",
                 .action = "fix",
                 .action_origin = "/etc/headroom/policy.d/10-web.json",
                 .outcome = "violated",
                 .reason = "",
                 .parameters = {{.name = "fix_to", .value = "512M", .origin = "annotation"},
                                {.name = "at_most", .value = "1G", .origin = ""}}},
                {.rule = "cgroup-v1",
                 .action = "warn",
                 .action_origin = "default",
                 .outcome = "not-judged",
                 .reason = "\x1b[31mwhat a terminal obeys\n",
                 .parameters = {}}},
      .facts = R"({"limit":64,"mounts":["/dev/shm"]})",
      .facts_us = 310,
      .decide_us = 0,
      .fixes_us = 18'000'000'000'000'000'000ULL};
}

TEST(DecisionRecord, ComesBackAsItWasWritten) {
  const auto read = ParseDecisionRecord(SerializeDecisionRecord(Whole()), "copy");
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_EQ(*read, Whole());
}

TEST(DecisionRecord, ATimeOfZeroIsNotAnAbsentOne) {
  DecisionRecord record = Whole();
  record.facts_us = std::nullopt;
  const auto read = ParseDecisionRecord(SerializeDecisionRecord(record), "copy");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->facts_us, std::nullopt);
  EXPECT_EQ(read->decide_us, 0U);
}

TEST(DecisionRecord, AnEmptyOneComesBackEmpty) {
  const auto read = ParseDecisionRecord(SerializeDecisionRecord({}), "copy");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, DecisionRecord{});
}

TEST(DecisionRecord, EachRuleIsALineForPeople) {
  const std::string text = SerializeDecisionRecord(Whole());
  EXPECT_NE(text.find("\n    {\"rule\":\"memory-max-required\",\"action\":\"fix\","),
            std::string::npos)
      << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 14);
}

TEST(DecisionRecord, UnknownKeysAreIgnoredAndWrongTypesAreNot) {
  EXPECT_TRUE(ParseDecisionRecord(R"({"mode":"observe","later":{"x":1}})", "x"));
  for (const char* text :
       {R"({"rules":{}})", R"({"rules":[7]})", R"({"rules":[{"rule":7}]})", R"({"facts":[]})",
        R"({"facts_us":-1})", R"({"facts_us":"1"})", R"({"rules":[{"parameters":[[]]}]})"}) {
    const auto read = ParseDecisionRecord(text, "where.json");
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().Message().find("where.json"), std::string::npos);
  }
}

TEST(DecisionRecord, MoreRowsThanAnyVersionHasAreRefused) {
  DecisionRecord record;
  record.rules.resize(256);
  EXPECT_TRUE(ParseDecisionRecord(SerializeDecisionRecord(record), "x"));
  record.rules.resize(257);
  EXPECT_FALSE(ParseDecisionRecord(SerializeDecisionRecord(record), "x"));
}

}  // namespace
}  // namespace headroom
