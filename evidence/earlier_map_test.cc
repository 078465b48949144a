#include "evidence/earlier_map.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

EarlierMap Sample() {
  MappingGroup heap;
  heap.kind = MappingKind::kHeap;
  heap.name = "heap";
  heap.mappings = 1;
  heap.size = Mebibytes(3);
  heap.rss = Mebibytes(2);
  heap.private_dirty = Mebibytes(1);
  MappingGroup file;
  file.kind = MappingKind::kMemfd;
  file.sharing = Sharing::kShared;
  file.name = "memfd:\x1b[31m\n\xff";
  file.mappings = 2;
  return {.id = {.pid = 12, .start_ticks = 34}, .taken = 99s, .groups = {heap, file}};
}

TEST(EarlierMap, IsReadBackAsItWasWritten) {
  const auto read = ParseEarlierMap(SerializeEarlierMap(Sample()), "before/earlier.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->id, (ProcessId{.pid = 12, .start_ticks = 34}));
  EXPECT_EQ(read->taken, 99s);
  ASSERT_EQ(read->groups.size(), 2U);
  EXPECT_EQ(read->groups[0].kind, MappingKind::kHeap);
  EXPECT_EQ(read->groups[0].rss, Mebibytes(2));
  EXPECT_EQ(read->groups[0].private_dirty, Mebibytes(1));
  EXPECT_EQ(read->groups[1].sharing, Sharing::kShared);
  EXPECT_EQ(read->groups[1].name, Sample().groups[1].name) << "any bytes survive";
  EXPECT_EQ(read->groups[1].private_dirty, std::nullopt);
}

TEST(EarlierMap, KeepsTheLargestGroups) {
  EarlierMap map = Sample();
  map.groups.resize(5000, map.groups[0]);
  EXPECT_EQ(ParseEarlierMap(SerializeEarlierMap(map), "x")->groups.size(), 64U);
}

TEST(EarlierMap, ThatIsDamagedIsRefused) {
  for (const char* text :
       {"", "[]", "{}", R"({"schema": "headroom.earlier-map/2", "pid": 1, "start_ticks": 1,
         "taken_boot_ns": 1})",
        R"({"schema": "headroom.earlier-map/1", "pid": 0, "start_ticks": 1, "taken_boot_ns": 1})",
        R"({"schema": "headroom.earlier-map/1", "pid": 1, "start_ticks": 1})",
        R"({"schema": "headroom.earlier-map/1", "pid": 1, "start_ticks": 1, "taken_boot_ns": 1,
         "groups": [{"kind": "leak"}]})",
        R"({"schema": "headroom.earlier-map/1", "pid": 1, "start_ticks": 1, "taken_boot_ns": 1,
         "groups": [{"kind": "heap", "shared": false, "mappings": 1, "size": 1, "rss": -1}]})"}) {
    const auto read = ParseEarlierMap(text, "before/earlier.json");
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed) << text;
  }
}

}  // namespace
}  // namespace headroom
