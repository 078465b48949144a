#include "container/marks/armed_marks.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/testing/faults.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

constexpr Bytes kOurs{64000000};

class ArmedMarksTest : public testing::Test {
 protected:
  ArmedMarksTest() { SetHigh("64000000\n"); }
  static std::string File() { return std::string("cg") + FakeHost::kCgroup + "/memory.high"; }
  void SetHigh(const std::string& value) const { host_.Write(File(), value); }
  [[nodiscard]] std::string High() const {
    return ReadFileAt(AT_FDCWD, host_.path() + "/" + File(), 100).value();
  }
  [[nodiscard]] bool IsLifted() const { return High().starts_with("max"); }
  [[nodiscard]] CgroupDir Cgroup() const {
    return CgroupDir::Open(host_.view(), FakeHost::kCgroup).value();
  }
  [[nodiscard]] std::string Dir() const { return host_.path() + "/run/armed"; }
  [[nodiscard]] bool AnyMark() const {
    return std::filesystem::exists(Dir()) && !std::filesystem::is_empty(Dir());
  }

  FakeHost host_;
  ArmedMarks marks_{host_.path() + "/run"};
};

TEST_F(ArmedMarksTest, TheMarkedNumberIsLiftedAndItsMarkRemoved) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  EXPECT_TRUE(AnyMark());
  const auto lifted = marks_.LiftAll(host_.view());
  ASSERT_EQ(lifted.wires.size(), 1U);
  EXPECT_EQ(lifted.wires[0].path, FakeHost::kCgroup);
  EXPECT_EQ(lifted.wires[0].high, kOurs);
  EXPECT_TRUE(lifted.errors.empty());
  EXPECT_TRUE(IsLifted());
  EXPECT_FALSE(AnyMark());
}

TEST_F(ArmedMarksTest, WhatStandsIsWhatHoldsTheNumberOfItsMark) {
  EXPECT_TRUE(marks_.Standing(host_.view()).empty()) << "nobody has marked anything yet";
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  const auto standing = marks_.Standing(host_.view());
  ASSERT_EQ(standing.size(), 1U);
  EXPECT_EQ(standing[0].path, FakeHost::kCgroup);
  EXPECT_EQ(standing[0].high, kOurs);
  EXPECT_FALSE(IsLifted());
  EXPECT_TRUE(AnyMark());
}

TEST_F(ArmedMarksTest, AWireThatIsLiftedOrSomebodyElsesDoesNotStand) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  SetHigh("max\n");
  EXPECT_TRUE(marks_.Standing(host_.view()).empty());
  SetHigh("50000000\n");
  EXPECT_TRUE(marks_.Standing(host_.view()).empty());
}

TEST_F(ArmedMarksTest, AMarkOfAnotherCgroupAtThatPathDoesNotStand) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  std::filesystem::rename(Dir() + "/" + std::to_string(Cgroup().inode()), Dir() + "/1");
  EXPECT_TRUE(marks_.Standing(host_.view()).empty());
}

TEST_F(ArmedMarksTest, ItIsLiftedAlsoWhereTheLimitIsAnotherOneByNow) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  host_.Write(std::string("cg") + FakeHost::kCgroup + "/memory.max", "1073741824\n");
  EXPECT_EQ(marks_.LiftAll(host_.view()).wires.size(), 1U);
  EXPECT_TRUE(IsLifted());
}

TEST_F(ArmedMarksTest, AnotherNumberIsSomebodyElsesAndStays) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  SetHigh("50000000\n");
  EXPECT_TRUE(marks_.LiftAll(host_.view()).wires.empty());
  EXPECT_EQ(High(), "50000000\n");
  EXPECT_FALSE(AnyMark());
}

TEST_F(ArmedMarksTest, OurNumberWithoutAMarkStays) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  marks_.Clear(Cgroup());
  EXPECT_TRUE(marks_.LiftAll(host_.view()).wires.empty());
  EXPECT_FALSE(IsLifted());
}

TEST_F(ArmedMarksTest, AnotherCgroupAtThatPathIsLeftAlone) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  const std::string name = std::to_string(Cgroup().inode());
  std::filesystem::rename(Dir() + "/" + name, Dir() + "/1");
  EXPECT_TRUE(marks_.LiftAll(host_.view()).wires.empty());
  EXPECT_FALSE(IsLifted());
  EXPECT_FALSE(AnyMark());
}

