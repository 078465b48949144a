#include <gtest/gtest.h>

#include <algorithm>

#include "explain/study/alive.h"
#include "explain/testing/cases.h"
#include "explain/testing/living_cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

bool Advises(const Verdict& verdict, const std::string& piece) {
  return std::ranges::any_of(verdict.advice, [&](const std::string& line) {
    return line.find(piece) != std::string::npos;
  });
}

std::string Said(const Verdict& verdict, const std::string& label) {
  for (const Statement& statement : verdict.statements) {
    if (statement.label == label) return statement.text;
  }
  return "";
}

TEST(Alive, AHealthyOneIsNotKilledAndGetsNoAdvice) {
  const Verdict verdict = Explain(SnapOfALevelOne().Build());
  EXPECT_EQ(verdict.cause, Cause::kNotKilled);
  EXPECT_EQ(verdict.killer, "");
  EXPECT_EQ(verdict.kills, std::nullopt);
  EXPECT_TRUE(verdict.advice.empty());
  EXPECT_EQ(verdict.snapshot_age, std::nullopt);
  EXPECT_EQ(verdict.growth->shape, "plateau");
}

TEST(Alive, AGrowingOneSaysHowSoonTheLimitComes) {
  const Verdict verdict = Explain(SnapOfALeak().Build());
  EXPECT_EQ(verdict.cause, Cause::kNotKilled);
  EXPECT_TRUE(Said(verdict, "growth").ends_with(": the limit in 11 s at that rate"))
      << Said(verdict, "growth");
  EXPECT_TRUE(Advises(verdict, "Find what eat keeps"));
  EXPECT_TRUE(Advises(verdict, "  runc update --memory 134217728 --memory-swap 134217728 web"));
}

TEST(Alive, FilesReadAgainAndAgainAreThrash) {
  const Verdict verdict = Explain(SnapOfThrash().Build());
  EXPECT_EQ(verdict.cause, Cause::kCacheThrash);
  EXPECT_EQ(Said(verdict, "thrash"),
            "7.8 MiB/s of its files were read again just after reclaim had dropped them, and all "
            "its processes waited for memory 30 % of 10 s");
}

/// Each figure is needed.
TEST(Alive, ThrashIsNotSaidWhereAFigureIsMissing) {
  for (const auto& change : {+[](Sample& sample) { sample.refaults.reset(); },
                             +[](Sample& sample) { sample.full_us.reset(); },
                             +[](Sample& sample) { sample.refaults = 77; },
                             +[](Sample& sample) { sample.full_us = 77; }}) {
    Recording recording = Thrash();
    for (Sample& sample : recording.samples) change(sample);
    EXPECT_EQ(Explain(Snap(recording, 10).Build()).cause, Cause::kNotKilled);
  }
  EXPECT_EQ(Explain(Snap(Thrash(), 60).Build()).cause, Cause::kNotKilled)
      << "what it holds itself fills the limit";
}

TEST(Alive, RefaultsAreTakenFromTwoReadingsWhereSamplesHaveNone) {
  Recording recording = Thrash();
  for (Sample& sample : recording.samples) sample.refaults.reset();
  const auto cause = [&](const char* later, BootTime at) {
    EvidenceBuilder builder = Snap(recording, 10);
    builder.File("cgroup/memory.stat", later).CapturedAt(at);
    return Explain(builder.Build()).cause;
  };
  EXPECT_EQ(cause("workingset_refault_file 9000\n", kKilledAt), Cause::kNotKilled)
      << "at the same moment";
  EXPECT_EQ(cause("workingset_refault_file 9000\n", kKilledAt + 4s), Cause::kCacheThrash);
  EXPECT_EQ(cause("workingset_refault_file 1100\n", kKilledAt + 4s), Cause::kNotKilled);
  EXPECT_EQ(cause("workingset_refault_file 10\n", kKilledAt + 4s), Cause::kNotKilled)
      << "another counter";
}

TEST(Alive, SomebodysMemoryHighThatHoldsItIsThrottledStuck) {
  const Verdict verdict = Explain(SnapOfThrottled().Build());
  EXPECT_EQ(verdict.cause, Cause::kThrottledStuck);
  EXPECT_EQ(Said(verdict, "throttled"),
            "memory.high was passed 1000 times, and all its processes waited for memory 60 % of "
            "10 s");
  EXPECT_TRUE(Advises(verdict, "  echo max > /sys/fs/cgroup/box.slice/web/memory.high"));
}

