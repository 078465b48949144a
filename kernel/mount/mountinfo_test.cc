#include "kernel/mount/mountinfo.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace headroom {
namespace {

constexpr const char* kText =
    "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n"
    "30 22 0:26 / /dev/shm rw,nosuid,nodev shared:3 master:1 - tmpfs shm rw,size=65536k,inode64\n";

TEST(Mountinfo, ReadsEveryField) {
  const auto mounts = ParseMountinfo(kText).value();
  ASSERT_EQ(mounts.size(), 2U);
  const Mount& shm = mounts[1];
  EXPECT_EQ(shm.id, 30U);
  EXPECT_EQ(shm.parent, 22U);
  EXPECT_EQ(shm.device, makedev(0, 26));
  EXPECT_EQ(shm.root, "/");
  EXPECT_EQ(shm.mount_point, "/dev/shm");
  EXPECT_EQ(shm.mount_options, "rw,nosuid,nodev");
  EXPECT_EQ(shm.type, "tmpfs");
  EXPECT_EQ(shm.source, "shm");
  EXPECT_EQ(shm.super_options, "rw,size=65536k,inode64");
}

TEST(Mountinfo, TakesLinesWithoutOptionalFields) {
  EXPECT_EQ(ParseMountinfo("1 0 0:1 / / ro - rootfs rootfs rw\n").value()[0].type, "rootfs");
}

TEST(Mountinfo, TakesAnEmptySource) {
  const auto mounts = ParseMountinfo("1 0 0:1 / /x rw - tmpfs  rw,size=4k\n").value();
  EXPECT_EQ(mounts[0].source, "");
  EXPECT_EQ(mounts[0].super_options, "rw,size=4k");
}

TEST(Mountinfo, UndoesOctalEscapes) {
  const auto mounts =
      ParseMountinfo("1 0 0:1 /a\\040b /c\\134\\012d\\011 rw - tmpfs \\043x rw\n").value();
  EXPECT_EQ(mounts[0].root, "/a b");
  EXPECT_EQ(mounts[0].mount_point, "/c\\\nd\t");
  EXPECT_EQ(mounts[0].source, "#x");
}

TEST(Mountinfo, LeavesAloneWhatIsNoEscape) {
  const auto mounts = ParseMountinfo("1 0 0:1 /\\9\\04 /\\777\\ rw - t s o\n").value();
  EXPECT_EQ(mounts[0].root, "/\\9\\04");
  EXPECT_EQ(mounts[0].mount_point, "/\\777\\");
}

TEST(Mountinfo, NamesTheLineThatIsMalformed) {
  const std::string good = "1 0 0:1 / / rw - tmpfs x rw\n";
  for (const char* bad : {"\n", "2\n", "2 0 0:1 / / rw tmpfs x rw\n", "2 0 0:1 / / rw -\n",
                          "2 0 0:1 / / rw - tmpfs\n", "2 0 01 / / rw - tmpfs x rw\n",
                          "2 0 0:x / / rw - tmpfs x rw\n", "-2 0 0:1 / / rw - tmpfs x rw\n"}) {
    const auto mounts = ParseMountinfo(fmt::format("{}{}{}", good, bad, good));
    ASSERT_FALSE(mounts.has_value()) << bad;
    EXPECT_EQ(mounts.error().code, ErrorCode::kMalformed);
    EXPECT_EQ(mounts.error().where, "mountinfo:2") << bad;
  }
}

TEST(Mountinfo, OfOneselfHasARoot) {
  const auto mounts = ReadMountinfo(HostView{}, getpid());
  ASSERT_TRUE(mounts.has_value()) << mounts.error().Message();
  EXPECT_NE(FindMount(*mounts, "/"), nullptr);
}

TEST(FindMount, GivesTheOneOnTop) {
  const auto mounts = ParseMountinfo(
                          "1 0 0:1 / /x rw - tmpfs below rw\n2 1 0:2 / /x rw - tmpfs above rw\n"
                          "3 1 0:3 / /x/y rw - tmpfs other rw\n")
                          .value();
  EXPECT_EQ(FindMount(mounts, "/x")->source, "above");
  EXPECT_EQ(FindMount(mounts, "/"), nullptr);
  EXPECT_EQ(FindMount(mounts, "/x/"), nullptr) << "exactly the mount point";
}

std::optional<Limit> SizeOf(const std::string& options, const std::string& type = "tmpfs") {
  Mount mount;
  mount.type = type;
  mount.super_options = options;
  return TmpfsSize(mount);
}

TEST(TmpfsSize, ReadsEveryUnit) {
  EXPECT_EQ(SizeOf("rw,size=65536k"), Limit(Mebibytes(64)));
  EXPECT_EQ(SizeOf("size=64m,rw"), Limit(Mebibytes(64)));
  EXPECT_EQ(SizeOf("size=1G"), Limit(Mebibytes(1024)));
  EXPECT_EQ(SizeOf("size=4096"), Limit(Bytes{4096}));
}

TEST(TmpfsSize, ZeroIsNoLimitAndAbsentIsNotStated) {
  EXPECT_EQ(SizeOf("rw,size=0k"), Limit::Unlimited());
  EXPECT_EQ(SizeOf("rw,inode64"), std::nullopt);
  EXPECT_EQ(SizeOf(""), std::nullopt);
}

TEST(TmpfsSize, SaysNothingOfWhatItDoesNotUnderstand) {
  for (const char* options :
       {"size=", "size=k", "size=50%", "size=-1", "mysize=4k", "size=18446744073709551615k"}) {
    EXPECT_EQ(SizeOf(options), std::nullopt) << options;
  }
  EXPECT_EQ(SizeOf("size=4k", "hugetlbfs"), std::nullopt);
}

}  // namespace
}  // namespace headroom
