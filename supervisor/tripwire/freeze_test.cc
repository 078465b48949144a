#include "supervisor/tripwire/freeze.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "base/file.h"
#include "base/testing/faults.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Plain files in place of the kernel's: what stands in cgroup.freeze is what was asked for.
class FreezeTest : public testing::Test {
 protected:
  FreezeTest() {
    Set("cgroup.freeze", "0\n");
    Set("cgroup.events", "populated 1\nfrozen 0\n");
  }
  static std::string File(const std::string& name) {
    return std::string("cg") + FakeHost::kCgroup + "/" + name;
  }
  void Set(const std::string& name, const std::string& text) const {
    host_.Write(File(name), text);
  }
  /// As another program does it: into the same file.
  void SomebodyWrites(const std::string& value) const {
    const UniqueFd file =
        OpenAt(AT_FDCWD, host_.path() + "/" + File("cgroup.freeze"), O_WRONLY).value();
    ASSERT_TRUE(WriteAll(file.get(), "cgroup.freeze", value));
  }
  [[nodiscard]] std::string Wanted() const {
    return ReadFileAt(AT_FDCWD, host_.path() + "/" + File("cgroup.freeze"), 100).value();
  }
  [[nodiscard]] std::shared_ptr<Freeze> Prepare() const {
    return Freeze::Prepare(host_.view(), CgroupDir::Open(host_.view(), FakeHost::kCgroup).value())
        .value();
  }

  FakeHost host_;
};

TEST_F(FreezeTest, StandsStillFromItsBeginToItsEnd) {
  const auto freeze = Prepare();
  EXPECT_EQ(Wanted(), "0\n");
  freeze->Begin();
  EXPECT_EQ(Wanted(), "1\n");
  EXPECT_EQ(freeze->why_not(), "");
  EXPECT_FALSE(freeze->frozen_for());
  freeze->End();
  EXPECT_EQ(Wanted(), "0\n");
  EXPECT_TRUE(freeze->frozen_for());
}

TEST_F(FreezeTest, OneThatSomebodyElseHasFrozenIsLeftAsItIs) {
  Set("cgroup.freeze", "1\n");
  const auto freeze = Prepare();
  freeze->Begin();
  EXPECT_EQ(freeze->why_not(), "somebody else has frozen it");
  freeze->End();
  EXPECT_EQ(Wanted(), "1\n");
  EXPECT_FALSE(freeze->frozen_for());
}

TEST_F(FreezeTest, OneBelowAFrozenCgroupIsLeftAsItIs) {
  Set("cgroup.events", "populated 1\nfrozen 1\n");
  const auto freeze = Prepare();
  freeze->Begin();
  EXPECT_EQ(freeze->why_not(), "a cgroup above it is frozen");
  EXPECT_EQ(Wanted(), "0\n");
}

TEST_F(FreezeTest, OneThatIsTracedIsLeftAsItIs) {
  host_.Write(fmt::format("proc/{}/status", FakeHost::kInit), "Name:\tweb\nTracerPid:\t77\n");
  const auto freeze = Prepare();
  freeze->Begin();
  EXPECT_NE(freeze->why_not().find("traced"), std::string::npos);
  EXPECT_EQ(Wanted(), "0\n");
}

TEST_F(FreezeTest, OneThatSomebodyFreezesMeanwhileIsTheirs) {
  const auto freeze = Prepare();
  freeze->Begin();
  SomebodyWrites("1");
  freeze->End();
  EXPECT_EQ(Wanted(), "1\n");
}

TEST_F(FreezeTest, OneThatSomebodyThawsMeanwhileIsNotTouchedAgain) {
  const auto freeze = Prepare();
  freeze->Begin();
  SomebodyWrites("0");
  SomebodyWrites("1");
  freeze->End();
  EXPECT_EQ(Wanted(), "1\n") << "the last word is somebody else's";
}

TEST_F(FreezeTest, WhatEndsBeforeItBeganNeverBegins) {
  const auto freeze = Prepare();
  freeze->End();
  freeze->Begin();
  EXPECT_EQ(Wanted(), "0\n");
  EXPECT_NE(freeze->why_not(), "");
}

TEST_F(FreezeTest, TellsOfItsEndOnceAlsoWhereItIsSomebodyElsesOrNeverBegan) {
  int told = 0;
  const auto freeze = Prepare();
  freeze->OnEnd([&told] { ++told; });
  freeze->Begin();
  EXPECT_EQ(told, 0);
  SomebodyWrites("1");
  freeze->End();
  freeze->End();
  EXPECT_EQ(told, 1);
  const auto never = Prepare();
  never->OnEnd([&told] { ++told; });
  never->End();
  EXPECT_EQ(told, 2);
}

