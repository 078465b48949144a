#include "kernel/proc/mapping_groups.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "kernel/proc/process.h"

namespace headroom {
namespace {

/// A mapping as the kernel prints it, with the lines that matter here.
struct Row {
  std::uint64_t start = 0;
  std::uint64_t kilobytes = 4;  ///< between its ends
  std::string permissions = "rw-p";
  std::string name;
  std::string figures;  ///< "Rss: 4 kB\n"
  std::string flags = "rd wr mr mw me ac";
};

std::string TextOf(const Row& row) {
  return fmt::format("{:08x}-{:08x} {} 00000000 00:00 0 {}\n{}VmFlags: {} \n", row.start,
                     row.start + (row.kilobytes << 10U), row.permissions, row.name, row.figures,
                     row.flags);
}

std::string TextOf(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) text += TextOf(row);
  return text;
}

std::string RssText(int kilobytes) { return fmt::format("Rss: {} kB\n", kilobytes); }

std::vector<MappingGroup> GroupsOf(const std::vector<Row>& rows) {
  return GroupMappings(TextOf(rows)).value();
}

MappingGroup OnlyGroupOf(const Row& row) { return GroupsOf({row}).at(0); }

std::string NameOf(const std::string& mapping_name, const std::string& permissions = "rw-p") {
  return OnlyGroupOf({.permissions = permissions, .name = mapping_name}).name;
}

MappingKind KindOfNamed(const std::string& mapping_name, const std::string& permissions = "rw-p") {
  return OnlyGroupOf({.permissions = permissions, .name = mapping_name}).kind;
}

TEST(MappingGroups, NamesMemoryForPeople) {
  EXPECT_EQ(NameOf(""), "anonymous");
  EXPECT_EQ(NameOf("[heap]"), "heap");
  EXPECT_EQ(NameOf("[stack]"), "stack");
  EXPECT_EQ(NameOf("[stack:17]"), "stack");
  EXPECT_EQ(NameOf("[anon:glibc: malloc]"), "anonymous [glibc: malloc]");
  EXPECT_EQ(NameOf("[anon_shmem:cache]", "rw-s"), "shared anonymous [cache]");
  EXPECT_EQ(NameOf("/dev/zero (deleted)", "rw-s"), "shared anonymous");
  EXPECT_EQ(NameOf("/memfd:x (deleted)", "rw-s"), "memfd:x (deleted)");
  EXPECT_EQ(NameOf("/SYSV0000162e (deleted)", "rw-s"), "SysV shared memory 0x0000162e");
  EXPECT_EQ(NameOf("/dev/shm/psm_81ab", "rw-s"), "/dev/shm/psm_81ab");
  EXPECT_EQ(NameOf("[vdso]"), "[vdso]");
}

TEST(MappingGroups, TellsKindsApart) {
  EXPECT_EQ(KindOfNamed(""), MappingKind::kAnonymous);
  EXPECT_EQ(KindOfNamed("[anon:x]"), MappingKind::kNamedAnonymous);
  EXPECT_EQ(KindOfNamed("", "---p"), MappingKind::kReserved);
  EXPECT_EQ(KindOfNamed("[stack]"), MappingKind::kStack);
  EXPECT_EQ(KindOfNamed("[vvar]"), MappingKind::kKernel);
  EXPECT_EQ(KindOfNamed("/usr/lib/x.so"), MappingKind::kFile);
  EXPECT_EQ(KindOfNamed("/dev/shm/x"), MappingKind::kShmFile);
  EXPECT_EQ(KindOfNamed("/memfd:x (deleted)"), MappingKind::kMemfd);
  EXPECT_EQ(KindOfNamed("/SYSV0 (deleted)"), MappingKind::kSysV);
  EXPECT_EQ(KindOfNamed("/SYSV0"), MappingKind::kFile);
  EXPECT_EQ(KindOfNamed("/dev/zero (deleted)", "rw-s"), MappingKind::kSharedAnonymous);
}

TEST(MappingGroups, AddUpAndPutTheLargestFirst) {
  const std::string swap = "Swap: 5 kB\n";
  const auto groups = GroupsOf({{.start = 0x1000, .figures = RssText(10)},
                                {.start = 0x3000, .name = "/lib/x", .figures = RssText(30) + swap},
                                {.start = 0x5000, .figures = RssText(15)},
                                {.start = 0x7000, .name = "/lib/x", .figures = RssText(1)}});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].name, "/lib/x");
  EXPECT_EQ(groups[0].rss, Kibibytes(31));
  EXPECT_EQ(groups[0].size, Kibibytes(8));
  EXPECT_EQ(groups[0].swap, Kibibytes(5));
  EXPECT_EQ(groups[0].mappings, 2U);
  EXPECT_EQ(groups[0].largest_start, 0x3000U);
  EXPECT_EQ(groups[0].largest_rss, Kibibytes(30));
  EXPECT_EQ(groups[1].swap, std::nullopt) << "no line is not zero";
}

TEST(MappingGroups, OfEqualSizeAreOrderedByName) {
  const auto groups = GroupsOf({{.name = "/b"}, {.name = "/a"}});
  EXPECT_EQ(groups[0].name, "/a");
}

