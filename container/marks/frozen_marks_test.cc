#include "container/marks/frozen_marks.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/testing/faults.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class FrozenMarksTest : public testing::Test {
 protected:
  FrozenMarksTest() {
    Set("1\n");
    host_.Write(File("cgroup.events"), "populated 1\nfrozen 1\n");
  }
  static std::string File(const std::string& name) {
    return std::string("cg") + FakeHost::kCgroup + "/" + name;
  }
  void Set(const std::string& value) const { host_.Write(File("cgroup.freeze"), value); }
  [[nodiscard]] std::string Wanted() const {
    return ReadFileAt(AT_FDCWD, host_.path() + "/" + File("cgroup.freeze"), 100).value();
  }
  [[nodiscard]] CgroupDir Cgroup() const {
    return CgroupDir::Open(host_.view(), FakeHost::kCgroup).value();
  }
  [[nodiscard]] std::string Dir() const { return host_.path() + "/run/frozen"; }
  [[nodiscard]] bool AnyMark() const {
    return std::filesystem::exists(Dir()) && !std::filesystem::is_empty(Dir());
  }

  FakeHost host_;
  FrozenMarks marks_{host_.path() + "/run"};
};

TEST_F(FrozenMarksTest, WhatIsMarkedIsThawedAndItsMarkRemoved) {
  ASSERT_TRUE(marks_.Set(Cgroup()));
  EXPECT_TRUE(AnyMark());
  const auto thawed = marks_.ThawAll(host_.view());
  EXPECT_EQ(thawed.paths, std::vector<std::string>{FakeHost::kCgroup});
  EXPECT_TRUE(thawed.errors.empty());
  EXPECT_EQ(Wanted(), "0\n");
  EXPECT_FALSE(AnyMark());
}

TEST_F(FrozenMarksTest, WhatSomebodyElseFrozeIsNotThawed) {
  EXPECT_TRUE(marks_.ThawAll(host_.view()).paths.empty());
  EXPECT_EQ(Wanted(), "1\n");
  ASSERT_TRUE(marks_.Set(Cgroup()));
  marks_.Clear(Cgroup());
  EXPECT_TRUE(marks_.ThawAll(host_.view()).paths.empty());
  EXPECT_EQ(Wanted(), "1\n");
}

TEST_F(FrozenMarksTest, OneThatRunsOnHasItsMarkRemovedAlone) {
  ASSERT_TRUE(marks_.Set(Cgroup()));
  Set("0\n");
  EXPECT_TRUE(marks_.ThawAll(host_.view()).paths.empty());
  EXPECT_FALSE(AnyMark());
}

TEST_F(FrozenMarksTest, AnotherCgroupAtThatPathIsNotThawed) {
  ASSERT_TRUE(marks_.Set(Cgroup()));
  const std::string name = std::to_string(Cgroup().inode());
  std::filesystem::rename(Dir() + "/" + name, Dir() + "/1");
  EXPECT_TRUE(marks_.ThawAll(host_.view()).paths.empty());
  EXPECT_EQ(Wanted(), "1\n");
  EXPECT_FALSE(AnyMark());
}

TEST_F(FrozenMarksTest, OneThatIsGoneHasItsMarkRemoved) {
  ASSERT_TRUE(marks_.Set(Cgroup()));
  std::filesystem::remove_all(host_.path() + "/cg" + FakeHost::kCgroup);
  const auto thawed = marks_.ThawAll(host_.view());
  EXPECT_TRUE(thawed.paths.empty());
  EXPECT_TRUE(thawed.errors.empty());
  EXPECT_FALSE(AnyMark());
}

TEST_F(FrozenMarksTest, WhateverCallFailsWhatIsNotThawedKeepsItsMarkAndIsAnError) {
  std::size_t failed = 0;
  for (std::size_t at = 0;; ++at) {
    Set("1\n");
    ASSERT_TRUE(marks_.Set(Cgroup()));
    FrozenMarks::Thawed thawed;
    const char* struck = nullptr;
    {
      const FaultPlan plan(at, Fault::kFails, ENOMEM);
      thawed = marks_.ThawAll(host_.view());
      struck = plan.struck();
    }
    if (struck == nullptr) break;
    failed += thawed.errors.size();
    if (Wanted() == "0\n") continue;
    EXPECT_TRUE(AnyMark()) << struck;
    EXPECT_EQ(thawed.errors.size(), 1U) << struck;
  }
  EXPECT_GE(failed, 5U) << "opening the mark, the cgroup and its files, reading, writing";
}

TEST_F(FrozenMarksTest, OneThatIsRemovedMeanwhileHasItsMarkRemoved) {
  for (const char* call : {"pread", "pwrite"}) {
    ASSERT_TRUE(marks_.Set(Cgroup()));
    const FaultPlan plan(0, Fault::kFails, ENODEV, call);
    const auto thawed = marks_.ThawAll(host_.view());
    EXPECT_STREQ(plan.struck(), call);
    EXPECT_TRUE(thawed.paths.empty()) << call;
    EXPECT_TRUE(thawed.errors.empty()) << call;
    EXPECT_FALSE(AnyMark()) << call;
  }
}

TEST_F(FrozenMarksTest, AMarkThatLeadsElsewhereIsNotFollowed) {
  host_.Write("run/frozen/7", "/../../etc");
  EXPECT_TRUE(marks_.ThawAll(host_.view()).paths.empty());
}

TEST_F(FrozenMarksTest, WithoutARoomForMarksThereIsAnError) {
  host_.Write("run/frozen", "a file");
  EXPECT_FALSE(marks_.Set(Cgroup()));
}

}  // namespace
}  // namespace headroom
