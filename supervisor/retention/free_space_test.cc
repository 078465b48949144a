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

TEST(FreeSpace, IsReadOfADirectory) {
  const TemporaryDirectory dir;
  const auto space = FreeSpaceAt(dir.path());
  ASSERT_TRUE(space) << space.error().Message();
  EXPECT_GT(space->size, Bytes{});
  EXPECT_LE(space->available, space->size);
  EXPECT_EQ(FreeSpaceAt(dir.path() + "/none").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