/// Far from its limit it is sampled once in a long while, which says nothing of its last seconds.
TEST(Alive, WhatALongTimeWithoutSamplesEndedInIsNotThinnedOutByIt) {
  Recording recording = Throttled();
  auto& samples = recording.samples;
  samples.erase(samples.begin(), samples.begin() + 10);
  samples.front().at -= 50s;
  samples.front().wall -= 50s;
  const Verdict verdict =
      Explain(Snap(recording, 45).File("cgroup/memory.high", "50331648\n").Build());
  EXPECT_EQ(verdict.cause, Cause::kThrottledStuck);
  EXPECT_EQ(Said(verdict, "throttled"),
            "memory.high was passed 800 times, and all its processes waited for memory 60 % of "
            "8.0 s");
}

TEST(Alive, WhereNothingElseWasSampledALongTimeIsTakenAsAWhole) {
  Recording recording = Throttled();
  auto& samples = recording.samples;
  samples.erase(samples.begin(), samples.begin() + 16);
  samples.front().at -= 50s;
  samples.front().wall -= 50s;
  const Verdict verdict =
      Explain(Snap(recording, 45).File("cgroup/memory.high", "50331648\n").Build());
  EXPECT_EQ(verdict.cause, Cause::kNotKilled) << "it waited 1.8 s of the last 53, and 1.2 of 2";
}

TEST(Alive, InTheFirstMinuteItIsAThrottledStart) {
  EvidenceBuilder builder = SnapOfThrottled();
  builder.container().enrolled_boot = kKilledAt - 40s;
  EXPECT_EQ(Explain(builder.Build()).cause, Cause::kThrottledStart);
}

Verdict WithHigh(const Recording& recording, const char* high, Mode mode = Mode::kTripwire) {
  EvidenceBuilder builder = Snap(recording, 45);
  builder.container().mode = mode;
  builder.File("cgroup/memory.high", high);
  return Explain(builder.Build());
}

/// It may have been put up behind the last sample.
TEST(Alive, ANumberThatMayBeOurOwnWiresIsNobodysThrottling) {
  for (const char* high : {"62914560\n", "64000000\n", "58720256\n"}) {
    const Verdict verdict = WithHigh(Throttled(), high);
    EXPECT_EQ(verdict.cause, Cause::kNotKilled) << high;
    EXPECT_EQ(Said(verdict, "high"), "") << high;
  }
}

TEST(Alive, WhereWeNeverWriteAnyNumberIsSomebodyElses) {
  EXPECT_EQ(WithHigh(Throttled(), "62914560\n", Mode::kObserve).cause, Cause::kThrottledStuck);
}

TEST(Alive, ANumberThatWasThereAtTheStartIsSomebodyElses) {
  EvidenceBuilder builder = Snap(Throttled(), 45);
  builder.container().cgroup.limits.high = Limit(Mebibytes(60));
  builder.File("cgroup/memory.high", "62914560\n");
  EXPECT_EQ(Explain(builder.Build()).cause, Cause::kThrottledStuck);
}

TEST(Alive, MemoryHighThatWasNeverPassedIsOnlySaid) {
  Recording recording = Throttled();
  for (Sample& sample : recording.samples) sample.high = 3;
  const Verdict verdict = WithHigh(recording, "50331648\n");
  EXPECT_EQ(verdict.cause, Cause::kNotKilled);
  EXPECT_TRUE(Said(verdict, "high").starts_with("memory.high is 48 MiB")) << Said(verdict, "high");
}

TEST(Alive, OfOldSamplesNothingIsConcluded) {
  for (Recording recording : {Throttled(), Thrash(), LeakOfALivingOne()}) {
    for (Sample& sample : recording.samples) sample.at -= 20s;
    const Verdict verdict = WithHigh(recording, "50331648\n");
    EXPECT_EQ(verdict.cause, Cause::kNotKilled);
    EXPECT_TRUE(!verdict.growth || !verdict.growth->to_limit);
  }
}

TEST(Alive, WhatFillsItDecidesOnTheAdvice) {
  EvidenceBuilder builder;
  builder.Kind(BundleKind::kSnap)
      .Record(OwnLimitIncident())
      .File("before/memory.stat", MemoryStatText(2U << 20U, 58U << 20U, 0))
      .File("cgroup/memory.max", "67108864\n");
  EXPECT_TRUE(Advises(Explain(builder.Build()), "shared memory"));
}

TEST(Alive, OfAFewSamplesNothingIsConcluded) {
  Recording recording = Throttled();
  recording.samples.erase(recording.samples.begin(), recording.samples.end() - 4);
  EXPECT_EQ(WithHigh(recording, "50331648\n").cause, Cause::kNotKilled) << "3 s are no stall";
}

TEST(Alive, NothingRecordedIsNoDisaster) {
  Evidence evidence;
  evidence.kind = BundleKind::kSnap;
  const Verdict verdict = Explain(evidence);
  EXPECT_EQ(verdict.cause, Cause::kNotKilled);
  EXPECT_TRUE(verdict.statements.empty());
}

}  // namespace
}  // namespace headroom
