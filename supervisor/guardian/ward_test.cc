#include "supervisor/guardian/ward.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file.h"
#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr Bytes kOurs{4096};

/// A file takes the place of memory.high. It keeps the tail of a longer value, which the kernel's
/// file does not: what is looked at is how it begins.
class WardTest : public testing::Test {
 protected:
  void Stand(Ward& ward, std::uint64_t wire, const std::string& value = "4096\n") {
    dir_.Write(Name(wire), value);
    auto fd = OpenAt(dir_.fd(), Name(wire), O_RDWR);
    GuardianDelivery delivery{
        .message = {.verb = GuardianVerb::kWireUp, .wire = wire, .high = kOurs},
        .descriptor = std::move(*fd)};
    ASSERT_TRUE(ward.Take(std::move(delivery), 0s));
  }
  static void Tell(Ward& ward, GuardianMessage message, BootTime now) {
    ASSERT_TRUE(ward.Take({.message = message, .descriptor = {}}, now));
  }
  /// A write of ours that was under way: into the same file, as the kernel's is one.
  void Land(std::uint64_t wire) const {
    ASSERT_TRUE(WriteKernelFile(dir_.fd(), Name(wire), "4096\n"));
  }
  [[nodiscard]] bool IsLifted(std::uint64_t wire) const {
    return ReadFileAt(dir_.fd(), Name(wire), 100).value().starts_with("max");
  }
  static std::string Name(std::uint64_t wire) { return "memory.high." + std::to_string(wire); }

  TemporaryDirectory dir_;
  FrozenMarks marks_{dir_.path()};
};

TEST_F(WardTest, ReleasesEverythingOnceTheHeartbeatIsSilent) {
  Ward ward(0s, marks_);
  Stand(ward, 1);
  Stand(ward, 2);
  EXPECT_EQ(ward.Enforce(kBeatPatience - 1ms), 0);
  EXPECT_FALSE(IsLifted(1));
  EXPECT_EQ(ward.Enforce(kBeatPatience), 2);
  EXPECT_TRUE(IsLifted(1));
  EXPECT_TRUE(IsLifted(2));
  EXPECT_EQ(ward.releases(), 1U);
}

TEST_F(WardTest, AnyMessageIsASignOfLife) {
  Ward ward(0s, marks_);
  Stand(ward, 1);
  Tell(ward, {.verb = GuardianVerb::kBeat}, 1900ms);
  EXPECT_EQ(ward.Enforce(2500ms), 0);
  EXPECT_EQ(ward.NextDue(), 1900ms + kBeatPatience);
}

TEST_F(WardTest, ReleasesAHoldAtItsDeadlineAndNotBefore) {
  Ward ward(0s, marks_);
  Stand(ward, 1);
  Stand(ward, 2);
  Tell(ward, {.verb = GuardianVerb::kHold, .wire = 1, .deadline = 300ms}, 0s);
  EXPECT_EQ(ward.NextDue(), 300ms);
  EXPECT_EQ(ward.Enforce(299ms), 0);
  EXPECT_EQ(ward.Enforce(300ms), 1);
  EXPECT_TRUE(IsLifted(1));
  EXPECT_FALSE(IsLifted(2));
}

TEST_F(WardTest, LeavesAValueThatSomebodyElsePutThere) {
  Ward ward(0s, marks_);
  Stand(ward, 1, "8192\n");
  EXPECT_EQ(ward.ReleaseAll(), 0);
  EXPECT_FALSE(IsLifted(1));
}

TEST_F(WardTest, ForgetsAWireThatIsDown) {
  Ward ward(0s, marks_);
  Stand(ward, 1);
  Tell(ward, {.verb = GuardianVerb::kWireDown, .wire = 1}, 0s);
  EXPECT_EQ(ward.wires(), 0U);
  EXPECT_EQ(ward.ReleaseAll(), 0);
  EXPECT_FALSE(IsLifted(1)) << "not ours to write any more";
}

TEST_F(WardTest, ReleasesAWriteThatLandsAfterTheSilenceWasPunished) {
  Ward ward(0s, marks_);
  Stand(ward, 1);
  ASSERT_EQ(ward.Enforce(2s), 1);
  Land(1);
  EXPECT_EQ(ward.NextDue(), 3s);
  EXPECT_EQ(ward.Enforce(3s), 1);
  EXPECT_TRUE(IsLifted(1));
  EXPECT_EQ(ward.releases(), 2U);
}

