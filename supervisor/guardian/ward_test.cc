#include "supervisor/guardian/ward.h"

#include <fcntl.h>
#include <gtest/gtest.h>

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
};

TEST_F(WardTest, ReleasesEverythingOnceTheHeartbeatIsSilent) {
  Ward ward(0s);
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
  Ward ward(0s);
  Stand(ward, 1);
  Tell(ward, {.verb = GuardianVerb::kBeat}, 1900ms);
  EXPECT_EQ(ward.Enforce(2500ms), 0);
  EXPECT_EQ(ward.NextDue(), 1900ms + kBeatPatience);
}

TEST_F(WardTest, ReleasesAHoldAtItsDeadlineAndNotBefore) {
  Ward ward(0s);
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
  Ward ward(0s);
  Stand(ward, 1, "8192\n");
  EXPECT_EQ(ward.ReleaseAll(), 0);
  EXPECT_FALSE(IsLifted(1));
}

TEST_F(WardTest, ForgetsAWireThatIsDown) {
  Ward ward(0s);
  Stand(ward, 1);
  Tell(ward, {.verb = GuardianVerb::kWireDown, .wire = 1}, 0s);
  EXPECT_EQ(ward.wires(), 0U);
  EXPECT_EQ(ward.ReleaseAll(), 0);
  EXPECT_FALSE(IsLifted(1)) << "not ours to write any more";
}

TEST_F(WardTest, ReleasesAWriteThatLandsAfterTheSilenceWasPunished) {
  Ward ward(0s);
  Stand(ward, 1);
  ASSERT_EQ(ward.Enforce(2s), 1);
  Land(1);
  EXPECT_EQ(ward.NextDue(), 3s);
  EXPECT_EQ(ward.Enforce(3s), 1);
  EXPECT_TRUE(IsLifted(1));
  EXPECT_EQ(ward.releases(), 2U);
}

TEST_F(WardTest, RefusesAWireWithoutItsDescriptor) {
  Ward ward(0s);
  EXPECT_FALSE(ward.Take({.message = {.verb = GuardianVerb::kWireUp, .wire = 1}}, 0s));
  EXPECT_EQ(ward.wires(), 0U);
}

TEST_F(WardTest, IsQuietAfterItReleasedUntilItHearsAgain) {
  Ward ward(0s);
  Stand(ward, 1);
  EXPECT_EQ(ward.Enforce(2s), 1);
  EXPECT_EQ(ward.Enforce(3s), 0);
  EXPECT_EQ(ward.releases(), 1U) << "nothing was there to be released";
  Tell(ward, {.verb = GuardianVerb::kWireDown, .wire = 1}, 4s);
  EXPECT_EQ(ward.Enforce(9s), 0);
  EXPECT_EQ(ward.NextDue(), BootTime::max());
}

/// Of a wire that stands: headroomd is about to freeze its cgroup.
class FrozenWardTest : public WardTest {
 protected:
  FrozenWardTest() {
    Stand(ward_, 1);
    dir_.Write("cgroup.freeze", "0\n");
    GuardianDelivery delivery{
        .message = {.verb = GuardianVerb::kFreeze, .wire = 1, .deadline = 300ms},
        .descriptor = OpenAt(dir_.fd(), "cgroup.freeze", O_RDWR).value()};
    EXPECT_TRUE(ward_.Take(std::move(delivery), 0s));
  }
  void Freeze() const { ASSERT_TRUE(WriteKernelFile(dir_.fd(), "cgroup.freeze", "1")); }
  [[nodiscard]] bool IsFrozen() const {
    return ReadFileAt(dir_.fd(), "cgroup.freeze", 100).value().starts_with("1");
  }
  Ward ward_{0s};
};

TEST_F(FrozenWardTest, ThawsAtTheDeadlineAndNotBefore) {
  Freeze();
  EXPECT_EQ(ward_.NextDue(), 300ms);
  EXPECT_EQ(ward_.Enforce(299ms), 0);
  EXPECT_TRUE(IsFrozen());
  EXPECT_EQ(ward_.Enforce(300ms), 1);
  EXPECT_FALSE(IsFrozen());
  EXPECT_FALSE(IsLifted(1)) << "what is held for an action afterwards is held on";
}

TEST_F(FrozenWardTest, ThawsAWriteThatLandsLater) {
  EXPECT_EQ(ward_.Enforce(300ms), 0);
  Freeze();
  EXPECT_EQ(ward_.Enforce(1400ms), 1);
  EXPECT_FALSE(IsFrozen());
}

TEST_F(FrozenWardTest, ThawsWhenTheHeartbeatIsSilentOrTheConnectionEnds) {
  Freeze();
  EXPECT_EQ(ward_.ReleaseAll(), 1);
  EXPECT_FALSE(IsFrozen());
  Freeze();
  EXPECT_GE(ward_.Enforce(kBeatPatience), 1);
  EXPECT_FALSE(IsFrozen());
  EXPECT_GT(ward_.NextDue(), kBeatPatience) << "it does not spin";
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

TEST_F(FrozenWardTest, RefusesAFreezeWithoutADescriptor) {
  EXPECT_FALSE(
      ward_.Take({.message = {.verb = GuardianVerb::kFreeze, .wire = 1}, .descriptor = {}}, 0s));
}

}  // namespace
}  // namespace headroom
