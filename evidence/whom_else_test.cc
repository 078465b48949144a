#include <gtest/gtest.h>

#include "evidence/neighbours.h"
#include "evidence/self_account.h"
#include "evidence/shared_memory.h"
#include "evidence/slabs.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Bytes that a container may call itself by.
constexpr const char* kHostile = "sh\x1b[31m\n\"<b>\xff";

/// Every reader names the file, and refuses with kMalformed, never by a crash.
template <typename Parse>
void ExpectNamedFailures(Parse parse, std::initializer_list<const char*> texts) {
  for (const char* text : texts) {
    const auto read = parse(text, "before/x.json");
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed) << text;
    EXPECT_NE(read.error().where.find("before/x.json"), std::string::npos) << text;
  }
}

TEST(NeighboursRecord, IsReadBackAsItWasWritten) {
  Neighbours written;
  written.level = std::string("/x/") + kHostile;
  written.read_boot = 5s;
  written.took = 12ms;
  written.cgroups = {{.path = kHostile,
                      .current = Mebibytes(40),
                      .anon = Mebibytes(30),
                      .shmem = Bytes{0},
                      .max = Limit::Unlimited(),
                      .victim = true},
                     {.path = "/x/b", .container = true, .trigger = true}};
  written.total = 900;
  written.truncated = true;
  written.host_available = Mebibytes(51);
  written.host_free = Bytes{0};
  written.trigger = OomTrigger{.pid = 7, .comm = kHostile, .cgroup = "/x/b"};
  const auto read = ParseNeighbours(SerializeNeighbours(written), "neighbours.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->level, written.level);
  EXPECT_EQ(read->read_boot, written.read_boot);
  EXPECT_EQ(read->took, written.took);
  ASSERT_EQ(read->cgroups.size(), 2U);
  EXPECT_EQ(read->cgroups[0].path, kHostile);
  EXPECT_EQ(read->cgroups[0].current, Mebibytes(40));
  EXPECT_EQ(read->cgroups[0].shmem, Bytes{0});
  EXPECT_EQ(read->cgroups[0].file, std::nullopt);
  EXPECT_EQ(read->cgroups[0].max, Limit::Unlimited());
  EXPECT_TRUE(read->cgroups[0].victim);
  EXPECT_FALSE(read->cgroups[0].container);
  EXPECT_EQ(read->cgroups[1].max, std::nullopt);
  EXPECT_TRUE(read->cgroups[1].container);
  EXPECT_TRUE(read->cgroups[1].trigger);
  EXPECT_EQ(read->total, 900U);
  EXPECT_TRUE(read->truncated);
  EXPECT_EQ(read->host_free, Bytes{0});
  EXPECT_EQ(read->trigger->pid, 7);
  EXPECT_EQ(read->trigger->comm, kHostile);
  EXPECT_EQ(read->trigger->cgroup, "/x/b");
}

TEST(NeighboursRecord, WhatIsNotKnownStaysUnknown) {
  const auto read = ParseNeighbours(
      R"({"schema": "headroom.neighbours/1", "level": "host", "trigger": {"pid": 9}})", "n.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->host_available, std::nullopt);
  EXPECT_EQ(read->trigger->cgroup, std::nullopt);
  EXPECT_EQ(read->total, std::nullopt);
  ExpectNamedFailures(ParseNeighbours, {"", "[]", "{}", R"({"schema": "headroom.neighbours/2"})",
                                        R"({"schema": "headroom.neighbours/1", "cgroups": [1]})",
                                        R"({"schema": "headroom.neighbours/1", "cgroups": 1})",
                                        R"({"schema": "headroom.neighbours/1", "trigger": 1})"});
}

TEST(TmpfsRecord, IsReadBackAsItWasWritten) {
  TmpfsTable table;
  table.mounts = {{.mount_point = kHostile,
                   .size = Limit(Mebibytes(64)),
                   .used = Mebibytes(3),
                   .files = {{.path = "/tmp/x", .bytes = Mebibytes(9), .allocated = Mebibytes(3)}},
                   .total_files = 1,
                   .truncated = false}};
  table.total = 40;
  table.truncated = true;
  const auto read = ParseTmpfs(SerializeTmpfs(table), "tmpfs.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  ASSERT_EQ(read->mounts.size(), 1U);
  EXPECT_EQ(read->mounts[0].mount_point, kHostile);
  EXPECT_EQ(read->mounts[0].files.at(0).allocated, Mebibytes(3));
  EXPECT_EQ(read->total, 40U);
  EXPECT_TRUE(read->truncated);
  ExpectNamedFailures(ParseTmpfs, {"", "{}", R"({"schema": "headroom.tmpfs/1", "mounts": [[]]})",
                                   R"({"schema": "headroom.tmpfs/1", "mounts": [{"used": -1}]})"});
}

TEST(SharedMemoryRecord, IsReadBackAsItWasWritten) {
  SharedMemory memory;
  memory.pieces = {{.kind = "memfd",
                    .name = kHostile,
                    .inode = 7,
                    .size = Mebibytes(40),
                    .allocated = Mebibytes(39),
                    .owners = {{.pid = 4, .comm = kHostile}},
                    .total_owners = 33}};
  memory.total = 1;
  const auto read = ParseSharedMemory(SerializeSharedMemory(memory), "s.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  ASSERT_EQ(read->pieces.size(), 1U);
  EXPECT_EQ(read->pieces[0].kind, "memfd");
  EXPECT_EQ(read->pieces[0].name, kHostile);
  EXPECT_EQ(read->pieces[0].inode, 7U);
  EXPECT_EQ(read->pieces[0].allocated, Mebibytes(39));
  EXPECT_EQ(read->pieces[0].owners.at(0).pid, 4);
  EXPECT_EQ(read->pieces[0].owners.at(0).comm, kHostile);
  EXPECT_EQ(read->pieces[0].total_owners, 33U);
  ExpectNamedFailures(
      ParseSharedMemory,
      {"", "{}", R"({"schema": "headroom.shared-memory/1", "pieces": [{}]})",
       R"({"schema": "headroom.shared-memory/1", "pieces": [{"kind": "memfd", "owners": [1]}]})"});
}

TEST(SlabRecord, IsReadBackAsItWasWritten) {
  SlabTable table;
  table.caches = {{.name = "dentry", .size = Mebibytes(4), .objects = 21504}};
  table.total_size = Mebibytes(90);
  table.total = 150;
  const auto read = ParseSlabs(SerializeSlabs(table), "slabinfo.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  ASSERT_EQ(read->caches.size(), 1U);
  EXPECT_EQ(read->caches[0].name, "dentry");
  EXPECT_EQ(read->caches[0].size, Mebibytes(4));
  EXPECT_EQ(read->caches[0].objects, 21504U);
  EXPECT_EQ(read->caches[0].object_size, std::nullopt);
  EXPECT_EQ(read->total_size, Mebibytes(90));
  EXPECT_EQ(read->total, 150U);
  ExpectNamedFailures(ParseSlabs,
                      {"", "{}", R"({"schema": "headroom.slabinfo/1", "caches": [1]})"});
}

TEST(SelfRecord, IsReadBackAsItWasWritten) {
  SelfAccount account;
  account.held = 11ms;
  account.photograph = 40ms;
  account.detection = 0us;
  account.samples = 3;
  account.samples_skipped = 0;
  account.longest_gap = 10s;
  account.pidfd_open = false;
  account.rss = Mebibytes(9);
  const auto read = ParseSelfAccount(SerializeSelfAccount(account), "self.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->held, account.held);
  EXPECT_EQ(read->photograph, account.photograph);
  EXPECT_EQ(read->detection, 0us);
  EXPECT_EQ(read->assembled, std::nullopt);
  EXPECT_EQ(read->samples, 3U);
  EXPECT_EQ(read->samples_skipped, 0U);
  EXPECT_EQ(read->longest_gap, account.longest_gap);
  EXPECT_EQ(read->pidfd_open, false);
  EXPECT_EQ(read->rss, account.rss);
  ExpectNamedFailures(ParseSelfAccount,
                      {"", "{}", R"({"schema": "headroom.self/1", "held_us": -1})",
                       R"({"schema": "headroom.self/1", "held_us": 18446744073709551615})"});
}

}  // namespace
}  // namespace headroom
