#include "supervisor/tripwire/hold.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

class HoldTest : public testing::Test {
 protected:
  std::shared_ptr<Hold> HoldSince(BootTime tripped_at, std::chrono::milliseconds for_action = 0ms) {
    dir_.Write("memory.high", "4096\n");
    return std::make_shared<Hold>(OpenAt(dir_.fd(), "memory.high", O_RDWR).value(), Bytes{4096},
                                  tripped_at, holds_, for_action);
  }
  [[nodiscard]] bool IsLifted() const {
    return ReadFileAt(dir_.fd(), "memory.high", 100).value().starts_with("max");
  }
  TemporaryDirectory dir_;
  std::atomic<int> holds_{0};
};

TEST_F(HoldTest, IsLiftedOnceByWhoeverIsFirst) {
  const auto hold = HoldSince(NowBoot());
  EXPECT_EQ(hold->held_for(), std::nullopt);
  hold->Lift(Hold::LiftedBy::kPhotographDone);
  hold->Lift(Hold::LiftedBy::kDeadline);
  EXPECT_EQ(hold->lifted_by(), Hold::LiftedBy::kPhotographDone);
  EXPECT_TRUE(hold->held_for().has_value());
  EXPECT_TRUE(IsLifted());
}

TEST_F(HoldTest, TheTimerLiftsWhatNobodyElseDid) {
  HoldTimer timer;
  const auto hold = HoldSince(NowBoot() - kHoldBudget);
  timer.Watch(hold);
  while (hold->lifted_by() == Hold::LiftedBy::kNobody) std::this_thread::yield();
  EXPECT_EQ(hold->lifted_by(), Hold::LiftedBy::kDeadline);
}

TEST_F(HoldTest, ForAnActionItIsHeldBeyondThePhotographButNoLongerThanAsked) {
  const BootTime now = NowBoot();
  const auto hold = HoldSince(now, 20s);
  EXPECT_EQ(hold->deadline(), now + kHoldBudget) << "the photograph has its own budget";
  hold->Release();
  EXPECT_FALSE(IsLifted());
  EXPECT_TRUE(hold->held_for().has_value()) << "the photograph held it for so long";
  EXPECT_GE(hold->deadline(), now + 20s);
  EXPECT_LE(hold->deadline(), hold->last_deadline());
  hold->EndAction();
  EXPECT_EQ(hold->lifted_by(), Hold::LiftedBy::kActionDone);
  EXPECT_TRUE(IsLifted());
  EXPECT_EQ(holds_.load(), 0);
}

TEST_F(HoldTest, AnActionOfAnEarlierHoldThatEndsLateCutsNoPhotographShort) {
  const auto hold = HoldSince(NowBoot(), 20s);
  hold->EndAction();
  EXPECT_FALSE(IsLifted());
  hold->Release();
  hold->EndAction();
  EXPECT_TRUE(IsLifted());
}

TEST_F(HoldTest, APhotographThatIsLateEndsTheHoldForTheActionAsWell) {
  const auto hold = HoldSince(NowBoot() - kHoldBudget, 20s);
  HoldTimer timer;
  timer.Watch(hold);
  // Who lifts says so first; that it has written is told by the time.
  while (!hold->held_for()) std::this_thread::yield();
  hold->Release();
  EXPECT_EQ(hold->lifted_by(), Hold::LiftedBy::kDeadline);
  EXPECT_TRUE(IsLifted());
}

TEST_F(HoldTest, TheTimerEndsAnActionsHoldAtItsOwnDeadline) {
  HoldTimer timer;
  const auto hold = HoldSince(NowBoot(), 300ms);
  timer.Watch(hold);
  hold->Release();
  while (hold->lifted_by() == Hold::LiftedBy::kNobody) std::this_thread::yield();
  EXPECT_EQ(hold->lifted_by(), Hold::LiftedBy::kDeadline);
  EXPECT_GE(NowBoot(), hold->deadline());
  EXPECT_FALSE(hold->overdue()) << "the photograph was in time";
}

TEST_F(HoldTest, GivesItsSlotBackAtTheLiftAndOnlyOnce) {
  std::vector<std::shared_ptr<Hold>> holds;
  holds.reserve(kMostHolds);
  for (int i = 0; i < kMostHolds; ++i) holds.push_back(HoldSince(NowBoot()));
  EXPECT_TRUE(holds.back()->has_slot());
  const auto one_too_many = HoldSince(NowBoot());
  EXPECT_FALSE(one_too_many->has_slot());
  one_too_many->Lift(Hold::LiftedBy::kNoHold);
  holds.front()->Lift(Hold::LiftedBy::kPhotographDone);
  holds.front()->Lift(Hold::LiftedBy::kDeadline);
  EXPECT_EQ(holds_.load(), kMostHolds - 1);
  EXPECT_TRUE(HoldSince(NowBoot())->has_slot());
}

