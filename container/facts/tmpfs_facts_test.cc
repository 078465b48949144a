#include "container/facts/tmpfs_facts.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

namespace headroom {
namespace {

// As runc 1.1.5 mounts for a container with --tmpfs /tmp and a bind of the host's /run.
constexpr const char* kRuncMounts =
    "107 105 0:35 / /b/rootfs/dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755,inode64\n"
    "109 107 0:37 / /b/rootfs/dev/shm rw,nosuid - tmpfs shm rw,size=65536k,inode64\n"
    "113 105 0:39 / /b/rootfs/tmp rw,nosuid,relatime - tmpfs tmpfs rw,size=1024k,inode64\n"
    "114 105 0:23 / /b/rootfs/hostrun ro master:11 - tmpfs tmpfs rw,size=401516k\n"
    "90 106 0:35 /null /b/rootfs/proc/kcore rw,nosuid - tmpfs tmpfs rw,size=65536k\n"
    "89 106 0:40 / /b/rootfs/proc/acpi ro,relatime - tmpfs tmpfs ro,inode64\n"
    "91 105 0:34 / /b/rootfs/proc rw,relatime - proc proc rw\n";

std::vector<TmpfsFacts> Find(const std::string& mountinfo) {
  return FindTmpfs({.root = "/b/rootfs",
                    .mounts = ParseMountinfo(mountinfo).value(),
                    .host_tmpfs = {Mount{.device = makedev(0, 23)}}});
}

TEST(FindTmpfs, ListsTheContainersOwnButNeitherShmNorTheHosts) {
  const auto found = Find(kRuncMounts);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].destination, "/dev");
  EXPECT_EQ(found[1].destination, "/tmp");
  EXPECT_EQ(found[1].mount_point, "/b/rootfs/tmp");
  EXPECT_EQ(found[1].device, makedev(0, 39));
  EXPECT_EQ(found[1].size, Limit(Mebibytes(1)));
  EXPECT_FALSE(found[1].read_only);
  EXPECT_EQ(found[2].destination, "/proc/acpi");
  EXPECT_TRUE(found[2].read_only);
  EXPECT_EQ(found[2].size, std::nullopt) << "half of RAM";
}

TEST(FindTmpfs, OfOneFileSystemOnlyTheFirstMountCounts) {
  const auto found = Find(
      "1 0 0:39 / /b/rootfs/tmp rw - tmpfs t rw\n2 0 0:39 / /b/rootfs/var/tmp rw - tmpfs t rw\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].destination, "/tmp");
}

TEST(FindTmpfs, AMountUnderAnotherIsOutOfReach) {
  const auto found =
      Find("1 0 0:39 / /b/rootfs/tmp rw - tmpfs t rw\n2 1 0:40 / /b/rootfs/tmp rw - tmpfs t rw\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].device, makedev(0, 40));
}

TEST(FindTmpfs, ARootOnATmpfsIsOneToo) {
  const auto found = Find("1 0 0:39 / /b/rootfs rw - tmpfs t rw,size=0\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].destination, "/");
  EXPECT_EQ(found[0].size, Limit::Unlimited());
}

TEST(FindTmpfs, ASharedShmOnTwoPlacesIsStillShm) {
  EXPECT_TRUE(Find("1 0 0:39 / /b/rootfs/dev/shm rw - tmpfs t rw\n"
                   "2 0 0:39 / /b/rootfs/cache rw - tmpfs t rw\n")
                  .empty());
}

}  // namespace
}  // namespace headroom
