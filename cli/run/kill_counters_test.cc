#include "cli/run/kill_counters.h"

#include <gtest/gtest.h>

#include <fstream>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class KillCountersTest : public testing::Test {
 protected:
  KillCountersTest() {
    SetKills(FakeHost::kCgroup, 2);
    SetKills("/box.slice", 10);
    command_.cgroup = Baseline(FakeHost::kCgroup);
    command_.ancestors = {Baseline("/box.slice")};
  }
  [[nodiscard]] CgroupBaseline Baseline(const std::string& path) const {
    return ReadBaseline(*CgroupDir::Open(host_.view(), path));
  }
  [[nodiscard]] KillCounters Open() const { return KillCounters::Open(host_.view(), command_); }
  void SetKills(const std::string& cgroup, int kills) const {
    // In place, as a file that is held open sees it.
    std::ofstream(host_.path() + "/cg" + cgroup + "/memory.events")
        << fmt::format("low 0\nhigh 0\nmax 9\noom 1\noom_kill {}\n", kills);
  }

  FakeHost host_;
  Enrolment command_;
};

TEST_F(KillCountersTest, CountFromTheBaselineOn) {
  KillCounters counters = Open();
  EXPECT_GE(counters.fd(), 0);
  EXPECT_EQ(counters.counted().kills, 0U);
  EXPECT_EQ(counters.counted().above, 0U);
  EXPECT_TRUE(counters.counted().certain());
  SetKills(FakeHost::kCgroup, 3);
  SetKills("/box.slice", 15);
  counters.Read();
  EXPECT_EQ(counters.counted().kills, 1U);
  EXPECT_EQ(counters.counted().above, 5U);
  EXPECT_EQ(counters.counted().last.oom_kill, 3U);
  EXPECT_EQ(counters.counted().last.max, 9U);
  EXPECT_TRUE(counters.counted().certain()) << "its own counter tells";
}

TEST_F(KillCountersTest, OfACgroupThatIsGoneTheOneAboveIsLeft) {
  command_.cgroup.inode += 1;
  KillCounters counters = Open();
  EXPECT_EQ(counters.fd(), -1) << "what is removed is not polled";
  EXPECT_FALSE(counters.counted().is_final);
  EXPECT_TRUE(counters.counted().certain()) << "nothing was killed there either";
  SetKills("/box.slice", 11);
  counters.Read();
  EXPECT_EQ(counters.counted().kills, 0U);
  EXPECT_FALSE(counters.counted().certain());
}

TEST_F(KillCountersTest, OnV1ItsOwnOomControlCountsAndNothingIsPolled) {
  const auto count = [&](int kills) {
    host_.Write("cg/v1/memory.oom_control",
                fmt::format("oom_kill_disable 0\nunder_oom 0\noom_kill {}\n", kills));
  };
  host_.Write("cg/v1/memory.usage_in_bytes", "0\n");
  host_.Write("cg/v1/tasks", "");
  host_.Write("cg/v1/memory.limit_in_bytes", "67108864\n");
  host_.Write("cg/v1/memory.failcnt", "5\n");
  count(2);
  command_.cgroup = Baseline("/v1");
  KillCounters counters = Open();
  EXPECT_EQ(counters.fd(), -1);
  EXPECT_EQ(counters.counted().kills, 0U);
  count(3);
  counters.Read();
  EXPECT_EQ(counters.counted().kills, 1U);
  EXPECT_EQ(counters.counted().last.max, 5U);
  EXPECT_TRUE(counters.counted().is_final);
}

TEST_F(KillCountersTest, WithoutAnyCounterNothingIsCertain) {
  command_.cgroup = {};
  command_.ancestors.clear();
  EXPECT_FALSE(Open().counted().certain());
  EXPECT_EQ(Open().counted().above, std::nullopt);
}

TEST_F(KillCountersTest, ACounterThatDidNotRiseAsFarAsKnownIsEnough) {
  CountedKills counted{.kills = 2, .is_final = false, .above = 2, .last = {}};
  EXPECT_TRUE(counted.certain());
  counted.above = 3;
  EXPECT_FALSE(counted.certain()) << "the third may be its own";
}

}  // namespace
}  // namespace headroom