TEST_F(WardTest, RefusesAWireWithoutItsDescriptor) {
  Ward ward(0s, marks_);
  EXPECT_FALSE(ward.Take({.message = {.verb = GuardianVerb::kWireUp, .wire = 1}}, 0s));
  EXPECT_EQ(ward.wires(), 0U);
}

TEST_F(WardTest, IsQuietAfterItReleasedUntilItHearsAgain) {
  Ward ward(0s, marks_);
  Stand(ward, 1);
  EXPECT_EQ(ward.Enforce(2s), 1);
  EXPECT_EQ(ward.Enforce(3s), 0);
  EXPECT_EQ(ward.releases(), 1U) << "nothing was there to be released";
  Tell(ward, {.verb = GuardianVerb::kWireDown, .wire = 1}, 4s);
  EXPECT_EQ(ward.Enforce(9s), 0);
  EXPECT_EQ(ward.NextDue(), BootTime::max());
}

/// Of a wire that stands: headroomd is about to freeze its cgroup, which is marked.
class FrozenWardTest : public WardTest {
 protected:
  FrozenWardTest() {
    Stand(ward_, 1);
    dir_.Write("cgroup.freeze", "0\n");
    TellFreeze();
  }
  void TellFreeze() {
    dir_.Write(kMark, "/its/path");
    changes_ = UniqueFd(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    GuardianDelivery changes{.message = {.verb = GuardianVerb::kFreezeChanges, .wire = 1},
                             .descriptor = UniqueFd(dup(changes_.get()))};
    EXPECT_TRUE(ward_.Take(std::move(changes), 0s));
    GuardianDelivery delivery{
        .message = {.verb = GuardianVerb::kFreeze, .wire = 1, .deadline = 300ms, .inode = 77},
        .descriptor = OpenAt(dir_.fd(), "cgroup.freeze", O_RDWR).value()};
    EXPECT_TRUE(ward_.Take(std::move(delivery), 0s));
  }
  void Write(const char* value) const {
    ASSERT_TRUE(WriteKernelFile(dir_.fd(), "cgroup.freeze", value));
  }
  /// As headroomd does it.
  void Freeze() const {
    Write("1");
    const std::string path = dir_.path() + "/cgroup.freeze";
    ASSERT_GE(inotify_add_watch(changes_.get(), path.c_str(), IN_MODIFY), 0);
  }
  [[nodiscard]] bool IsFrozen() const {
    return ReadFileAt(dir_.fd(), "cgroup.freeze", 100).value().starts_with("1");
  }
  [[nodiscard]] bool IsMarked() const { return ReadFileAt(dir_.fd(), kMark, 100).has_value(); }

  static constexpr const char* kMark = "frozen/77";
  Ward ward_{0s, marks_};
  UniqueFd changes_;  ///< headroomd's
};

TEST_F(FrozenWardTest, ThawsAtTheDeadlineAndNotBefore) {
  Freeze();
  EXPECT_EQ(ward_.NextDue(), 300ms);
  EXPECT_EQ(ward_.Enforce(299ms), 0);
  EXPECT_TRUE(IsFrozen());
  EXPECT_EQ(ward_.Enforce(300ms), 1);
  EXPECT_FALSE(IsFrozen());
  EXPECT_FALSE(IsLifted(1)) << "what is held for an action afterwards is held on";
  EXPECT_FALSE(IsMarked()) << "or the next headroomd would thaw what somebody has paused since";
}

TEST_F(FrozenWardTest, ThawsAWriteThatLandsLater) {
  EXPECT_EQ(ward_.Enforce(300ms), 0);
  EXPECT_TRUE(IsMarked());
  Freeze();
  EXPECT_EQ(ward_.Enforce(1400ms), 1);
  EXPECT_FALSE(IsFrozen());
}

TEST_F(FrozenWardTest, ThawsWhenTheHeartbeatIsSilent) {
  Freeze();
  EXPECT_GE(ward_.Enforce(kBeatPatience), 1);
  EXPECT_FALSE(IsFrozen());
  EXPECT_GT(ward_.NextDue(), kBeatPatience) << "it does not spin";
}

TEST_F(FrozenWardTest, ThawsWhenTheConnectionEnds) {
  Freeze();
  EXPECT_EQ(ward_.ReleaseAll(), 1);
  EXPECT_FALSE(IsFrozen());
  EXPECT_FALSE(IsMarked());
}

TEST_F(FrozenWardTest, LeavesWhatSomebodyElseHasPausedMeanwhile) {
  Freeze();
  Write("1");
  EXPECT_EQ(ward_.Enforce(300ms), 0);
  EXPECT_TRUE(IsFrozen());
  EXPECT_FALSE(IsMarked()) << "it is theirs from then on, for whoever comes next too";
  EXPECT_EQ(ward_.Enforce(kBeatPatience), 1) << "its memory.high is ours all the same";
  EXPECT_EQ(ward_.ReleaseAll(), 0);
  EXPECT_TRUE(IsFrozen());
}

TEST_F(FrozenWardTest, LeavesItAlsoWhereHeadroomdDiesOrIsDoneWithTheWire) {
  Freeze();
  Write("1");
  EXPECT_EQ(ward_.ReleaseAll(), 1) << "memory.high alone";
  EXPECT_TRUE(IsFrozen());
  TellFreeze();
  Freeze();
  Write("1");
  Tell(ward_, {.verb = GuardianVerb::kWireDown, .wire = 1}, 0s);
  EXPECT_TRUE(IsFrozen());
}

TEST_F(FrozenWardTest, LeavesWhatSomebodyElsePausesBehindAThawThatItHasNotHeardOf) {
  Freeze();
  Write("0");
  Write("1");
  EXPECT_EQ(ward_.Enforce(300ms), 0);
  EXPECT_TRUE(IsFrozen());
}

TEST_F(FrozenWardTest, LeavesWhatSomebodyElsePausesBehindItsOwnThaw) {
  Freeze();
  EXPECT_EQ(ward_.Enforce(300ms), 1);
  Write("1");
  EXPECT_EQ(ward_.Enforce(1400ms), 0);
  EXPECT_GE(ward_.Enforce(kBeatPatience), 0);
  EXPECT_TRUE(IsFrozen()) << "headroomd's one write was undone; this one is not its";
}

TEST_F(FrozenWardTest, AnotherFreezeOfTheSameWireIsGuardedAnew) {
  Freeze();
  Write("0");  // as headroomd does, whose word of it is still under way
  TellFreeze();
  Freeze();
  EXPECT_EQ(ward_.Enforce(300ms), 1);
  EXPECT_FALSE(IsFrozen());
}

TEST_F(FrozenWardTest, ForgetsWhatHeadroomdHasThawed) {
  Freeze();
  Tell(ward_, {.verb = GuardianVerb::kThaw, .wire = 1}, 0s);
  EXPECT_EQ(ward_.Enforce(400ms), 0);
  EXPECT_TRUE(IsFrozen()) << "an engine's pause since then is not ours";
  EXPECT_EQ(ward_.NextDue(), kBeatPatience);
}

TEST_F(FrozenWardTest, ThawsWhatHeadroomdCouldNotWhenItIsDoneWithTheWire) {
  Freeze();
  Tell(ward_, {.verb = GuardianVerb::kWireDown, .wire = 1}, 0s);
  EXPECT_FALSE(IsFrozen());
}

TEST_F(FrozenWardTest, RefusesAFreezeWithoutItsDescriptors) {
  EXPECT_FALSE(
      ward_.Take({.message = {.verb = GuardianVerb::kFreeze, .wire = 1}, .descriptor = {}}, 0s));
  EXPECT_FALSE(ward_.Take(
      {.message = {.verb = GuardianVerb::kFreezeChanges, .wire = 1}, .descriptor = {}}, 0s));
  Stand(ward_, 2);
  EXPECT_FALSE(ward_.Take({.message = {.verb = GuardianVerb::kFreeze, .wire = 2},
                           .descriptor = OpenAt(dir_.fd(), "cgroup.freeze", O_RDWR).value()},
                          0s))
      << "it could not tell whose pause it would undo";
}

}  // namespace
}  // namespace headroom
