#include "capture/shared_census.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/unique_fd.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

ProcessRow Row(int pid) {
  ProcessRow row;
  row.id.pid = pid;
  row.comm = "eat";
  return row;
}

const SharedPiece* Named(const SharedMemory& memory, std::string_view name) {
  for (const SharedPiece& piece : memory.pieces) {
    if (piece.name == name) return &piece;
  }
  return nullptr;
}

TEST(SharedName, IsToldByTheKernelsOwnWords) {
  const auto kind = [](std::string_view path) {
    const auto name = ParseSharedName(path);
    return name ? fmt::format("{}:{}", name->kind, name->name) : std::string();
  };
  EXPECT_EQ(kind("/memfd:a b (deleted)"), "memfd:a b");
  EXPECT_EQ(kind("/memfd: (deleted)"), "memfd:");
  EXPECT_EQ(kind("/SYSV0000002a (deleted)"), "sysv:0000002a");
  EXPECT_EQ(kind("/SYSV2a (deleted)"), "deleted:/SYSV2a");
  EXPECT_EQ(kind("/dev/zero (deleted)"), "anonymous:");
  EXPECT_EQ(kind("[anon_shmem:pool]"), "anonymous:pool");
  EXPECT_EQ(kind("/dev/shm/x (deleted)"), "deleted:/dev/shm/x");
  for (const char* other : {"", "/memfd:x", "/dev/zero", "[heap]", "[anon_shmem:", "pipe:[7]"}) {
    EXPECT_EQ(kind(other), "") << other;
  }
}

TEST(MountId, IsOneLineOfFdinfo) {
  EXPECT_EQ(ParseMountId("pos:\t0\nflags:\t02\nmnt_id:\t14\nino:\t7\n"), 14U);
  for (const char* text : {"", "mnt_id:", "mnt_id:\tx\n", "x mnt_id:\t4\n"}) {
    EXPECT_EQ(ParseMountId(text), std::nullopt) << text;
  }
}

/// The test's own process: a kernel is needed for the links.
TEST(SharedCensus, FindsAMemfdByItsDescriptorWithTheSizeThatItHas) {
  const UniqueFd memfd(memfd_create("census", MFD_CLOEXEC));
  ASSERT_TRUE(memfd.valid());
  ASSERT_TRUE(WriteAll(memfd.get(), "memfd", std::string(196608, 'x')).has_value());
  ASSERT_EQ(ftruncate(memfd.get(), 1 << 20), 0);
  const HostView host;
  SharedCensus census(host);
  ProcessRow row = Row(getpid());
  census.AddDescriptors(row, NowBoot() + 10s);
  EXPECT_GE(row.fds.value_or(0), 3U);
  EXPECT_FALSE(row.fds_truncated);
  const SharedMemory memory = census.Take();
  const SharedPiece* piece = Named(memory, "census");
  ASSERT_NE(piece, nullptr);
  EXPECT_EQ(piece->kind, "memfd");
  EXPECT_EQ(piece->size, Mebibytes(1));
  EXPECT_EQ(piece->allocated, Kibibytes(192));
  ASSERT_EQ(piece->owners.size(), 1U);
  EXPECT_EQ(piece->owners[0].pid, getpid());
  EXPECT_EQ(piece->owners[0].comm, "eat");
  EXPECT_FALSE(memory.truncated);
}

/// A file that only calls itself like a memfd may lie where its owner decides when we get an
/// answer.
TEST(SharedCensus, AsksNothingOfAFileThatPretendsToBeAMemfd) {
  const FakeHost host;
  const std::string proc = fmt::format("{}/proc/{}", host.path(), FakeHost::kInit);
  host.Write(fmt::format("proc/{}/fdinfo/3", FakeHost::kInit), "mnt_id:\t999999\n");
  host.Write(fmt::format("proc/{}/fd/0", FakeHost::kInit), "");
  ASSERT_EQ(symlink("/memfd:fake (deleted)", (proc + "/fd/3").c_str()), 0);
  const HostView view = host.view();
  SharedCensus census(view);
  ProcessRow row = Row(FakeHost::kInit);
  census.AddDescriptors(row, NowBoot() + 10s);
  EXPECT_EQ(row.fds, 2U);
  EXPECT_TRUE(census.Take().pieces.empty());
}

