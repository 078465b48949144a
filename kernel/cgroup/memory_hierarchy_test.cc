#include "kernel/cgroup/memory_hierarchy.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

/// As systemd mounts them on a host whose memory controller is on v1, in the order of /proc/mounts.
constexpr const char* kHybrid =
    "tmpfs /sys/fs/cgroup tmpfs ro,nosuid 0 0\n"
    "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,nosuid 0 0\n"
    "cgroup /sys/fs/cgroup/systemd cgroup rw,xattr,name=systemd 0 0\n"
    "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\n"
    "cgroup /sys/fs/cgroup/memory cgroup rw,nosuid,memory 0 0\n";

TEST(MountOfMemoryV1, IsThatOfTheController) {
  EXPECT_EQ(MountOfMemoryV1(kHybrid), "/sys/fs/cgroup/memory");
  EXPECT_EQ(MountOfMemoryV1("cgroup /c/cpuset,memory cgroup rw,cpuset,memory 0 0\n"),
            "/c/cpuset,memory");
}

TEST(MountOfMemoryV1, IsNoOther) {
  EXPECT_EQ(MountOfMemoryV1(""), "");
  EXPECT_EQ(MountOfMemoryV1("cgroup2 /sys/fs/cgroup cgroup2 rw,memory_recursiveprot 0 0\n"), "");
  EXPECT_EQ(MountOfMemoryV1("cgroup /x cgroup rw,name=memory 0 0\n"), "");
  EXPECT_EQ(MountOfMemoryV1("cgroup relative cgroup rw,memory 0 0\n"), "");
  EXPECT_EQ(MountOfMemoryV1("cgroup /a\\040b cgroup rw,memory 0 0\n"), "");
  EXPECT_EQ(MountOfMemoryV1("cgroup /x cgroup"), "");
}

TEST(OnMemoryHierarchy, LeavesTheRootOfV2) {
  const TemporaryDirectory dir;
  dir.Write("cgroup/cgroup.controllers", "cpu memory\n");
  dir.Write("proc/mounts", kHybrid);
  const HostView host{.proc = dir.path() + "/proc", .cgroup_root = dir.path() + "/cgroup"};
  EXPECT_EQ(OnMemoryHierarchy(host).cgroup_root, host.cgroup_root);
}

TEST(OnMemoryHierarchy, GoesWhereTheControllerIsMounted) {
  const TemporaryDirectory dir;
  dir.Write("proc/mounts", kHybrid);
  dir.Write("cgroup/memory/memory.limit_in_bytes", "1\n");
  const HostView host{.proc = dir.path() + "/proc", .cgroup_root = dir.path() + "/cgroup"};
  EXPECT_EQ(OnMemoryHierarchy(host).cgroup_root, "/sys/fs/cgroup/memory");
  dir.Write("proc/mounts", "");
  EXPECT_EQ(OnMemoryHierarchy(host).cgroup_root, host.cgroup_root + "/memory")
      << "no list of mounts, but the usual place";
}

TEST(OnMemoryHierarchy, WithoutAControllerThereIsNowhereToGo) {
  const TemporaryDirectory dir;
  dir.Write("cgroup/cgroup.controllers", "cpu\n");
  dir.Write("proc/mounts", "");
  const HostView host{.proc = dir.path() + "/proc", .cgroup_root = dir.path() + "/cgroup"};
  EXPECT_EQ(OnMemoryHierarchy(host).cgroup_root, host.cgroup_root);
}

}  // namespace
}  // namespace headroom