/// What the guardian has of it.
bool HasEvent(const Freeze& freeze) {
  pollfd ready{.fd = freeze.changes_by_others(), .events = POLLIN, .revents = 0};
  return poll(&ready, 1, 0) == 1;
}

TEST_F(FreezeTest, TheGuardianSeesEveryWriteBehindOursAndNotOurs) {
  const auto freeze = Prepare();
  SomebodyWrites("0");
  freeze->Begin();
  EXPECT_FALSE(HasEvent(*freeze)) << "it has to thaw what was ours";
  SomebodyWrites("1");
  EXPECT_TRUE(HasEvent(*freeze));
}

TEST_F(FreezeTest, TheGuardianSeesThatWeHaveThawed) {
  const auto freeze = Prepare();
  freeze->Begin();
  freeze->End();
  EXPECT_TRUE(HasEvent(*freeze));
}

TEST_F(FreezeTest, AThawThatFailedIsNoWriteOfSomebodyElse) {
  const auto freeze = Prepare();
  freeze->Begin();
  {
    const FaultPlan refused(0, Fault::kAllFail, EIO, "pwrite");
    freeze->End();
  }
  EXPECT_FALSE(HasEvent(*freeze));
}

TEST_F(FreezeTest, EndsOnce) {
  const auto freeze = Prepare();
  freeze->Begin();
  freeze->End();
  SomebodyWrites("1");
  freeze->End();
  EXPECT_EQ(Wanted(), "1\n");
}

TEST_F(FreezeTest, OneThatCannotBeThawedIsNotTakenForThawedAndIsTriedAgain) {
  int told = 0;
  const auto freeze = Prepare();
  freeze->OnEnd([&told] { ++told; });
  freeze->Begin();
  {
    const FaultPlan refused(0, Fault::kAllFail, EIO, "pwrite");
    freeze->End();
    EXPECT_STREQ(refused.struck(), "pwrite");
  }
  EXPECT_EQ(Wanted(), "1\n");
  EXPECT_EQ(told, 0) << "the guardian would forget it";
  EXPECT_TRUE(freeze->cannot_thaw());
  EXPECT_FALSE(freeze->frozen_for()) << "it still is";
  freeze->End();
  EXPECT_EQ(Wanted(), "0\n");
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(freeze->cannot_thaw());
  EXPECT_TRUE(freeze->frozen_for());
}

TEST_F(FreezeTest, OneWhoseStateCannotBeReadEitherIsNotTakenForThawed) {
  const auto freeze = Prepare();
  freeze->Begin();
  {
    const FaultPlan refused(0, Fault::kAllFail, EIO);
    freeze->End();
  }
  EXPECT_TRUE(freeze->cannot_thaw());
  freeze->End();
  EXPECT_EQ(Wanted(), "0\n");
}

TEST_F(FreezeTest, OneThatSomebodyElseThawsAfterWeFailedIsTheirs) {
  int told = 0;
  const auto freeze = Prepare();
  freeze->OnEnd([&told] { ++told; });
  freeze->Begin();
  {
    const FaultPlan refused(0, Fault::kAllFail, EIO, "pwrite");
    freeze->End();
  }
  SomebodyWrites("0");  // the guardian
  SomebodyWrites("1");  // an engine's pause
  freeze->End();
  EXPECT_EQ(Wanted(), "1\n");
  EXPECT_EQ(told, 1);
}

TEST_F(FreezeTest, OneWhoseCgroupIsGoneStandsStillNoMore) {
  int told = 0;
  const auto freeze = Prepare();
  freeze->OnEnd([&told] { ++told; });
  freeze->Begin();
  {
    const FaultPlan gone(0, Fault::kAllFail, ENODEV, "pwrite");
    freeze->End();
    EXPECT_STREQ(gone.struck(), "pwrite");
  }
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(freeze->cannot_thaw());
}

TEST_F(FreezeTest, WithoutAFreezerNothingIsPrepared) {
  const CgroupDir parent = CgroupDir::Open(host_.view(), "/box.slice").value();
  const auto freeze = Freeze::Prepare(host_.view(), parent);
  ASSERT_FALSE(freeze);
  EXPECT_NE(freeze.error().Message().find("cgroup.freeze"), std::string::npos);
}

}  // namespace
}  // namespace headroom
