#include "fix/fix.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class FixTest : public testing::Test {
 protected:
  FixTest() {
    const OciConfig config = FakeHost::config();
    facts_ = CollectFacts(host_.surroundings(), host_.state(), &config).value();
    context_.host = host_.view();
    context_.host_shm = host_.path() + "/host-shm";
  }

  std::string MemoryMax() {
    return ReadFileAt(AT_FDCWD, host_.path() + "/cg" + FakeHost::kCgroup + "/memory.max", 100)
        .value_or("");
  }
  void SetMemoryMax(const std::string& text) {
    host_.Write(std::string("cg") + FakeHost::kCgroup + "/memory.max", text + "\n");
  }
  [[nodiscard]] FixOutcome Apply(Fix fix, Mode mode = Mode::kTripwire) {
    Finding finding;
    finding.action = Action::kFix;
    finding.fixes = {std::move(fix)};
    return ApplyFix(context_, mode, finding, facts_);
  }

  FakeHost host_;
  ContainerFacts facts_;
  FixContext context_;
};

TEST_F(FixTest, SetsMemoryMaxAndReadsItBack) {
  SetMemoryMax("max");
  const FixOutcome outcome = Apply(headroom::SetMemoryMax{Mebibytes(32)});
  EXPECT_TRUE(outcome.fixed);
  EXPECT_EQ(outcome.text, "fixed: memory.max is now 32 MiB");
  EXPECT_EQ(MemoryMax(), "33554432");
  EXPECT_EQ(facts_.cgroup.limits.max, Limit(Mebibytes(32))) << "the record tells what is true now";
}

TEST_F(FixTest, NeverLoosens) {
  for (const Bytes value : {Mebibytes(64), Mebibytes(128)}) {
    const FixOutcome outcome = Apply(headroom::SetMemoryMax{value});
    EXPECT_FALSE(outcome.fixed);
    EXPECT_NE(outcome.text.find("already 64 MiB"), std::string::npos) << outcome.text;
  }
  EXPECT_EQ(MemoryMax(), "67108864\n");
}

TEST_F(FixTest, SetsNoLimitBelowWhatIsInUse) {
  const FixOutcome outcome = Apply(headroom::SetMemoryMax{Bytes{Mebibytes(1).value - 1}});
  EXPECT_FALSE(outcome.fixed);
  EXPECT_EQ(MemoryMax(), "67108864\n");
  EXPECT_TRUE(Apply(headroom::SetMemoryMax{Mebibytes(1)}).fixed) << "exactly that much is left";
}

TEST_F(FixTest, WritesNothingInModeObserve) {
  for (const Fix& fix :
       {Fix(headroom::SetMemoryMax{Mebibytes(32)}), Fix(SetTmpfsSize{"/dev/shm", Mebibytes(1)})}) {
    const FixOutcome outcome = Apply(fix, Mode::kObserve);
    EXPECT_FALSE(outcome.fixed);
    EXPECT_NE(outcome.text.find("mode is observe"), std::string::npos);
  }
  EXPECT_EQ(MemoryMax(), "67108864\n");
}

TEST_F(FixTest, WritesNothingIntoACgroupThatIsNotOnlyTheContainers) {
  facts_.own_cgroup = false;
  facts_.not_own_reason = "its cgroup is also that of the engine (process 5)";
  const FixOutcome outcome = Apply(headroom::SetMemoryMax{Mebibytes(32)});
  EXPECT_FALSE(outcome.fixed);
  EXPECT_NE(outcome.text.find("also that of the engine"), std::string::npos) << outcome.text;
  EXPECT_EQ(MemoryMax(), "67108864\n");
}

TEST_F(FixTest, WritesNothingIntoACgroupThatTookTheName) {
  facts_.cgroup.inode += 1;
  EXPECT_FALSE(Apply(headroom::SetMemoryMax{Mebibytes(32)}).fixed);
  EXPECT_EQ(MemoryMax(), "67108864\n");
}

TEST_F(FixTest, ACgroupThatIsGoneIsNotFixed) {
  facts_.cgroup.path = "/not/there";
  EXPECT_TRUE(Apply(headroom::SetMemoryMax{Mebibytes(32)}).text.starts_with("not fixed: "));
}

TEST_F(FixTest, SaysWhyThereIsNothingToFixWith) {
  Finding finding;
  finding.no_fix_reason = "memory.high is written by the supervisor alone";
  EXPECT_EQ(ApplyFix(context_, Mode::kTripwire, finding, facts_).text,
            "not fixed: memory.high is written by the supervisor alone");
}

