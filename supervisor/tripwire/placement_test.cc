#include "supervisor/tripwire/placement.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "base/testing/faults.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class PlacementTest : public testing::Test {
 protected:
  PlacementTest() {
    enrolment_.own_cgroup = true;
    enrolment_.mode = Mode::kThrottle;
    Set("memory.pressure", Pressure("some") + Pressure("full"));
    Set("memory.stat", "anon 4096\nworkingset_refault_file 0\n");
  }
  static std::string Pressure(const std::string& line) {
    return line + " avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
  }
  static std::string File(const std::string& name) {
    return std::string("cg") + FakeHost::kCgroup + "/" + name;
  }
  void Set(const std::string& name, const std::string& text) const {
    host_.Write(File(name), text);
  }
  void Make(const std::string& below) const {
    std::filesystem::create_directories(host_.path() + "/" + File(below));
  }
  [[nodiscard]] CgroupDir Root() const {
    return CgroupDir::Open(host_.view(), FakeHost::kCgroup).value();
  }
  [[nodiscard]] std::string Why() const { return WhyNotHold(enrolment_, Root()); }
  [[nodiscard]] CgroupsBelow Below() const { return FindCgroupsBelow(host_.view(), Root()); }

  FakeHost host_;
  Enrolment enrolment_;
};

TEST_F(PlacementTest, AThrottleIsHadWhereTheKernelTellsWhatItNeeds) { EXPECT_EQ(Why(), ""); }

TEST_F(PlacementTest, NoThrottleWithoutPressure) {
  std::filesystem::remove(host_.path() + "/" + File("memory.pressure"));
  EXPECT_NE(Why().find("PSI"), std::string::npos) << Why();
  EXPECT_NE(Why().find("memory.pressure"), std::string::npos) << Why();
}

TEST_F(PlacementTest, NoThrottleWhereNobodyCountsThatAllWait) {
  Set("memory.pressure", Pressure("some"));
  EXPECT_NE(Why().find("no line \"full\""), std::string::npos) << Why();
}

TEST_F(PlacementTest, NoThrottleBeforeLinux59) {
  Set("memory.stat", "anon 4096\nworkingset_refault 0\n");
  EXPECT_NE(Why().find("Linux 5.9"), std::string::npos) << Why();
}

TEST_F(PlacementTest, ATripwireNeedsNeither) {
  std::filesystem::remove(host_.path() + "/" + File("memory.pressure"));
  Set("memory.stat", "anon 4096\n");
  enrolment_.mode = Mode::kTripwire;
  EXPECT_EQ(Why(), "");
}

TEST_F(PlacementTest, NothingIsHeldInModeObserveNorInACgroupOfOthersNorOnV1) {
  enrolment_.mode = Mode::kTripwire;
  enrolment_.cgroup_version = CgroupVersion::kV1;
  EXPECT_NE(Why().find("cgroup v1"), std::string::npos);
  enrolment_.own_cgroup = false;
  enrolment_.not_own_reason = "a shell lives there";
  EXPECT_NE(Why().find("a shell lives there"), std::string::npos);
  enrolment_.mode = Mode::kObserve;
  EXPECT_NE(Why().find("observe"), std::string::npos);
}

TEST_F(PlacementTest, CgroupsBelowAreFoundAtEveryLevelAndThoseAboveComeFirst) {
  Make("b/inner");
  Make("a");
  const std::string root = FakeHost::kCgroup;
  EXPECT_EQ(Below().paths, (std::vector<std::string>{root + "/a", root + "/b", root + "/b/inner"}));
  EXPECT_FALSE(Below().more);
}

TEST_F(PlacementTest, OfAHundredCgroupsSixtyFourAreFoundAndItIsSaidThatThereAreMore) {
  for (std::size_t i = 0; i < kMostCgroupsBelow; ++i) Make(fmt::format("{:03}", i));
  EXPECT_EQ(Below().paths.size(), kMostCgroupsBelow);
  EXPECT_FALSE(Below().more);
  for (int i = 0; i < 36; ++i) Make(fmt::format("x{:03}", i));
  EXPECT_EQ(Below().paths.size(), kMostCgroupsBelow);
  EXPECT_TRUE(Below().more);
}

/// A container may make as many as it likes, and the event thread serves all the others.
TEST_F(PlacementTest, OfThousandsOfCgroupsNoMoreAreListedThanAreWatched) {
  for (int i = 0; i < 5000; ++i) Make(fmt::format("{:04}", i));
  for (const char* call : {"readdir", "fstatat", "openat"}) {
    const FaultPlan plan(1000, Fault::kFails, EIO, call);
    const CgroupsBelow below = Below();
    EXPECT_EQ(plan.struck(), nullptr) << "a thousand calls of " << call << " were not enough";
    EXPECT_EQ(below.paths.size(), kMostCgroupsBelow);
    EXPECT_TRUE(below.more);
  }
}

TEST_F(PlacementTest, EightLevelsAreFoundAndItIsSaidThatThereAreMore) {
  Make("1/2/3/4/5/6/7/8");
  EXPECT_EQ(Below().paths.back(), std::string(FakeHost::kCgroup) + "/1/2/3/4/5/6/7/8");
  EXPECT_FALSE(Below().more);
  Make("1/2/3/4/5/6/7/8/9/10");
  EXPECT_EQ(Below().paths.size(), static_cast<std::size_t>(kDeepestCgroup));
  EXPECT_TRUE(Below().more);
}

}  // namespace
}  // namespace headroom
