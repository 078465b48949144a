#include "supervisor/watch/sampler.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

const Limit kLimit(Mebibytes(64));

Sample Quiet() {
  Sample sample;
  sample.current = Mebibytes(60);
  sample.oom_kill = 0;
  sample.high = 0;
  sample.max = 5;
  return sample;
}

TEST(SaysMore, NotWhereNothingHappened) {
  Sample next = Quiet();
  next.current = Mebibytes(60) + Kibibytes(600);
  EXPECT_FALSE(SaysMore(next, Quiet(), kLimit));
  next.current = Mebibytes(60) - Kibibytes(600);
  EXPECT_FALSE(SaysMore(next, Quiet(), kLimit));
}

TEST(SaysMore, WhereAHundredthOfTheLimitCameOrWent) {
  Sample next = Quiet();
  next.current = Mebibytes(61);
  EXPECT_TRUE(SaysMore(next, Quiet(), kLimit));
  next.current = Mebibytes(59);
  EXPECT_TRUE(SaysMore(next, Quiet(), kLimit));
}

TEST(SaysMore, WhereItHasThePartsOrACountRoseOrTheWireChanged) {
  for (const auto& change :
       {+[](Sample& sample) { sample.anon = Bytes{0}; },
        +[](Sample& sample) { sample.some_us = 0; }, +[](Sample& sample) { sample.oom_kill = 1; },
        +[](Sample& sample) { sample.high = 1; }, +[](Sample& sample) { sample.max = 6; },
        +[](Sample& sample) { sample.armed = true; }}) {
    Sample next = Quiet();
    change(next);
    EXPECT_TRUE(SaysMore(next, Quiet(), kLimit));
  }
}

TEST(SaysMore, ThatSomebodyLookedWhereThatWasLastKeptTenSecondsAgo) {
  Sample next = Quiet();
  next.at = Quiet().at + std::chrono::milliseconds(9999);
  EXPECT_FALSE(SaysMore(next, Quiet(), kLimit));
  next.at = Quiet().at + std::chrono::seconds(10);
  EXPECT_TRUE(SaysMore(next, Quiet(), kLimit));
}

TEST(SaysMore, NotWhereACountIsNeverKnown) {
  Sample kept = Quiet();  // of cgroup v1, which does not count what memory.high slowed down
  kept.high.reset();
  Sample next = kept;
  EXPECT_FALSE(SaysMore(next, kept, kLimit));
  next.high = 0;
  EXPECT_TRUE(SaysMore(next, kept, kLimit)) << "known again";
}

TEST(SaysMore, WhereSomethingIsNotKnownOrNothingWasKept) {
  EXPECT_TRUE(SaysMore(Quiet(), Sample{}, kLimit));
  EXPECT_TRUE(SaysMore(Quiet(), Quiet(), Limit::Unlimited()));
  Sample blind = Quiet();
  blind.oom_kill.reset();
  EXPECT_TRUE(SaysMore(blind, Quiet(), kLimit));
}

/// A cgroup of plain files whose usage is set by hand.
class SamplerTest : public testing::Test {
 protected:
  SamplerTest() {
    Use(Mebibytes(10));
    host_.Write("cg/box.slice/web/memory.stat", "anon 4096\n");
  }

  void Use(Bytes bytes) const {
    host_.Write("cg/box.slice/web/memory.current", fmt::format("{}\n", bytes.value));
  }
  /// Whether a look so long after the boot reads memory.stat.
  bool ReadsStat(const Situation& situation, BootTime now) {
    const auto cgroup = CgroupDir::Open(host_.view(), FakeHost::kCgroup);
    (void)sampler_.Read(*cgroup, {}, situation, now);
    return sampler_.last_had_stat();
  }

  FakeHost host_;
  Sampler sampler_;  // started at the boot
  const Situation quiet_{.armed = true, .limit = kLimit, .settled = true};
};

TEST_F(SamplerTest, TheStatisticsOfAQuietContainerAreReadAtATenthOfTheLooks) {
  ASSERT_TRUE(ReadsStat(quiet_, 1000s));
  for (int look = 1; look < 10; ++look) EXPECT_FALSE(ReadsStat(quiet_, 1000s + look * 10s));
  EXPECT_TRUE(ReadsStat(quiet_, 1100s));
}

TEST_F(SamplerTest, TheyAreReadAtOnceWhenItsUsageHasMoved) {
  ASSERT_TRUE(ReadsStat(quiet_, 1000s));
  Use(Mebibytes(13));
  EXPECT_FALSE(ReadsStat(quiet_, 1010s)) << "less than a twentieth of its limit";
  Use(Mebibytes(14));
  EXPECT_TRUE(ReadsStat(quiet_, 1020s));
  EXPECT_FALSE(ReadsStat(quiet_, 1030s));
  Use(Mebibytes(10));
  EXPECT_TRUE(ReadsStat(quiet_, 1040s)) << "what went says as much as what came";
}

TEST_F(SamplerTest, WithALargeLimitOrNoneFewMebibytesAreLookedInto) {
  BootTime now = 1000s;
  for (const Limit limit : {Limit::Unlimited(), Limit(Mebibytes(4096))}) {
    const Situation situation{.armed = false, .limit = limit, .settled = true};
    Use(Mebibytes(10));
    ASSERT_TRUE(ReadsStat(situation, now += 1000s));
    Use(Mebibytes(13));
    EXPECT_FALSE(ReadsStat(situation, now += 10s));
    Use(Mebibytes(14));
    EXPECT_TRUE(ReadsStat(situation, now += 10s));
  }
}

TEST_F(SamplerTest, EveryLookAfterASecondReadsThemWhereMoreThanTheUsageDecides) {
  BootTime now = 1000s;
  ASSERT_TRUE(ReadsStat(quiet_, now));
  for (const auto& change :
       {+[](Situation& situation) { situation.settled = false; },
        +[](Situation& situation) { situation.limit = Limit(Mebibytes(20)); },  // half full
        +[](Situation& situation) { situation.limit = Limit(Bytes{0}); }}) {
    Situation busy = quiet_;
    change(busy);
    now += 1s;
    EXPECT_TRUE(ReadsStat(busy, now));
    EXPECT_FALSE(ReadsStat(busy, now + 900ms));
  }
}

TEST_F(SamplerTest, AYoungOneAndOneUnderPressureAreNotQuiet) {
  ASSERT_TRUE(ReadsStat(quiet_, 1000s));
  sampler_.OnPressure(1001s);
  EXPECT_TRUE(ReadsStat(quiet_, 1002s));
  EXPECT_FALSE(ReadsStat(quiet_, 1012s)) << "the pressure was ten seconds ago";
  sampler_.Start(1013s);
  EXPECT_TRUE(ReadsStat(quiet_, 1014s));
  EXPECT_FALSE(ReadsStat(quiet_, 1023s));
}

TEST_F(SamplerTest, WhereTheUsageIsNotKnownItIsNotQuiet) {
  ASSERT_TRUE(ReadsStat(quiet_, 1000s));
  std::filesystem::remove(host_.path() + "/cg/box.slice/web/memory.current");
  EXPECT_TRUE(ReadsStat(quiet_, 1002s));
}

}  // namespace
}  // namespace headroom