/// A directory stands in for the container's tmpfs, two functions for the kernel's.
class FixShmTest : public FixTest {
 protected:
  FixShmTest() {
    host_.Write("proc/4321/root" + host_.bundle() + "/rootfs/dev/shm/x", "");
    struct stat info{};
    EXPECT_EQ(stat(host_.path().c_str(), &info), 0);
    facts_.shm->device = info.st_dev;
    context_.host_shm = "/proc";  // of another device
    context_.filesystem_use = [this](const std::string&) -> Result<FilesystemUse> {
      return FilesystemUse{.size = size_, .used = Bytes{0}};
    };
    context_.resize_tmpfs = [this](int, std::string_view, Bytes size) -> Status {
      ++resized_;
      size_ = size;
      return {};
    };
  }

  Bytes size_ = Mebibytes(64);
  int resized_ = 0;
};

TEST_F(FixShmTest, ResizesAndReadsBack) {
  const FixOutcome outcome = Apply(SetTmpfsSize{"/dev/shm", Mebibytes(32)});
  EXPECT_TRUE(outcome.fixed) << outcome.text;
  EXPECT_EQ(outcome.text, "fixed: /dev/shm is now 32 MiB");
  EXPECT_EQ(facts_.shm->size, Limit(Mebibytes(32)));
}

TEST_F(FixShmTest, NeverGrowsIt) {
  size_ = Mebibytes(16);
  const FixOutcome outcome = Apply(SetTmpfsSize{"/dev/shm", Mebibytes(32)});
  EXPECT_FALSE(outcome.fixed);
  EXPECT_EQ(resized_, 0);
}

TEST_F(FixShmTest, OneWithoutAnySizeIsTightened) {
  size_ = Bytes{0};  // what statfs says of a tmpfs without a limit
  EXPECT_TRUE(Apply(SetTmpfsSize{"/dev/shm", Mebibytes(32)}).fixed);
}

TEST_F(FixShmTest, RefusesTheHostsOwn) {
  context_.host_shm = host_.path();
  const FixOutcome outcome = Apply(SetTmpfsSize{"/dev/shm", Mebibytes(32)});
  EXPECT_FALSE(outcome.fixed);
  EXPECT_NE(outcome.text.find("the host's own"), std::string::npos) << outcome.text;
  EXPECT_EQ(resized_, 0);
}

TEST_F(FixShmTest, RefusesAMountThatIsNotTheJudgedOne) {
  facts_.shm->device += 1;
  EXPECT_FALSE(Apply(SetTmpfsSize{"/dev/shm", Mebibytes(32)}).fixed);
  EXPECT_EQ(resized_, 0);
}

TEST_F(FixShmTest, FollowsNoLinkInsideTheContainer) {
  const std::string dev = host_.path() + "/proc/4321/root" + host_.bundle() + "/rootfs/dev";
  ASSERT_EQ(rename((dev + "/shm").c_str(), (dev + "/real").c_str()), 0);
  ASSERT_EQ(symlink("real", (dev + "/shm").c_str()), 0);
  EXPECT_FALSE(Apply(SetTmpfsSize{"/dev/shm", Mebibytes(32)}).fixed);
  EXPECT_EQ(resized_, 0);
}

TEST_F(FixShmTest, TellsWhatTheKernelRefused) {
  context_.resize_tmpfs = [](int, std::string_view where, Bytes) -> Status {
    return SystemError(where, "Too small a size for current use", EINVAL);
  };
  const FixOutcome outcome = Apply(SetTmpfsSize{"/dev/shm", Mebibytes(32)});
  EXPECT_FALSE(outcome.fixed);
  EXPECT_NE(outcome.text.find("Too small a size"), std::string::npos);
}

TEST_F(FixShmTest, AWriteThatDidNotTakeIsNotCalledAFix) {
  context_.resize_tmpfs = [](int, std::string_view, Bytes) -> Status { return {}; };
  const FixOutcome outcome = Apply(SetTmpfsSize{"/dev/shm", Mebibytes(32)});
  EXPECT_FALSE(outcome.fixed);
  EXPECT_EQ(outcome.text, "not fixed: asked for 32 MiB and read back 64 MiB");
}

TEST_F(FixShmTest, WithoutAMountThereIsNothingToResize) {
  facts_.shm = std::nullopt;
  EXPECT_FALSE(Apply(SetTmpfsSize{"/dev/shm", Mebibytes(32)}).fixed);
}

}  // namespace
}  // namespace headroom
