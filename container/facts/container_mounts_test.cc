#include "container/facts/container_mounts.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include <filesystem>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class ContainerMountsTest : public testing::Test {
 protected:
  [[nodiscard]] std::optional<ContainerMounts> Read(const std::string& rootfs) const {
    return ReadContainerMounts(host_.view(), FakeHost::kInit, FakeHost::kHook, rootfs);
  }
  [[nodiscard]] std::string rootfs() const { return host_.bundle() + "/rootfs"; }
  FakeHost host_;
};

TEST_F(ContainerMountsTest, BeforeThePivotTheContainersLieBelowItsRootfs) {
  host_.SetMounts(FakeHost::kInit,
                  {FakeHost::RootMount("8:1"), "22 21 0:23 / /run rw - tmpfs tmpfs rw",
                   fmt::format("23 21 0:40 / {}2/tmp rw - tmpfs tmpfs rw", rootfs()),
                   fmt::format("24 21 0:39 / {}/tmp rw - tmpfs tmpfs rw", rootfs())});
  const auto mounts = Read(rootfs());
  ASSERT_TRUE(mounts);
  ASSERT_EQ(mounts->mounts.size(), 1U) << "a name that only begins alike is the host's";
  EXPECT_EQ(mounts->DestinationOf(mounts->mounts[0]), "/tmp");
  EXPECT_EQ(mounts->At("/tmp"), &mounts->mounts[0]);
  EXPECT_EQ(mounts->At("/run"), nullptr);
  EXPECT_TRUE(mounts->IsHosts(makedev(0, 23)));
  EXPECT_TRUE(mounts->IsHosts(makedev(0, 40)));
  EXPECT_FALSE(mounts->IsHosts(makedev(0, 39)));
}

TEST_F(ContainerMountsTest, ARootfsThroughASymbolicLinkIsFound) {
  host_.Write("real/rootfs/x", "");
  std::filesystem::create_directory_symlink(host_.path() + "/real", host_.path() + "/link");
  const std::string real = std::filesystem::canonical(host_.path() + "/real/rootfs");
  host_.SetMounts(FakeHost::kInit, {FakeHost::RootMount("8:1"),
                                    fmt::format("24 21 0:39 / {}/tmp rw - tmpfs t rw", real)});
  const auto mounts = Read(host_.path() + "/link/rootfs");
  ASSERT_TRUE(mounts);
  EXPECT_NE(mounts->At("/tmp"), nullptr);
}

TEST_F(ContainerMountsTest, AfterThePivotAllAreTheContainersAndTheHostsAreOurs) {
  host_.SetMounts(FakeHost::kInit,
                  {FakeHost::RootMount("0:99"), "30 21 0:39 / /tmp rw - tmpfs tmpfs rw",
                   "31 21 0:23 / /hostrun rw - tmpfs tmpfs rw"});
  host_.SetMounts(FakeHost::kHook,
                  {FakeHost::RootMount("8:1"), "22 21 0:23 / /run rw - tmpfs tmpfs rw"});
  const auto mounts = Read(rootfs());
  ASSERT_TRUE(mounts);
  EXPECT_EQ(mounts->root, "");
  EXPECT_NE(mounts->At("/tmp"), nullptr);
  EXPECT_TRUE(mounts->IsHosts(mounts->At("/hostrun")->device));
  EXPECT_FALSE(mounts->IsHosts(mounts->At("/tmp")->device));
}

TEST_F(ContainerMountsTest, TheHostsOwnRootIsNobodysContainer) {
  host_.SetMounts(FakeHost::kInit,
                  {FakeHost::RootMount("8:1"), "22 21 0:23 / /run rw - tmpfs tmpfs rw"});
  EXPECT_FALSE(Read(rootfs()));
  EXPECT_FALSE(Read(""));
  host_.SetMounts(FakeHost::kInit, {"broken"});
  EXPECT_FALSE(Read(rootfs()));
}

TEST(RootfsPath, ComesFromTheStateOrTheConfigAndStartsAtTheBundle) {
  OciState state;
  state.bundle = "/b/";
  OciConfig config;
  config.root_path = "./rootfs//x/";
  EXPECT_EQ(RootfsPath(state, &config), "/b/rootfs/x");
  state.root = "/abs/root";
  EXPECT_EQ(RootfsPath(state, &config), "/abs/root");
  EXPECT_EQ(RootfsPath(OciState{}, &config), "") << "relative to nothing known";
  EXPECT_EQ(RootfsPath(OciState{}, nullptr), "");
}

}  // namespace
}  // namespace headroom