TEST(MappingGroups, OfOneFileMappedBothWaysAreTwo) {
  const auto groups = GroupsOf({{.name = "/data"}, {.permissions = "rw-s", .name = "/data"}});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_NE(groups[0].sharing, groups[1].sharing);
}

TEST(MappingGroups, ANameOfAContainerDoesNotPassForAKind) {
  const auto groups = GroupsOf({{.name = "[heap]"}, {.name = "heap"}, {.name = "anonymous"}});
  EXPECT_EQ(groups.size(), 3U);
}

TEST(MappingGroups, CountPagesOfHugetlbfsThatRssLeavesOut) {
  const MappingGroup group =
      OnlyGroupOf({.kilobytes = 4096,
                   .permissions = "rw-s",
                   .name = "/anon_hugepage (deleted)",
                   .figures = "Rss: 0 kB\nShared_Hugetlb: 2048 kB\nPrivate_Hugetlb: 2048 kB\n",
                   .flags = "rd wr sh mr mw me ms de ht sd"});
  EXPECT_EQ(group.kind, MappingKind::kHugetlb);
  EXPECT_EQ(group.rss, Bytes{0});
  EXPECT_EQ(group.Held(), Mebibytes(4));
}

constexpr std::uint64_t kArena = 0x7f0000000000;

std::vector<Row> ArenaRows(std::uint64_t open_kilobytes, std::uint64_t closed_kilobytes) {
  return {{.start = kArena, .kilobytes = open_kilobytes, .figures = RssText(100)},
          {.start = kArena + (open_kilobytes << 10U),
           .kilobytes = closed_kilobytes,
           .permissions = "---p"}};
}

TEST(MappingGroups, KnowAnArenaByItsPlaceAndItsClosedRest) {
  const auto groups = GroupsOf(ArenaRows(132, 65536 - 132));
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].kind, MappingKind::kArena);
  EXPECT_EQ(groups[1].kind, MappingKind::kReserved);
  EXPECT_EQ(groups[0].size + groups[1].size, Mebibytes(64));
}

TEST(MappingGroups, DoNotTakeOtherAlignedMemoryForAnArena) {
  EXPECT_EQ(GroupsOf(ArenaRows(132, 65536))[0].kind, MappingKind::kAnonymous);
  EXPECT_EQ(GroupsOf({ArenaRows(132, 4)[0]})[0].kind, MappingKind::kAnonymous);
  auto shifted = ArenaRows(132, 65536 - 132);
  for (Row& row : shifted) row.start += 4096;
  EXPECT_EQ(GroupsOf(shifted)[0].kind, MappingKind::kAnonymous);
}

std::vector<Row> StackRows(std::uint64_t guard_kilobytes, std::uint64_t gap) {
  return {{.start = 0x10000000, .kilobytes = guard_kilobytes, .permissions = "---p"},
          {.start = 0x10000000 + (guard_kilobytes << 10U) + gap,
           .kilobytes = 8192,
           .figures = RssText(12)}};
}

TEST(MappingGroups, KnowMemoryBehindAGuardPage) {
  EXPECT_EQ(GroupsOf(StackRows(4, 0))[0].kind, MappingKind::kGuarded);
  EXPECT_EQ(GroupsOf(StackRows(64, 0))[0].kind, MappingKind::kGuarded);
  EXPECT_EQ(GroupsOf(StackRows(68, 0))[0].kind, MappingKind::kAnonymous);
  EXPECT_EQ(GroupsOf(StackRows(4, 4096))[0].kind, MappingKind::kAnonymous) << "a gap between";
}

TEST(MappingGroups, OfTextThatIsNoneAreAnError) {
  EXPECT_EQ(GroupMappings(std::string_view("nonsense\n")).error().code, ErrorCode::kMalformed);
  EXPECT_TRUE(GroupMappings(std::string_view("")).value().empty());
}

TEST(MappingGroups, AlwaysAddUpToWhatIsResident) {
  std::vector<Row> rows = ArenaRows(132, 65536 - 132);
  for (const char* name :
       {"", "[heap]", "/lib/x", "/dev/shm/y", "[anon:z]", "/memfd:m (deleted)"}) {
    rows.push_back({.name = name, .figures = RssText(7)});
  }
  const auto smaps = ParseSmaps(TextOf(rows)).value();
  Bytes sum;
  std::uint64_t mappings = 0;
  for (const MappingGroup& group : GroupMappings(smaps)) {
    sum = sum + group.rss;
    mappings += group.mappings;
  }
  EXPECT_EQ(sum, smaps.TotalRss());
  EXPECT_EQ(mappings, rows.size());
}

TEST(MappingGroups, OfOneselfHaveAStack) {
  const auto text = ReadProcessFile(HostView{}, getpid(), "smaps", 1U << 26U);
  if (!text) GTEST_SKIP() << "no smaps here: " << text.error().Message();
  const auto groups = GroupMappings(std::string_view(*text));
  ASSERT_TRUE(groups.has_value()) << groups.error().Message();
  EXPECT_NE(std::ranges::find(*groups, MappingKind::kStack, &MappingGroup::kind), groups->end());
}

}  // namespace
}  // namespace headroom
