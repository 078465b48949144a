#include "policy/heap/redis.h"

#include <gtest/gtest.h>

namespace headroom::heap {
namespace {

using List = std::vector<std::string>;

RedisMemory Line(const List& args) { return ReadRedis(args); }

std::optional<Bytes> MaxMemory(const List& args) {
  const RedisMemory memory = Line(args);
  return memory.max_memory ? std::optional(memory.max_memory->value) : std::nullopt;
}

TEST(ReadRedis, TakesDecimalAndBinaryUnitsInAnyLetters) {
  EXPECT_EQ(MaxMemory({"--maxmemory", "1000"}), Bytes{1000});
  EXPECT_EQ(MaxMemory({"--maxmemory", "1000b"}), Bytes{1000});
  EXPECT_EQ(MaxMemory({"--maxmemory", "1k"}), Bytes{1000});
  EXPECT_EQ(MaxMemory({"--maxmemory", "1kb"}), Bytes{1024});
  EXPECT_EQ(MaxMemory({"--maxmemory", "1m"}), Bytes{1000000});
  EXPECT_EQ(MaxMemory({"--MaxMemory", "1MB"}), Mebibytes(1));
  EXPECT_EQ(MaxMemory({"--maxmemory", "1g"}), Bytes{1000000000});
  EXPECT_EQ(MaxMemory({"--maxmemory", "1Gb"}), Mebibytes(1024));
  EXPECT_EQ(MaxMemory({"--maxmemory 1mb"}), Mebibytes(1)) << "one word does as well";
  EXPECT_EQ(MaxMemory({"--maxmemory", "0"}), Bytes{0}) << "no limit, asked for by name";
}

TEST(ReadRedis, TakesNothingElse) {
  const List lines[] = {{},
                        {"--maxmemory"},
                        {"--maxmemory", ""},
                        {"--maxmemory", "-1"},
                        {"--maxmemory", "1tb"},
                        {"--maxmemory", "50%"},
                        {"--maxmemory", "1", "mb"},
                        {"--maxmemory=1mb"},
                        {"maxmemory", "1mb"},
                        {"--maxmemory-policy", "1mb"},
                        {"--"},
                        {"-", "1mb"}};
  for (const List& line : lines) EXPECT_EQ(MaxMemory(line), std::nullopt);
  EXPECT_EQ(MaxMemory({"--maxmemory", "999999999999999999999999gb"}), kLargestAmount);
}

TEST(ReadRedis, TheLastWinsAndTheConfigFileDoesNotHideIt) {
  EXPECT_EQ(MaxMemory({"/etc/redis.conf", "--maxmemory", "1mb", "--maxmemory", "2mb"}),
            Mebibytes(2));
}

TEST(ReadRedis, SavesUnlessToldNotTo) {
  EXPECT_EQ(Line({}).saves, true) << "snapshots are on by default";
  EXPECT_EQ(Line({"--save", "60", "1"}).saves, true);
  EXPECT_EQ(Line({"--save", ""}).saves, false);
  EXPECT_EQ(Line({"--save"}).saves, false);
  EXPECT_EQ(Line({"--save \"\""}).saves, false);
  EXPECT_EQ(Line({"--save", "", "--appendonly", "no"}).saves, false);
  EXPECT_EQ(Line({"--save", "", "--appendonly", "yes"}).saves, true);
  EXPECT_EQ(Line({"--save", "", "--save", "60", "1"}).saves, true);
  EXPECT_EQ(Line({"--save", "60", "1", "--save", ""}).saves, false);
}

TEST(ReadRedis, AConfigFileMaySayAnythingThatTheLineDoesNot) {
  EXPECT_EQ(Line({"redis.conf"}).saves, std::nullopt);
  EXPECT_EQ(Line({"-"}).saves, std::nullopt) << "it comes on standard input";
  EXPECT_EQ(Line({"redis.conf", "--save", ""}).saves, std::nullopt);
  EXPECT_EQ(Line({"redis.conf", "--save", "", "--appendonly", "no"}).saves, false);
  EXPECT_EQ(Line({"redis.conf", "--appendonly", "yes"}).saves, true);
}

}  // namespace
}  // namespace headroom::heap