TEST_F(ArmedMarksTest, OneThatIsGoneHasItsMarkRemoved) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  std::filesystem::remove_all(host_.path() + "/cg" + FakeHost::kCgroup);
  const auto lifted = marks_.LiftAll(host_.view());
  EXPECT_TRUE(lifted.wires.empty());
  EXPECT_TRUE(lifted.errors.empty());
  EXPECT_FALSE(AnyMark());
}

TEST_F(ArmedMarksTest, AMarkThatWasDamagedLiftsNothing) {
  const std::string name = std::to_string(Cgroup().inode());
  for (const std::string note : {"", "\n", "\nmax", "\n64000000 and more", "\n-64000000"}) {
    host_.Write("run/armed/" + name, FakeHost::kCgroup + note);
    EXPECT_TRUE(marks_.LiftAll(host_.view()).wires.empty()) << note;
    EXPECT_FALSE(IsLifted());
  }
  host_.Write("run/armed/7", "/../../etc\n64000000");
  EXPECT_TRUE(marks_.LiftAll(host_.view()).wires.empty());
}

TEST_F(ArmedMarksTest, WhateverCallFailsAMarkThatIsSaidToBeThereIsThereWhole) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));  // makes the directories
  const CgroupDir cgroup = Cgroup();
  std::size_t failed = 0;
  for (const Fault fault : {Fault::kFails, Fault::kShort}) {
    for (std::size_t at = 0;; ++at) {
      marks_.Clear(cgroup);
      SetHigh("64000000\n");
      Status set;
      const char* struck = nullptr;
      {
        const FaultPlan plan(at, fault, ENOSPC);
        set = marks_.Set(cgroup, kOurs);
        struck = plan.struck();
      }
      if (struck == nullptr) break;
      if (!set) ++failed;
      EXPECT_EQ(marks_.LiftAll(host_.view()).wires.size(), set ? 1U : 0U) << struck;
    }
  }
  EXPECT_GE(failed, 3U) << "opening, writing, renaming";
}

TEST_F(ArmedMarksTest, WhateverCallFailsWhatIsNotLiftedKeepsItsMarkAndIsAnError) {
  std::size_t failed = 0;
  for (std::size_t at = 0;; ++at) {
    SetHigh("64000000\n");
    ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
    ArmedMarks::Lifted lifted;
    const char* struck = nullptr;
    {
      const FaultPlan plan(at, Fault::kFails, ENOMEM);
      lifted = marks_.LiftAll(host_.view());
      struck = plan.struck();
    }
    if (struck == nullptr) break;
    failed += lifted.errors.size();
    EXPECT_EQ(lifted.wires.size(), IsLifted() ? 1U : 0U) << struck;
    if (IsLifted()) continue;
    EXPECT_TRUE(AnyMark()) << struck;
    EXPECT_EQ(lifted.errors.size(), 1U) << struck;
  }
  EXPECT_GE(failed, 5U) << "opening the mark, the cgroup and its file, reading, writing";
}

TEST_F(ArmedMarksTest, AFailureNamesItsFile) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  const FaultPlan plan(0, Fault::kFails, ENOMEM, "pwrite");
  const auto lifted = marks_.LiftAll(host_.view());
  ASSERT_EQ(lifted.errors.size(), 1U);
  EXPECT_EQ(lifted.errors[0].where, std::string(FakeHost::kCgroup) + "/memory.high");
}

TEST_F(ArmedMarksTest, OneThatIsRemovedMeanwhileHasItsMarkRemoved) {
  for (const char* call : {"pread", "pwrite"}) {
    ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
    const FaultPlan plan(0, Fault::kFails, ENODEV, call);
    const auto lifted = marks_.LiftAll(host_.view());
    EXPECT_STREQ(plan.struck(), call);
    EXPECT_TRUE(lifted.wires.empty()) << call;
    EXPECT_TRUE(lifted.errors.empty()) << call;
    EXPECT_FALSE(AnyMark()) << call;
  }
}

TEST_F(ArmedMarksTest, WithoutTheTreeOfCgroupsNoneOfThemIsTakenForGone) {
  ASSERT_TRUE(marks_.Set(Cgroup(), kOurs));
  HostView elsewhere = host_.view();
  elsewhere.cgroup_root += "-not-mounted";
  EXPECT_EQ(marks_.LiftAll(elsewhere).errors.size(), 1U);
  EXPECT_TRUE(AnyMark());
}

TEST_F(ArmedMarksTest, WithoutRoomForMarksThereIsAnError) {
  host_.Write("run/armed", "a file");
  EXPECT_FALSE(marks_.Set(Cgroup(), kOurs));
}

}  // namespace
}  // namespace headroom