TEST(SharedCensus, CountsDescriptorsUpToABoundAndSaysSo) {
  const FakeHost host;
  host.Write(fmt::format("proc/{}/fd/0", FakeHost::kInit), "");
  const std::string folder = fmt::format("{}/proc/{}/fd/", host.path(), FakeHost::kInit);
  for (int i = 1; i < 1100; ++i) {  // links are made faster than files
    ASSERT_EQ(link((folder + "0").c_str(), (folder + std::to_string(i)).c_str()), 0);
  }
  const HostView view = host.view();
  SharedCensus census(view);
  ProcessRow row = Row(FakeHost::kInit);
  census.AddDescriptors(row, NowBoot() + 10s);
  EXPECT_EQ(row.fds, 1024U);
  EXPECT_TRUE(row.fds_truncated);
  EXPECT_TRUE(census.Take().truncated);
  SharedCensus late(view);
  ProcessRow unread = Row(FakeHost::kInit);
  late.AddDescriptors(unread, NowBoot() - 1s);
  EXPECT_EQ(unread.fds, std::nullopt) << "not looked at is not none";
  EXPECT_TRUE(late.Take().truncated);
}

TEST(SharedCensus, AddsUpWhatIsMappedByOwner) {
  const auto smaps = ParseSmaps(
                         "10000000-10200000 rw-s 00000000 00:01 32769 /SYSV0000002a (deleted)\n"
                         "Rss: 1024 kB\nVmFlags: rd\n"
                         "20000000-20100000 rw-s 00000000 00:01 1027 /dev/zero (deleted)\n"
                         "Rss: 512 kB\nVmFlags: rd\n"
                         "30000000-30100000 rw-s 00000000 00:01 77 /memfd:m (deleted)\n"
                         "Rss: 64 kB\nVmFlags: rd\n"
                         "40000000-40100000 rw-p 00000000 08:01 5 /usr/lib/x.so (deleted)\n"
                         "Rss: 800 kB\nVmFlags: rd\n"
                         "50000000-50100000 rw-p 00000000 00:00 0 [heap]\n"
                         "Rss: 900 kB\nVmFlags: rd\n")
                         .value();
  const HostView host;
  SharedCensus census(host);
  census.AddMappings(Row(9), smaps);
  census.AddMappings(Row(4), smaps);
  const SharedMemory memory = census.Take();
  ASSERT_EQ(memory.pieces.size(), 3U) << "a deleted library is no shared memory";
  EXPECT_EQ(memory.pieces[0].kind, "sysv");
  EXPECT_EQ(memory.pieces[0].name, "0000002a");
  EXPECT_EQ(memory.pieces[0].size, Mebibytes(2));
  EXPECT_EQ(memory.pieces[0].allocated, Mebibytes(1)) << "of one process, not of both";
  ASSERT_EQ(memory.pieces[0].owners.size(), 2U);
  EXPECT_EQ(memory.pieces[0].owners[0].pid, 4);
  EXPECT_EQ(memory.pieces[0].total_owners, 2U);
  EXPECT_EQ(memory.pieces[1].kind, "anonymous");
  EXPECT_EQ(memory.pieces[2].kind, "memfd");
}

TEST(SharedCensus, TwoFilesOfOneInodeNumberAreTwo) {
  const HostView host;
  SharedCensus census(host);
  const auto mapped = [](const char* name) {
    return ParseSmaps(fmt::format("30000000-30100000 rw-s 00000000 00:01 77 /memfd:{} (deleted)\n"
                                  "Rss: 64 kB\nVmFlags: rd\n",
                                  name))
        .value();
  };
  census.AddMappings(Row(4), mapped("a"));
  census.AddMappings(Row(4), mapped("b"));
  EXPECT_EQ(census.Take().pieces.size(), 2U);
}

}  // namespace
}  // namespace headroom
