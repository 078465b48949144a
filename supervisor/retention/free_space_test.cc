#include "supervisor/retention/free_space.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

TEST(FreeSpace, TheFloorIsATwentiethOfASmallFileSystem) {
  EXPECT_EQ(FreeSpaceFloor(Mebibytes(1000)), Mebibytes(50));
  EXPECT_EQ(FreeSpaceFloor(Mebibytes(5120)), Mebibytes(256));
  EXPECT_EQ(FreeSpaceFloor(Mebibytes(1U << 20U)), Mebibytes(256));
}

TEST(FreeSpace, IsMissingBelowTheFloorAlone) {
  EXPECT_EQ(MissingSpace({.size = Mebibytes(1000), .available = Mebibytes(40)}), Mebibytes(10));
  EXPECT_EQ(MissingSpace({.size = Mebibytes(1000), .available = Mebibytes(50)}), Bytes{});
  EXPECT_EQ(MissingSpace({.size = Mebibytes(1000), .available = Mebibytes(900)}), Bytes{});
}

TEST(FreeSpace, OfFilesATwentiethIsTheFloorTooOfAsManyAsFitIntoTheOther) {
  EXPECT_EQ(FreeFilesFloor(1000), 50U);
  EXPECT_EQ(FreeFilesFloor(327680), 16384U);
  EXPECT_EQ(FreeFilesFloor(std::uint64_t{1} << 40U), 16384U);
}

TEST(FreeSpace, FilesAreMissingBelowTheFloorAlone) {
  const auto missing = [](std::uint64_t files, std::uint64_t available) {
    return MissingFiles({.files = files, .available_files = available});
  };
  EXPECT_EQ(missing(1000, 49), 1U);
  EXPECT_EQ(missing(1000, 50), 0U);
  EXPECT_EQ(missing(1000, 999), 0U);
  EXPECT_EQ(missing(0, 0), 0U) << "a file system that has no such number, as btrfs";
}

TEST(FreeSpace, IsReadOfADirectory) {
  const TemporaryDirectory dir;
  const auto space = FreeSpaceAt(dir.path());
  ASSERT_TRUE(space) << space.error().Message();
  EXPECT_GT(space->size, Bytes{});
  EXPECT_LE(space->available, space->size);
  EXPECT_LE(space->available_files, space->files);
  EXPECT_EQ(FreeSpaceAt(dir.path() + "/none").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
