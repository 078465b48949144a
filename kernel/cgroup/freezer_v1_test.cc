#include "kernel/cgroup/freezer_v1.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

constexpr const char* kLines =
    "9:pids:/box\n"
    "7:freezer:/box/web\n"
    "5:memory:/memory\n"
    "1:name=systemd:/freezer\n"
    "0::/unified\n";

TEST(FreezerPathV1, IsThatOfTheLineOfTheController) {
  EXPECT_EQ(FreezerPathV1(kLines), "/box/web");
  EXPECT_EQ(FreezerPathV1("3:devices,freezer:/a:b\n"), "/a:b");
}

TEST(FreezerPathV1, IsNoOther) {
  for (const char* lines : {"", "0::/freezer\n", "1:name=freezer:/a\n", "7:freezer:relative\n",
                            "7:freezer", "freezer", "7:freezers:/a\n"}) {
    EXPECT_EQ(FreezerPathV1(lines), "") << lines;
  }
}

class FrozenV1 : public testing::Test {
 protected:
  FrozenV1() {
    dir_.Write("proc/7/cgroup", kLines);
    dir_.Write("proc/mounts", "cgroup " + dir_.path() + "/freezer cgroup rw,freezer 0 0\n");
  }
  void SetState(const std::string& state) const {
    dir_.Write("freezer/box/web/freezer.state", state);
  }
  HostView host() const { return {.proc = dir_.path() + "/proc", .cgroup_root = dir_.path()}; }

  TemporaryDirectory dir_;
};

TEST_F(FrozenV1, IsWhatItsStateSays) {
  SetState("FROZEN\n");
  EXPECT_TRUE(IsFrozenV1(host(), 7));
  for (const char* state : {"THAWED\n", "FREEZING\n", ""}) {
    SetState(state);
    EXPECT_FALSE(IsFrozenV1(host(), 7)) << state;
  }
}

TEST_F(FrozenV1, IsFalseWhereNothingTells) {
  EXPECT_FALSE(IsFrozenV1(host(), 7)) << "no freezer.state";
  SetState("FROZEN\n");
  EXPECT_FALSE(IsFrozenV1(host(), 8)) << "no such process";
  dir_.Write("proc/mounts", "");
  EXPECT_FALSE(IsFrozenV1(host(), 7)) << "no such hierarchy";
}

}  // namespace
}  // namespace headroom
