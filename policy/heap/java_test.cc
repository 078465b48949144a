#include "policy/heap/java.h"

#include <gtest/gtest.h>

namespace headroom::heap {
namespace {

using List = std::vector<std::string>;

JavaMemory Line(const List& args) { return ReadJava({.args = args}); }

/// The heap that the line asks for; 0 bytes where it asks for none.
Bytes HeapOf(const List& args) {
  const JavaMemory memory = Line(args);
  return memory.max_heap ? memory.max_heap->value : Bytes{};
}

TEST(ReadJava, TakesXmxInEveryUnitAndLetter) {
  EXPECT_EQ(HeapOf({"-Xmx1024"}), Bytes{1024});
  EXPECT_EQ(HeapOf({"-Xmx64k"}), Kibibytes(64));
  EXPECT_EQ(HeapOf({"-Xmx512m"}), Mebibytes(512));
  EXPECT_EQ(HeapOf({"-Xmx2G"}), Mebibytes(2048));
  EXPECT_EQ(HeapOf({"-Xmx1t"}), Mebibytes(1U << 20U));
  EXPECT_EQ(HeapOf({"-XX:MaxHeapSize=512M"}), Mebibytes(512));
}

TEST(ReadJava, AValueThatAJvmWouldNotTakeIsNotThere) {
  for (const char* bad : {"-Xmx", "-Xmx0", "-Xmx-1m", "-Xmx1mb", "-Xmx 1m", "-Xmx1.5g", "-Xmxm",
                          "-xmx1m", "-XX:MaxHeapSize=", "-XX:MaxHeapSize", "Xmx1m"}) {
    EXPECT_TRUE(Line({bad}).empty()) << bad;
  }
  EXPECT_EQ(HeapOf({"-Xmx99999999999999999999999g"}), kLargestAmount);
  EXPECT_TRUE(Line({"-Xmx" + std::string(100000, '9')}).empty());
}

TEST(ReadJava, TheLastWinsBothWaysToWriteIt) {
  EXPECT_EQ(HeapOf({"-Xmx1m", "-XX:MaxHeapSize=2m"}), Mebibytes(2));
  EXPECT_EQ(HeapOf({"-XX:MaxHeapSize=2m", "-Xmx1m"}), Mebibytes(1));
  EXPECT_EQ(HeapOf({"-Xmx2m", "-Xmx"}), Mebibytes(2));
}

TEST(ReadJava, TakesWhatLiesBesideTheHeapAndTheShares) {
  const JavaMemory memory =
      Line({"-XX:MaxDirectMemorySize=64m", "-XX:MaxMetaspaceSize=32m", "-XX:MaxRAM=1g",
            "-XX:MaxRAMPercentage=75.0", "-XX:MinRAMPercentage=60", "-XX:MaxRAMFraction=2"});
  EXPECT_EQ(memory.direct->value, Mebibytes(64));
  EXPECT_EQ(memory.metaspace->value, Mebibytes(32));
  EXPECT_EQ(memory.max_ram->value, Mebibytes(1024));
  EXPECT_EQ(memory.max_ram_share->value, 75);
  EXPECT_EQ(memory.max_ram_share->option, "-XX:MaxRAMPercentage=75.0");
  EXPECT_EQ(memory.min_ram_share->value, 60);
  EXPECT_EQ(memory.max_ram_fraction->value, 50);
  EXPECT_FALSE(memory.max_heap);
  EXPECT_TRUE(Line({"-XX:MaxRAMPercentage=0", "-XX:MinRAMPercentage=101", "-XX:MaxRAMFraction=0",
                    "-XX:MaxRAMFraction=x"})
                  .empty());
}

TEST(ReadJava, TakesSwitchesTheLastOfThem) {
  EXPECT_TRUE(Line({}).container_support);
  EXPECT_FALSE(Line({"-XX:-UseContainerSupport"}).container_support);
  EXPECT_TRUE(Line({"-XX:-UseContainerSupport", "-XX:+UseContainerSupport"}).container_support);
  EXPECT_TRUE(Line({"-XX:+HeapDumpOnOutOfMemoryError"}).heap_dump);
  EXPECT_FALSE(
      Line({"-XX:+HeapDumpOnOutOfMemoryError", "-XX:-HeapDumpOnOutOfMemoryError"}).heap_dump);
}

TEST(ReadJava, WhatStandsBehindTheProgramIsTheProgramsOwn) {
  const List lines[] = {{"-jar", "a.jar", "-Xmx9m"},    {"Main", "-Xmx9m"},
                        {"-m", "a/b", "-Xmx9m"},        {"--module", "a/b", "-Xmx9m"},
                        {"-cp", "x", "Main", "-Xmx9m"}, {"-cp", "-Xmx9m", "Main"},
                        {"-Da=b", "", "-Xmx9m"}};
  for (const List& line : lines) EXPECT_TRUE(Line(line).empty()) << line[0];
  EXPECT_EQ(HeapOf({"-cp", "x", "--add-opens", "a=b", "-Da=b", "-Xmx9m", "-jar", "a.jar"}),
            Mebibytes(9));
}

TEST(ReadJava, OptionsInAFileAreNotSeen) {
  EXPECT_TRUE(Line({"@options"}).in_a_file);
  EXPECT_TRUE(Line({"-XX:Flags=x"}).in_a_file);
  EXPECT_TRUE(Line({"-XX:VMOptionsFile=x"}).in_a_file);
  EXPECT_TRUE(ReadJava({.jdk_java_options = "@options"}).in_a_file);
  EXPECT_FALSE(ReadJava({.tool_options = "@options"}).in_a_file);
  EXPECT_FALSE(Line({"--disable-@files", "@Main"}).in_a_file);
  EXPECT_FALSE(Line({"Main", "@options"}).in_a_file);
}

TEST(ReadJava, EachSourceOverridesTheOneBefore) {
  const List args = {"-Xmx3m"};
  JavaOptionSources sources;
  sources.tool_options = "-Xmx1m";
  EXPECT_EQ(ReadJava(sources).max_heap->value, Mebibytes(1));
  EXPECT_EQ(ReadJava(sources).max_heap->variable, "JAVA_TOOL_OPTIONS");
  sources.jdk_java_options = "-Da='b c' -Xmx2m";
  EXPECT_EQ(ReadJava(sources).max_heap->variable, "JDK_JAVA_OPTIONS");
  sources.args = args;
  EXPECT_EQ(ReadJava(sources).max_heap->value, Mebibytes(3));
  EXPECT_EQ(ReadJava(sources).max_heap->variable, "");
  sources.java_options = "-XX:MaxHeapSize=4m";
  EXPECT_EQ(ReadJava(sources).max_heap->value, Mebibytes(4));
  EXPECT_EQ(ReadJava(sources).max_heap->variable, "_JAVA_OPTIONS");
  sources.java_options = "";
  EXPECT_EQ(ReadJava(sources).max_heap->value, Mebibytes(3));
}

TEST(LargestHeap, IsAQuarterAndOfASmallMachineTheHalf) {
  constexpr Bytes kUnset{130862280};
  EXPECT_EQ(LargestHeap({}, Mebibytes(1024)), Mebibytes(256));
  EXPECT_EQ(LargestHeap({}, Mebibytes(100)), Mebibytes(50));
  EXPECT_EQ(LargestHeap({}, Mebibytes(400)), kUnset) << "no less than HotSpot's own size";
  EXPECT_EQ(LargestHeap({}, Bytes{2 * kUnset.value}), kUnset);
  EXPECT_TRUE(IsSmallMachine({}, Bytes{2 * kUnset.value - 1}));
  EXPECT_FALSE(IsSmallMachine({}, Bytes{2 * kUnset.value}));
}

TEST(LargestHeap, FollowsWhatIsAsked) {
  EXPECT_EQ(LargestHeap(Line({"-XX:MaxRAMPercentage=75"}), Mebibytes(1024)), Mebibytes(768));
  EXPECT_EQ(LargestHeap(Line({"-XX:MaxRAMPercentage=75"}), Mebibytes(100)), Mebibytes(50));
  EXPECT_EQ(LargestHeap(Line({"-XX:MinRAMPercentage=75"}), Mebibytes(100)), Mebibytes(75));
  EXPECT_EQ(LargestHeap(Line({"-XX:MaxRAMFraction=2"}), Mebibytes(1024)), Mebibytes(512));
  EXPECT_EQ(LargestHeap(Line({"-XX:MaxRAMFraction=2", "-XX:MaxRAMPercentage=75"}), Mebibytes(1024)),
            Mebibytes(768));
  EXPECT_EQ(LargestHeap(Line({"-XX:MaxRAM=4g"}), Mebibytes(1024)), Mebibytes(1024));
  EXPECT_EQ(LargestHeap(Line({"-XX:MaxRAM=4g", "-Xmx1m"}), Mebibytes(1024)), Mebibytes(1));
  EXPECT_EQ(LargestHeap({}, Bytes{}), Bytes{});
}

}  // namespace
}  // namespace headroom::heap
