#include "policy/heap/node.h"

#include <gtest/gtest.h>

namespace headroom::heap {
namespace {

using List = std::vector<std::string>;

NodeMemory Line(const List& args) { return ReadNode(std::nullopt, args); }

TEST(ReadNode, TakesTheOldSpaceInMebibytesWithEitherSpelling) {
  EXPECT_EQ(Line({"--max-old-space-size=512"}).old_space->value, Mebibytes(512));
  EXPECT_EQ(Line({"--max_old_space_size=512"}).old_space->value, Mebibytes(512));
  EXPECT_EQ(Line({"--max_old-space_size=1"}).old_space->option, "--max_old-space_size=1");
  EXPECT_EQ(Line({"--max-old-space-size-percentage=50.5"}).old_space_share->value, 50.5);
}

TEST(ReadNode, TakesNothingElse) {
  for (const char* bad :
       {"--max-old-space-size", "--max-old-space-size=", "--max-old-space-size=-1",
        "--max-old-space-size=1g", "--max-old-space-size=1.5", "-max-old-space-size=1",
        "--max-old-space-sizes=1", "--max-old-space-size-percentage=0", "--Max-old-space-size=1",
        "--max-old-space-size-percentage=101", "--max-old-space-size 512"}) {
    EXPECT_TRUE(Line({bad}).empty()) << bad;
  }
}

TEST(ReadNode, TheLastWinsAndZeroIsNodesOwnChoice) {
  EXPECT_EQ(Line({"--max-old-space-size=1", "--max_old_space_size=2"}).old_space->value,
            Mebibytes(2));
  EXPECT_TRUE(Line({"--max-old-space-size=1", "--max-old-space-size=0"}).empty());
  EXPECT_EQ(Line({"--max-old-space-size=99999999999999999999"}).old_space->value, kLargestAmount);
}

TEST(ReadNode, TheCommandLineWinsOverTheVariable) {
  const NodeMemory variable = ReadNode("--no-warnings --max-old-space-size=1", {});
  EXPECT_EQ(variable.old_space->value, Mebibytes(1));
  EXPECT_EQ(variable.old_space->variable, "NODE_OPTIONS");
  const List args = {"--max-old-space-size=2"};
  EXPECT_EQ(ReadNode("--max-old-space-size=1", args).old_space->value, Mebibytes(2));
  EXPECT_EQ(ReadNode("--max-old-space-size=1", args).old_space->variable, "");
}

TEST(ReadNode, WhatStandsBehindTheScriptIsTheScriptsOwn) {
  const List lines[] = {
      {"a.js", "--max-old-space-size=1"},       {"--", "--max-old-space-size=1"},
      {"-", "--max-old-space-size=1"},          {"", "--max-old-space-size=1"},
      {"-r", "--max-old-space-size=1", "a.js"}, {"--unknown", "value", "--max-old-space-size=1"}};
  for (const List& line : lines) EXPECT_TRUE(Line(line).empty()) << line[0];
  EXPECT_FALSE(Line({"-r", "x", "--inspect", "--max-old-space-size=1", "a.js"}).empty());
}

}  // namespace
}  // namespace headroom::heap