TEST_F(HoldTest, HoldsNothingWithoutADescriptorToLiftThrough) {
  const Hold hold(UniqueFd(), Bytes{4096}, NowBoot(), holds_);
  EXPECT_FALSE(hold.has_slot());
}

TEST_F(HoldTest, TheTimerLeavesNothingHeldWhenItEnds) {
  const auto hold = HoldSince(NowBoot() + 1h);
  {
    HoldTimer timer;
    timer.Watch(hold);
  }
  EXPECT_TRUE(IsLifted());
}

TEST_F(HoldTest, AForeignValueStaysAsItIs) {
  const auto hold = HoldSince(NowBoot());
  dir_.Write("other", "x");
  const UniqueFd fd = OpenAt(dir_.fd(), "memory.high", O_WRONLY).value();
  ASSERT_TRUE(WriteAll(fd.get(), "memory.high", "8192"));
  hold->Lift(Hold::LiftedBy::kDeadline);
  EXPECT_FALSE(IsLifted());
}

/// Of a container that is to stand still as well.
class FreezingHoldTest : public HoldTest {
 protected:
  FreezingHoldTest() {
    host_.Write(File("cgroup.freeze"), "0\n");
    host_.Write(File("cgroup.events"), "populated 1\nfrozen 0\n");
  }
  static std::string File(const std::string& name) {
    return std::string("cg") + FakeHost::kCgroup + "/" + name;
  }
  void AddFreeze(Hold& hold) const {
    hold.AddFreeze(
        Freeze::Prepare(host_.view(), CgroupDir::Open(host_.view(), FakeHost::kCgroup).value())
            .value());
  }
  [[nodiscard]] bool IsFrozen() const {
    return ReadFileAt(AT_FDCWD, host_.path() + "/" + File("cgroup.freeze"), 100)
        .value()
        .starts_with("1");
  }
  FakeHost host_;
};

TEST_F(FreezingHoldTest, StandsStillUntilItIsReleased) {
  const auto hold = HoldSince(NowBoot());
  AddFreeze(*hold);
  hold->StandStill();
  EXPECT_TRUE(IsFrozen());
  hold->Release();
  EXPECT_FALSE(IsFrozen());
  EXPECT_TRUE(hold->stood_still_for());
}

TEST_F(FreezingHoldTest, RunsOnWhileItIsHeldForAnAction) {
  const auto hold = HoldSince(NowBoot(), 30s);
  AddFreeze(*hold);
  hold->StandStill();
  hold->Release();
  EXPECT_FALSE(IsFrozen());
  EXPECT_FALSE(IsLifted()) << "it is slowed down for the action";
}

TEST_F(FreezingHoldTest, TheTimerThawsAtTheDeadlineWhateverTheReaderWaitsFor) {
  const auto hold = HoldSince(NowBoot() - kHoldBudget);
  AddFreeze(*hold);
  hold->StandStill();
  HoldTimer timer;
  timer.Watch(hold);
  while (hold->lifted_by() == Hold::LiftedBy::kNobody) std::this_thread::yield();
  hold->Lift(Hold::LiftedBy::kPhotographDone);
  while (!hold->stood_still_for()) std::this_thread::yield();
  EXPECT_FALSE(IsFrozen());
}

TEST_F(FreezingHoldTest, AThawThatWaitsKeepsNothingElseHeldAndNobodyWaiting) {
  std::promise<void> gate;
  std::promise<void> reached;
  auto freeze =
      Freeze::Prepare(host_.view(), CgroupDir::Open(host_.view(), FakeHost::kCgroup).value())
          .value();
  freeze->OnEnd([&] {
    reached.set_value();
    gate.get_future().wait();
  });
  const auto frozen = HoldSince(NowBoot() - kHoldBudget);
  frozen->AddFreeze(std::move(freeze));
  frozen->StandStill();
  HoldTimer timer;
  timer.Watch(frozen);
  reached.get_future().wait();
  EXPECT_TRUE(IsLifted()) << "its memory.high does not wait for the thaw";
  const auto other = HoldSince(NowBoot() - kHoldBudget);
  timer.Watch(other);
  while (other->lifted_by() == Hold::LiftedBy::kNobody) std::this_thread::yield();
  EXPECT_EQ(other->lifted_by(), Hold::LiftedBy::kDeadline);
  gate.set_value();
}

TEST_F(FreezingHoldTest, OneThatIsLiftedBeforeItStandsStillNeverDoes) {
  const auto hold = HoldSince(NowBoot());
  AddFreeze(*hold);
  hold->Lift(Hold::LiftedBy::kDeadline);
  hold->StandStill();
  EXPECT_FALSE(IsFrozen());
}

}  // namespace
}  // namespace headroom
