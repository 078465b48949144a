#include "policy/heap/postgres.h"

#include <gtest/gtest.h>

namespace headroom::heap {
namespace {

using List = std::vector<std::string>;

PostgresMemory Line(const List& args) { return ReadPostgres(args); }

std::optional<Bytes> Buffers(const List& args) {
  const PostgresMemory memory = Line(args);
  return memory.shared_buffers ? std::optional(memory.shared_buffers->value) : std::nullopt;
}
std::optional<Bytes> WorkMem(const List& args) {
  const PostgresMemory memory = Line(args);
  return memory.work_mem ? std::optional(memory.work_mem->value) : std::nullopt;
}

TEST(ReadPostgres, TakesSharedBuffersInEverySpelling) {
  const List lines[] = {{"-c", "shared_buffers=256MB"},
                        {"-cshared_buffers=256MB"},
                        {"--shared_buffers=256MB"},
                        {"--shared-buffers=256MB"},
                        {"-c", "Shared_Buffers=256 MB"},
                        {"-c", "shared_buffers= 256MB "},
                        {"-c", "shared_buffers=262144kB"},
                        {"-c", "shared_buffers=268435456B"},
                        {"-c", "shared_buffers=32768"},
                        {"-B", "32768"},
                        {"-B32768"},
                        {"-B", "256MB"}};
  for (const List& line : lines) EXPECT_EQ(Buffers(line), Mebibytes(256)) << line[0];
  EXPECT_EQ(Buffers({"-c", "shared_buffers=1GB"}), Mebibytes(1024));
  EXPECT_EQ(Buffers({"-c", "shared_buffers=1TB"}), Mebibytes(1U << 20U));
}

TEST(ReadPostgres, ABareWorkMemIsKibibytes) {
  EXPECT_EQ(WorkMem({"-c", "work_mem=4096"}), Mebibytes(4));
  EXPECT_EQ(WorkMem({"-S", "4096"}), Mebibytes(4));
  EXPECT_EQ(WorkMem({"--work-mem=64MB"}), Mebibytes(64));
}

TEST(ReadPostgres, TakesNothingElse) {
  for (const char* bad : {"", "0", "-1", "256mb", "256M", "1.5GB", "6 4MB", "64\nMBs", "x"}) {
    EXPECT_EQ(Buffers({"-c", std::string("shared_buffers=") + bad}), std::nullopt) << bad;
    EXPECT_EQ(WorkMem({"-c", std::string("work_mem=") + bad}), std::nullopt) << bad;
  }
  const List lines[] = {{"-c"},
                        {"-c", "shared_buffers"},
                        {"shared_buffers=256MB"},
                        {"-c", std::string(100000, 'a') + "=1"},
                        {"-D", "-B1", "x"},
                        {"-C", "shared_buffers"},
                        {"-B"},
                        {"-"}};
  for (const List& line : lines) EXPECT_EQ(Buffers(line), std::nullopt);
  EXPECT_EQ(Buffers({"-c", "shared_buffers=99999999999999999999999GB"}), kLargestAmount);
}

TEST(ReadPostgres, TheLastWins) {
  EXPECT_EQ(Buffers({"-B", "1", "-c", "shared_buffers=2MB"}), Mebibytes(2));
  EXPECT_EQ(Buffers({"-c", "shared_buffers=2MB", "-D", "/data", "-B", "1"}), Kibibytes(8));
}

TEST(ReadPostgres, QuotesOneLineAndNoMoreThanTheSetting) {
  EXPECT_EQ(Line({"-c", "shared_buffers=\n 256MB\n"}).shared_buffers->option,
            "shared_buffers=256MB");
  EXPECT_EQ(Line({"-B", " 7 "}).shared_buffers->option, "-B 7");
}

TEST(ReadPostgres, TakesConnectionsWorkersAndWhereMemoryLies) {
  EXPECT_EQ(Line({"-N", "200"}).max_connections->value, 200U);
  EXPECT_EQ(Line({"-c", "max_connections=300"}).max_connections->value, 300U);
  EXPECT_FALSE(Line({"-N", "0"}).max_connections);
  EXPECT_FALSE(Line({"-N", "-5"}).max_connections);
  EXPECT_EQ(Line({"-c", "max_parallel_workers_per_gather=0"}).workers, 0U);
  EXPECT_TRUE(Line({}).posix_segments);
  EXPECT_FALSE(Line({"-c", "dynamic_shared_memory_type=sysv"}).posix_segments);
  EXPECT_FALSE(Line({}).huge_pages);
  EXPECT_FALSE(Line({"-c", "huge_pages=try"}).huge_pages);
  EXPECT_TRUE(Line({"-c", "huge_pages=on"}).huge_pages);
}

}  // namespace
}  // namespace headroom::heap
