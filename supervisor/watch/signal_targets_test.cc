#include "supervisor/watch/signal_targets.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr pid_t kOuterInit = 4000;
constexpr pid_t kInnerInit = 5000;
constexpr pid_t kStranger = 300;
constexpr pid_t kRuntime = 600;
constexpr pid_t kGone = 9999;
constexpr BootTime kNow = 1000s;

/// What one container was told.
struct Told {
  std::vector<SentSignal> signals;
  std::vector<SentSignal> repeats;
  std::vector<pid_t> victims;
};

/// A container, and one that runs inside of it.
class SignalTargetsTest : public testing::Test {
 protected:
  SignalTargetsTest() {
    host_.AddProcess(kOuterInit, "systemd", 1, 10, "/box.slice/outer");
    host_.AddProcess(4001, "worker", kOuterInit, 11, "/box.slice/outer/app");
    host_.AddProcess(kInnerInit, "job", 4001, 12, "/box.slice/outer/inner");
    host_.AddProcess(5001, "child", kInnerInit, 13, "/box.slice/outer/inner/x");
    host_.AddProcess(kStranger, "bash", 1, 14, "/box.slice/outermost");
  }

  SignalTargets::Membership Join(pid_t init, const std::string& cgroup, Told& told) {
    SignalTargets::Target target;
    target.init = init;
    target.cgroup = cgroup;
    target.on_signal = [&told](const SentSignal& sent) { told.signals.push_back(sent); };
    target.on_repeat = [&told](const SentSignal& sent) { told.repeats.push_back(sent); };
    target.on_oom_victim = [&told](pid_t pid) { told.victims.push_back(pid); };
    return targets_.Join(std::move(target));
  }
  void AddRuntime() const {
    host_.AddProcess(kRuntime, "crun", 1, 15, "/system.slice/podman.service");
    host_.Write("proc/600/status", "Name:\tcrun\nTgid:\t600\n");
  }
  void KillByRuntime() {
    targets_.OnEvent(TracedSignal{.at = kNow,
                                  .sender = kRuntime,
                                  .sender_comm = "crun",
                                  .signal = SIGKILL,
                                  .target = kOuterInit,
                                  .target_comm = "systemd"});
  }
  /// SIGKILL by kill(2), as the trace has it.
  void Kill(pid_t target, BootTime at = kNow, pid_t sender = kStranger) {
    targets_.OnEvent(TracedSignal{.at = at,
                                  .sender = sender,
                                  .sender_comm = "bash",
                                  .signal = SIGKILL,
                                  .target = target,
                                  .target_comm = "some"});
  }

  FakeHost host_;
  SignalTargets targets_{host_.view()};
  Told outer_;
  Told inner_;
  SignalTargets::Membership outer_member_ = Join(kOuterInit, "/box.slice/outer", outer_);
  SignalTargets::Membership inner_member_ = Join(kInnerInit, "/box.slice/outer/inner", inner_);
};

TEST_F(SignalTargetsTest, ASignalIsToldToTheInnermostContainerAlone) {
  Kill(5001);
  EXPECT_EQ(inner_.signals.size(), 1U);
  EXPECT_TRUE(outer_.signals.empty());
  Kill(4001);
  EXPECT_EQ(inner_.signals.size(), 1U);
  ASSERT_EQ(outer_.signals.size(), 1U);
  EXPECT_EQ(outer_.signals[0].target, 4001);
  EXPECT_EQ(outer_.signals[0].target_comm, "some");
}

TEST_F(SignalTargetsTest, ACgroupWhoseNameOnlyBeginsAlikeIsNobodys) {
  Kill(kStranger);
  EXPECT_TRUE(outer_.signals.empty());
  EXPECT_TRUE(inner_.signals.empty());
  EXPECT_EQ(targets_.UnplacedSince(kNow), 0U) << "it is known whose it is not";
}

TEST_F(SignalTargetsTest, OnCgroupV1ThePathIsThatOfTheMemoryController) {
  host_.SetCgroup(5001, "4:memory:/box.slice/outer/inner/x\n1:name=systemd:/\n0::/unified\n");
  Kill(5001);
  EXPECT_EQ(inner_.signals.size(), 1U);
  host_.SetCgroup(5001, "4:memory:/elsewhere\n0::/box.slice/outer/inner\n");
  Kill(5001);
  EXPECT_EQ(inner_.signals.size(), 1U);
}

TEST_F(SignalTargetsTest, AnInitIsKnownByItsNumberWhereverItIsNow) {
  host_.SetCgroup(kInnerInit, "0::/somewhere/else\n");
  Kill(kInnerInit);
  EXPECT_EQ(inner_.signals.size(), 1U);
}

TEST_F(SignalTargetsTest, ANumberThatIsFreeAgainIsNotTheInitsAnyMore) {
  inner_member_.OnEnd(kNow);
  host_.SetCgroup(kInnerInit, "0::/somewhere/else\n");
  Kill(kInnerInit, kNow + 1ms);
  EXPECT_TRUE(inner_.signals.empty());
  Kill(kInnerInit, kNow - 1ms);
  EXPECT_EQ(inner_.signals.size(), 1U) << "what came before the end was to it, when it is read";
}

TEST_F(SignalTargetsTest, WhoHasLeftIsToldNothing) {
  inner_member_ = {};
  Kill(5001);
  EXPECT_TRUE(inner_.signals.empty());
  EXPECT_EQ(outer_.signals.size(), 1U) << "it is still below the outer one";
}

