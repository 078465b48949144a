#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "explain/testing/cases.h"
#include "explain/testing/said.h"

namespace headroom {
namespace {

using namespace testing_evidence;

SharedPiece Piece(const char* kind, const char* name, Bytes bytes) {
  return {.kind = kind,
          .name = name,
          .inode = 7,
          .size = bytes,
          .allocated = bytes,
          .owners = {{.pid = 4321, .comm = "eat"}},
          .total_owners = 3};
}

EvidenceBuilder Sharing(const std::vector<SharedPiece>& pieces, std::uint64_t shmem = 64000000) {
  SharedMemory memory;
  memory.pieces = pieces;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("before/memory.stat", MemoryStatText(300000, shmem, 0))
      .Record(memory);
  return builder;
}

TEST(Shared, TheLargestHolderIsNamedWhicheverKindItIs) {
  const std::string text = AllSaid(
      Sharing({Piece("memfd", "pool\n", Mebibytes(40)), Piece("sysv", "0000002a", Mebibytes(9)),
               Piece("anonymous", "", Mebibytes(8))}),
      "held by");
  EXPECT_TRUE(Holds(text, "memfd pool\\x0a of pid 4321 eat and 2 others: 40 MiB 62 %")) << text;
  EXPECT_TRUE(Holds(text, "SysV segment 0x0000002a of pid 4321 eat")) << text;
  EXPECT_FALSE(Holds(text, "anonymous memory of")) << "the two largest are enough";
}

TEST(Shared, ADeletedFileIsNamedByWhoKeepsItOpen) {
  const std::string text = AllSaid(Sharing({Piece("deleted", "/tmp/x", Mebibytes(40))}), "held by");
  EXPECT_TRUE(Holds(text, "the deleted file /tmp/x, still open in pid 4321 eat")) << text;
}

TEST(Shared, AFileOnTheHostsTmpfsIsNotCalledItsOwn) {
  ShmListing shm{
      .mount_point = "/dev/shm",
      .used = Mebibytes(40),
      .files = {{.path = "/dev/shm/f", .bytes = Mebibytes(40), .allocated = Mebibytes(40)}},
      .total_files = 1};
  EXPECT_TRUE(
      Holds(AllSaid(Sharing({}).Record(shm), "held by"), "the file /dev/shm/f: 40 MiB 62 %"));
  shm.of_host = true;
  const std::string text = AllSaid(Sharing({}).Record(shm), "held by");
  EXPECT_TRUE(Holds(text, "perhaps the file /dev/shm/f: 40 MiB; that tmpfs is the host's")) << text;
  EXPECT_FALSE(Holds(text, "40 MiB 62")) << text;
  EXPECT_FALSE(Holds(AllSaid(Sharing({}, 20000000).Record(shm), "held by"), "/dev/shm/f"))
      << "more than was counted cannot all be its";
}

TEST(Shared, FilesOfAnyTmpfsAndManySmallOnesAreNamed) {
  ShmListing scratch{
      .mount_point = "/scratch",
      .size = Limit::Unlimited(),
      .used = Mebibytes(30),
      .files = {{.path = "/scratch/f", .bytes = Bytes{4096}, .allocated = Bytes{4096}}},
      .total_files = 7680};
  ShmListing tmp{
      .mount_point = "/tmp",
      .size = Limit::Unlimited(),
      .used = Mebibytes(20),
      .files = {{.path = "/tmp/big", .bytes = Mebibytes(20), .allocated = Mebibytes(20)}},
      .total_files = 1};
  TmpfsTable table;
  table.mounts = {scratch, tmp};
  EvidenceBuilder builder = Sharing({});
  builder.Record(table);
  const std::string text = AllSaid(builder, "held by");
  EXPECT_TRUE(Holds(text, "7680 files on /scratch: 30 MiB 47 %")) << text;
  EXPECT_TRUE(Holds(text, "the file /tmp/big: 20 MiB 31 %")) << text;
}

/// A tmpfs or memfd may be charged to another cgroup.
TEST(Shared, WhatTheCgroupsOwnCounterContradictsIsNotSaid) {
  EXPECT_FALSE(Holds(AllSaid(Sharing({Piece("memfd", "pool", Mebibytes(40))}, 1000000), "held by"),
                     "memfd pool"));
}

/// A command without a container of its own sees every tmpfs of the host.
TEST(Shared, WhatACgroupWithoutSharedMemoryCannotHoldIsNotSaid) {
  EXPECT_FALSE(
      Holds(AllSaid(Sharing({Piece("memfd", "pool", Mebibytes(40))}, 0), "held by"), "memfd pool"));
}

}  // namespace
}  // namespace headroom
