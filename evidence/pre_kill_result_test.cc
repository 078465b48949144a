#include "evidence/pre_kill_result.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;
using Outcome = PreKillResult::Outcome;

TEST(PreKillResult, IsReadBackAsItWasWritten) {
  const PreKillResult written{.outcome = Outcome::kKilled,
                              .reason = "",
                              .status = 9,
                              .command = {"/usr/bin/gcore", "-o", "a \"b\"\n"},
                              .signal = "",
                              .pid = 7,
                              .began = 5s,
                              .took = 1500ms,
                              .output = "line\n",
                              .output_cut = true,
                              .directory = "pre-kill-1a2b3c4d-5",
                              .why_no_directory = "why"};
  const auto read = ParsePreKillResult(SerializePreKillResult(written), "pre_kill.json").value();
  EXPECT_EQ(read.outcome, written.outcome);
  EXPECT_EQ(read.status, 9);
  EXPECT_EQ(read.command, written.command);
  EXPECT_EQ(read.pid, 7);
  EXPECT_EQ(read.began, written.began);
  EXPECT_EQ(read.took, written.took);
  EXPECT_EQ(read.output, "line\n");
  EXPECT_TRUE(read.output_cut);
  EXPECT_EQ(read.directory, "pre-kill-1a2b3c4d-5");
  EXPECT_EQ(read.why_no_directory, "why");
}

TEST(PreKillResult, AStatusIsWrittenOnlyWhereThereIsOne) {
  for (const Outcome outcome :
       {Outcome::kNotRun, Outcome::kSent, Outcome::kTimedOut, Outcome::kUnderWay}) {
    const PreKillResult result{.outcome = outcome, .reason = "why", .status = 9};
    const std::string text = SerializePreKillResult(result);
    EXPECT_EQ(text.find("\"status\""), std::string::npos);
    EXPECT_EQ(ParsePreKillResult(text, "pre_kill.json")->outcome, outcome);
  }
}

TEST(PreKillResult, OutputThatIsNoTextIsMadeText) {
  const PreKillResult result{.outcome = Outcome::kExited, .output = std::string("a\xff\0b", 4)};
  EXPECT_TRUE(ParsePreKillResult(SerializePreKillResult(result), "pre_kill.json"));
}

TEST(PreKillResult, WhatNoProgramOfOursWroteIsRefused) {
  for (const char* text :
       {"", "{}", R"({"schema": "headroom.pre_kill/1"})",
        R"({"schema": "headroom.pre_kill/1", "outcome": "fine"})",
        R"({"schema": "headroom.pre_kill/1", "outcome": "sent", "pid": -1})",
        R"({"schema": "headroom.pre_kill/1", "outcome": "sent", "command": [1]})"}) {
    EXPECT_FALSE(ParsePreKillResult(text, "pre_kill.json")) << text;
  }
}

}  // namespace
}  // namespace headroom