TEST_F(SignalTargetsTest, ATargetThatIsGoneMayHaveBeenAnybodys) {
  Kill(kGone, kNow);
  Kill(kGone, kNow + 5s);
  EXPECT_TRUE(outer_.signals.empty());
  EXPECT_EQ(targets_.UnplacedSince(kNow), 2U);
  EXPECT_EQ(targets_.UnplacedSince(kNow + 1s), 1U);
}

TEST_F(SignalTargetsTest, WithoutAnyContainerNothingIsRemembered) {
  outer_member_ = {};
  inner_member_ = {};
  Kill(kGone);
  EXPECT_EQ(targets_.UnplacedSince(kNow), 0U);
}

TEST_F(SignalTargetsTest, TheKernelsOwnSignalHasNoSender) {
  targets_.OnEvent(TracedSignal{
      .at = kNow, .sender = kStranger, .signal = SIGBUS, .code = 2, .target = kInnerInit});
  ASSERT_EQ(inner_.signals.size(), 1U);
  EXPECT_FALSE(inner_.signals[0].sender.has_value()) << "whoever ran at that moment";
}

TEST_F(SignalTargetsTest, WhatTheKernelSendsToTheRestOfAContainerIsNoNews) {
  targets_.OnEvent(
      TracedSignal{.at = kNow, .sender = 1, .signal = SIGKILL, .code = 128, .target = 5001});
  EXPECT_TRUE(inner_.signals.empty());
}

TEST_F(SignalTargetsTest, TheSameAgainWithinASecondIsARepeat) {
  Kill(kInnerInit, kNow);
  Kill(kInnerInit, kNow + 900ms);
  EXPECT_EQ(inner_.signals.size(), 1U);
  EXPECT_EQ(inner_.repeats.size(), 1U);
  Kill(kInnerInit, kNow + 1800ms);
  EXPECT_EQ(inner_.repeats.size(), 2U) << "a second since the last, not since the first";
  Kill(kInnerInit, kNow + 2800ms);
  EXPECT_EQ(inner_.signals.size(), 2U);
  EXPECT_EQ(inner_.repeats.size(), 2U);
}

TEST_F(SignalTargetsTest, TheSameOfAnotherSenderIsNoRepeat) {
  Kill(kInnerInit, kNow, kStranger);
  Kill(kInnerInit, kNow + 1ms, 301);
  EXPECT_EQ(inner_.signals.size(), 2U);
  EXPECT_TRUE(inner_.repeats.empty());
}

/// As a container does that was given the host's mounts.
TEST_F(SignalTargetsTest, ASenderInAWatchedContainerIsNotOfTheHostWhateverItsMounts) {
  host_.Write("proc/1/ns/mnt", "");
  for (const pid_t sender : {4001, kStranger}) {
    host_.Write(fmt::format("proc/{}/status", sender),
                fmt::format("Name:\tx\nTgid:\t{}\n", sender));
    host_.Write(fmt::format("proc/{}/ns/x", sender), "");
    std::filesystem::create_hard_link(host_.path() + "/proc/1/ns/mnt",
                                      fmt::format("{}/proc/{}/ns/mnt", host_.path(), sender));
    targets_.OnEvent(
        TracedSignal{.at = kNow, .sender = sender, .signal = SIGTERM, .target = kInnerInit});
  }
  ASSERT_EQ(inner_.signals.size(), 2U);
  ASSERT_TRUE(inner_.signals[0].sender && inner_.signals[1].sender);
  EXPECT_TRUE(inner_.signals[0].sender->seen);
  EXPECT_EQ(inner_.signals[0].sender->of_host, false);
  EXPECT_EQ(inner_.signals[1].sender->of_host, true);
}

TEST_F(SignalTargetsTest, AVictimOfTheOomKillerIsToldToItsContainer) {
  targets_.OnEvent(TracedVictim{.at = kNow, .pid = 5001});
  targets_.OnEvent(TracedVictim{.at = kNow, .pid = kOuterInit});
  targets_.OnEvent(TracedVictim{.at = kNow, .pid = kStranger});
  EXPECT_EQ(inner_.victims, std::vector<pid_t>{5001});
  EXPECT_EQ(outer_.victims, std::vector<pid_t>{kOuterInit});
}

/// crun ends in the moment in which it has sent its signal.
TEST_F(SignalTargetsTest, ARuntimeThatIsGoneIsToldAsItWasSeenWhenItWasCalled) {
  AddRuntime();
  targets_.OnEvent(TracedExec{.at = kNow - 8ms, .process = kRuntime, .path = "/usr/bin/crun"});
  std::filesystem::remove_all(host_.view().proc + "/600");
  KillByRuntime();
  ASSERT_EQ(outer_.signals.size(), 1U);
  EXPECT_TRUE(outer_.signals[0].sender->seen);
  EXPECT_EQ(outer_.signals[0].sender->unit, "podman.service");
}

TEST_F(SignalTargetsTest, ARuntimeThatIsAZombieByNowIsToldAsItWasSeenWhenItWasCalled) {
  AddRuntime();
  host_.Write("proc/1/ns/mnt", "");
  host_.Write("proc/600/ns/x", "");
  std::filesystem::create_hard_link(host_.path() + "/proc/1/ns/mnt",
                                    host_.path() + "/proc/600/ns/mnt");
  targets_.OnEvent(TracedExec{.at = kNow - 8ms, .process = kRuntime, .path = "/usr/bin/crun"});
  std::filesystem::remove_all(host_.path() + "/proc/600/ns");
  KillByRuntime();
  ASSERT_EQ(outer_.signals.size(), 1U);
  EXPECT_EQ(outer_.signals[0].sender->of_host, true);
  EXPECT_EQ(outer_.signals[0].via, "crun");
}

}  // namespace
}  // namespace headroom
