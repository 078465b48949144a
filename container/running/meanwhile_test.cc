#include "container/running/meanwhile.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class SinceTheLookTest : public testing::Test {
 protected:
  SinceTheLookTest() {
    const auto cgroup = CgroupDir::Open(host_.view(), FakeHost::kCgroup);
    enrolment_.init = {.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart};
    enrolment_.cgroup = ReadBaseline(*cgroup);
  }
  [[nodiscard]] Meanwhile Since() const { return SinceTheLook(host_.view(), enrolment_); }
  void SetKills(int kills) const {
    host_.Write(std::string("cg") + FakeHost::kCgroup + "/memory.events",
                fmt::format("low 0\nhigh 0\nmax 0\noom 0\noom_kill {}\n", kills));
  }

  FakeHost host_;
  Enrolment enrolment_;
};

TEST_F(SinceTheLookTest, NothingIsWhatMostlyHappens) {
  EXPECT_EQ(Since(), Meanwhile::kNothing);
  host_.SetCgroup(FakeHost::kInit, fmt::format("0::{}/init.scope\n", FakeHost::kCgroup));
  EXPECT_EQ(Since(), Meanwhile::kNothing) << "below is still its own";
}

TEST_F(SinceTheLookTest, AKillIsNoticed) {
  SetKills(1);
  EXPECT_EQ(Since(), Meanwhile::kCounted);
  enrolment_.cgroup.events->oom_kill = 1;
  EXPECT_EQ(Since(), Meanwhile::kNothing) << "it was counted before";
}

TEST_F(SinceTheLookTest, AProcessNumberThatIsAnothersByNowHasEnded) {
  host_.AddProcess(FakeHost::kInit, "other", 1, FakeHost::kInitStart + 1, FakeHost::kCgroup);
  EXPECT_EQ(Since(), Meanwhile::kEnded);
  host_.AddProcess(FakeHost::kInit, "web", 1, FakeHost::kInitStart, FakeHost::kCgroup, 'Z');
  EXPECT_EQ(Since(), Meanwhile::kEnded);
  std::filesystem::remove_all(host_.path() + "/proc/4321");
  EXPECT_EQ(Since(), Meanwhile::kEnded);
}

TEST_F(SinceTheLookTest, ACgroupThatWentAwayIsNoted) {
  enrolment_.cgroup.inode += 1;
  EXPECT_EQ(Since(), Meanwhile::kMoved);
  std::filesystem::remove_all(host_.path() + "/cg" + FakeHost::kCgroup);
  EXPECT_EQ(Since(), Meanwhile::kMoved);
  std::filesystem::remove_all(host_.path() + "/proc/4321");
  EXPECT_EQ(Since(), Meanwhile::kEnded) << "the usual reason";
}

TEST_F(SinceTheLookTest, AnInitThatMovedOutIsNoted) {
  host_.SetCgroup(FakeHost::kInit, "0::/box.slice\n");
  EXPECT_EQ(Since(), Meanwhile::kMoved);
}

TEST_F(SinceTheLookTest, WithoutACgroupTheInitAloneIsAsked) {
  enrolment_.cgroup = {};
  EXPECT_EQ(Since(), Meanwhile::kNothing);
  host_.AddProcess(FakeHost::kInit, "other", 1, 5, FakeHost::kCgroup);
  EXPECT_EQ(Since(), Meanwhile::kEnded);
}

}  // namespace
}  // namespace headroom
