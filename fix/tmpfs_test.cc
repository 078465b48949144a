#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fix/testing/tmpfs_fixture.h"

namespace headroom {
namespace {

class FixTmpfsTest : public TmpfsFixture {
 protected:
  FixTmpfsTest() : TmpfsFixture("/run") {}

  static Fix Shm(Bytes size) { return SetTmpfsSize{"/dev/shm", size}; }

  FakeTmpfs& shm_ = Named("/dev/shm");
};

TEST_F(FixTmpfsTest, ResizesAndReadsBack) {
  const FixOutcome outcome = Apply(Shm(Mebibytes(32)));
  EXPECT_TRUE(outcome.fixed()) << outcome.text;
  EXPECT_EQ(outcome.text, "fixed: /dev/shm is now 32 MiB");
  EXPECT_EQ(outcome.before, "67108864");
  EXPECT_EQ(outcome.after, "33554432");
  EXPECT_EQ(facts_.shm->size, Limit(Mebibytes(32)));
}

TEST_F(FixTmpfsTest, ResizesAnyOtherTmpfsOfTheContainersToo) {
  EXPECT_EQ(Apply(SetTmpfsSize{"/run", Mebibytes(8)}).text, "fixed: /run is now 8 MiB");
  EXPECT_EQ(facts_.tmpfs[0].size, Limit(Mebibytes(8)));
  ExpectNotFixed(SetTmpfsSize{"/tmp", Mebibytes(8)}, "no mount of the container's");
}

TEST_F(FixTmpfsTest, IsDoneInModeObserveSinceItIsNoCgroupFile) {
  EXPECT_TRUE(ApplyFix(context_, Mode::kObserve, Shm(Mebibytes(32)), facts_).fixed());
}

TEST_F(FixTmpfsTest, NeverGrowsIt) {
  shm_.size = Mebibytes(16);
  EXPECT_TRUE(Apply(Shm(Mebibytes(32))).already());
  EXPECT_EQ(shm_.resized, 0);
}

TEST_F(FixTmpfsTest, OneThatTheKernelRoundedUpIsNotResizedAgain) {
  context_.resize_tmpfs = [this](int, std::string_view, Bytes size) -> Status {
    ++shm_.resized;
    shm_.size = Bytes{(size.value + 4095) / 4096 * 4096};
    return {};
  };
  EXPECT_TRUE(Apply(Shm(Bytes{5000})).fixed());
  EXPECT_TRUE(Apply(Shm(Bytes{5000})).already());
  EXPECT_EQ(shm_.resized, 1);
}

TEST_F(FixTmpfsTest, OneWithoutAnySizeIsTightened) {
  shm_.size = Bytes{0};  // what statfs says of a tmpfs without a limit
  const FixOutcome outcome = Apply(Shm(Mebibytes(32)));
  EXPECT_TRUE(outcome.fixed());
  EXPECT_EQ(outcome.before, "max");
}

TEST_F(FixTmpfsTest, ZeroWouldTakeTheSizeAwayAndIsRefused) {
  EXPECT_FALSE(Apply(Shm(Bytes{0})).fixed());
  EXPECT_EQ(shm_.resized, 0);
}

TEST_F(FixTmpfsTest, KeepsAMarginOverWhatItHolds) {
  shm_.used = Mebibytes(4);
  ExpectNotFixed(Shm(Bytes{Mebibytes(5).value - 1}), "holds 4 MiB already");
  EXPECT_EQ(shm_.resized, 0);
  EXPECT_TRUE(Apply(Shm(Mebibytes(5))).fixed()) << "a quarter more than it holds";
  shm_.size = Mebibytes(64);
  shm_.used = Bytes{4096};
  ExpectNotFixed(Shm(Kibibytes(67)), "holds 4 KiB already");
  EXPECT_TRUE(Apply(Shm(Kibibytes(68))).fixed()) << "64 KiB more than it holds";
}

TEST_F(FixTmpfsTest, RefusesTheHostsOwn) {
  context_.host_shm = host_.path();
  ExpectNotFixed(Shm(Mebibytes(32)), "the host's own");
  EXPECT_EQ(shm_.resized, 0);
}

TEST_F(FixTmpfsTest, RefusesOneThatTheHostHasMountedToo) {
  struct stat info{};
  ASSERT_EQ(stat(host_.path().c_str(), &info), 0);
  const std::string device = fmt::format("{}:{}", major(info.st_dev), minor(info.st_dev));
  host_.SetMounts(FakeHost::kHook, {FakeHost::RootMount("8:1"),
                                    fmt::format("40 21 {} / /srv/run rw - tmpfs x rw", device)});
  ExpectNotFixed(SetTmpfsSize{"/run", Mebibytes(8)}, "outside of the container, on /srv/run");
  EXPECT_EQ(Named("/run").resized, 0);
  ExpectNotFixed(Shm(Mebibytes(8)), "outside of the container, on /srv/run");
  EXPECT_EQ(shm_.resized, 0);
}

TEST_F(FixTmpfsTest, OfTheHostsMountsOnlyTheOneThatAnEngineMadeForTheContainerMayBeShm) {
  struct stat info{};
  ASSERT_EQ(stat(host_.path().c_str(), &info), 0);
  const auto mount_on_host = [&](const std::string& root, const std::string& at) {
    host_.SetMounts(FakeHost::kHook,
                    {FakeHost::RootMount("8:1"),
                     fmt::format("40 21 {}:{} {} {} rw - tmpfs shm rw", major(info.st_dev),
                                 minor(info.st_dev), root, at)});
  };
  mount_on_host("/web/shm", "/run/web/shm");
  ExpectNotFixed(Shm(Mebibytes(8)), "outside of the container, on /run/web/shm");
  mount_on_host("/", "/overlay-containers/web/userdata/shm");
  EXPECT_TRUE(Apply(Shm(Mebibytes(8))).fixed());
  facts_.shm->bind_mounted = true;
  ExpectNotFixed(Shm(Mebibytes(4)), "not the container's alone");
  EXPECT_EQ(shm_.resized, 1);
}

TEST_F(FixTmpfsTest, RefusesAMountThatIsNotTheJudgedOne) {
  facts_.shm->device += 1;
  ExpectNotFixed(Shm(Mebibytes(32)), "another mount");
  EXPECT_EQ(shm_.resized, 0);
}

TEST_F(FixTmpfsTest, FollowsNoLinkInsideTheContainer) {
  const std::string dev = host_.path() + "/proc/4321/root" + host_.bundle() + "/rootfs/dev";
  ASSERT_EQ(rename((dev + "/shm").c_str(), (dev + "/real").c_str()), 0);
  ASSERT_EQ(symlink("real", (dev + "/shm").c_str()), 0);
  EXPECT_FALSE(Apply(Shm(Mebibytes(32))).fixed());
  EXPECT_EQ(shm_.resized, 0);
}

TEST_F(FixTmpfsTest, TellsWhatTheKernelRefused) {
  context_.resize_tmpfs = [](int, std::string_view where, Bytes) -> Status {
    return SystemError(where, "Too small a size for current use", EINVAL);
  };
  ExpectNotFixed(Shm(Mebibytes(32)), "Too small a size");
}

TEST_F(FixTmpfsTest, AWriteThatDidNotTakeIsNotCalledAFix) {
  context_.resize_tmpfs = [](int, std::string_view, Bytes) -> Status { return {}; };
  const FixOutcome outcome = Apply(Shm(Mebibytes(32)));
  EXPECT_EQ(outcome.text, "not fixed: asked for 32 MiB and read back 64 MiB");
}

TEST_F(FixTmpfsTest, WithoutAMountThereIsNothingToResize) {
  facts_.shm = std::nullopt;
  ExpectNotFixed(Shm(Mebibytes(32)), "no mount");
}

}  // namespace
}  // namespace headroom
