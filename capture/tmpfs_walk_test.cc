#include "capture/tmpfs_walk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/testing/temporary_directory.h"
#include "capture/shm_files.h"
#include "evidence/bundle_bounds.h"
#include "kernel/mount/mountinfo.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

WalkedFiles WalkOf(const TemporaryDirectory& tree) {
  return WalkFiles(tree.fd(), "/scratch", NowBoot() + 10s);
}

TEST(WalkFiles, NamesFilesAsTheContainerSeesThemLargestFirst) {
  const TemporaryDirectory tree;
  tree.Write("small", "x");
  tree.Write("sub/large", std::string(100000, 'x'));
  const auto walked = WalkOf(tree);
  ASSERT_EQ(walked.files.size(), 2U);
  EXPECT_EQ(walked.files[0].path, "/scratch/sub/large");
  EXPECT_EQ(walked.files[0].bytes, Bytes{100000});
  EXPECT_EQ(walked.total, 2U);
  EXPECT_FALSE(walked.truncated);
}

TEST(WalkFiles, FollowsNoLinkAndOpensNoFifo) {
  const TemporaryDirectory outside;
  outside.Write("secret", std::string(5000, 'x'));
  const TemporaryDirectory tree;
  const std::string path = tree.path() + "/";
  ASSERT_EQ(symlink(outside.path().c_str(), (path + "dir").c_str()), 0);
  ASSERT_EQ(symlink((outside.path() + "/secret").c_str(), (path + "file").c_str()), 0);
  ASSERT_EQ(symlink("/proc/self/root", (path + "magic").c_str()), 0);
  ASSERT_EQ(symlink("loop", (path + "loop").c_str()), 0);
  ASSERT_EQ(symlink("..", (path + "up").c_str()), 0);
  ASSERT_EQ(mkfifo((path + "fifo").c_str(), 0600), 0);
  const auto walked = WalkOf(tree);
  EXPECT_TRUE(walked.files.empty());
  EXPECT_FALSE(walked.truncated);
}

TEST(WalkFiles, EndsInDirectoriesThatLieTooDeepAndSaysSo) {
  const TemporaryDirectory tree;
  std::string deep = "d";
  for (int i = 0; i < 30; ++i) deep += "/d";
  tree.Write(deep + "/file", "x");
  const auto walked = WalkOf(tree);
  EXPECT_TRUE(walked.files.empty());
  EXPECT_TRUE(walked.truncated);
}

TEST(WalkFiles, ThousandsOfFilesAreBounded) {
  const TemporaryDirectory tree;
  tree.Write("f", "");
  const std::string file = tree.path() + "/f";  // links are made faster than files
  for (int i = 0; i < 4100; ++i)
    ASSERT_EQ(link(file.c_str(), (file + std::to_string(i)).c_str()), 0);
  const auto walked = WalkOf(tree);
  EXPECT_EQ(walked.total, 4096U);
  EXPECT_EQ(walked.files.size(), 64U);
  EXPECT_TRUE(walked.truncated);
}

/// A table of 32 mounts is to fit into a bundle, whatever a container calls its files.
TEST(WalkFiles, LongNamesAreBoundedAndTheLargestFilesStay) {
  const TemporaryDirectory tree;
  const std::string name(200, '\x01');
  std::string deep;
  for (int i = 0; i < 5; ++i) deep += name + "/";
  for (unsigned i = 0; i < 20; ++i) {
    tree.Write(deep + name + std::to_string(i), std::string(std::size_t{4096} * (i + 1), 'x'));
  }
  const auto walked = WalkOf(tree);
  ASSERT_GE(walked.files.size(), 1U);
  EXPECT_TRUE(walked.files[0].path.ends_with("19"));
  std::size_t bytes = 0;
  for (const ShmFile& file : walked.files) bytes += file.path.size();
  EXPECT_LE(bytes, 8192U);
  EXPECT_GE(walked.files.size(), 5U) << "as many as fit";
  EXPECT_EQ(walked.total, 20U);
  EXPECT_TRUE(walked.truncated);
}

TEST(WalkFiles, TheLongestPathThatThereMayBeIsListedAlone) {
  const TemporaryDirectory tree;
  const std::string name(255, 'n');
  std::string deep = tree.path() + "/";
  for (int i = 0; i < 8; ++i) deep += name + "/";
  std::filesystem::create_directories(deep);
  std::ofstream(deep + name) << "x";
  const auto walked = WalkFiles(tree.fd(), "/" + std::string(4094, 'm'), NowBoot() + 10s);
  ASSERT_EQ(walked.files.size(), 1U);
  EXPECT_FALSE(walked.truncated);
}

TEST(WalkFiles, ATableOfAllThatIsListedFitsIntoABundle) {
  const ShmListing mount{.mount_point = std::string(4095, '\x01'),
                         .size = Limit::Unlimited(),
                         .used = Bytes{~std::uint64_t{0}},
                         .files = std::vector<ShmFile>(64, {.path = std::string(8192 / 64, '\x01'),
                                                            .bytes = Bytes{~std::uint64_t{0}},
                                                            .allocated = Bytes{~std::uint64_t{0}}}),
                         .total_files = 4096,
                         .truncated = true,
                         .of_host = true};
  const std::string text = SerializeTmpfs({.mounts = std::vector(32, mount), .total = 99});
  EXPECT_LE(text.size(), kMaxBundleJsonBytes);
}

TEST(WalkFiles, StopsAtItsDeadline) {
  const TemporaryDirectory tree;
  tree.Write("file", "x");
  const auto walked = WalkFiles(tree.fd(), "/scratch", NowBoot() - 1s);
  EXPECT_TRUE(walked.files.empty());
  EXPECT_TRUE(walked.truncated);
}

TEST(ListTmpfs, RefusesWhatIsNoTmpfs) {
  const int proc = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const UniqueFd owned(proc);
  EXPECT_EQ(ListTmpfs(proc, "/proc/self", NowBoot() + 1s).error().code, ErrorCode::kNotFound);
}

TEST(ListTmpfsMounts, FindsThoseOfThisMachineAndNotDevShm) {
  const auto table = ListTmpfsMounts(HostView{}, getpid(), NowBoot() + 10s);
  ASSERT_TRUE(table.has_value()) << table.error().Message();
  for (const ShmListing& mount : table->mounts) {
    EXPECT_NE(mount.mount_point, "/dev/shm");
    EXPECT_TRUE(mount.used.has_value());
    EXPECT_TRUE(mount.of_host) << "this process has it mounted itself";
  }
  EXPECT_LE(table->mounts.size(), table->total.value());
}

TEST(ListTmpfsMounts, OfAProcessThatHasEndedAreGone) {
  EXPECT_EQ(ListTmpfsMounts(HostView{}, 0x3fffffff, NowBoot() + 1s).error().code, ErrorCode::kGone);
}

TEST(ListShmFiles, IsThatOfTheProcessAndTheHostsOwnIsTold) {
  const auto mounts = ReadMountinfo(HostView{}, getpid());
  ASSERT_TRUE(mounts.has_value());
  const Mount* shm = FindMount(*mounts, "/dev/shm");
  if (shm == nullptr || shm->type != "tmpfs") GTEST_SKIP() << "no tmpfs there";
  const auto listing = ListShmFiles(HostView{}, getpid(), NowBoot() + 10s);
  ASSERT_TRUE(listing.has_value()) << listing.error().Message();
  EXPECT_TRUE(listing->used.has_value());
  EXPECT_TRUE(listing->of_host);
  EXPECT_EQ(ListOwnShm(HostView{}, getpid(), NowBoot() + 10s).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
