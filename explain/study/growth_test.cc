#include "explain/study/growth.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "explain/testing/cases.h"
#include "explain/words/statements.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Sample At(std::chrono::nanoseconds before_kill, Bytes current) {
  Sample sample;
  sample.at = kKilledAt - before_kill;
  sample.current = current;
  sample.oom_kill = 0;
  return sample;
}

/// A case whose recorder held these samples; the limit is 64 MiB.
class GrowthTest : public testing::Test {
 protected:
  std::optional<Growth> Of(std::vector<Sample> samples) {
    Study(std::move(samples));
    return FindGrowth(*case_);
  }
  std::string TextOf(std::vector<Sample> samples) {
    Study(std::move(samples));
    const auto statements = GrowthStatements(*case_);
    return statements.empty() ? "" : statements.front().text;
  }
  void Study(std::vector<Sample> samples) {
    Recording recording;
    recording.samples = std::move(samples);
    EvidenceBuilder builder = base_;
    builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog({})).Record(recording);
    evidence_ = builder.Build();
    case_.emplace(StudyCase(evidence_));
  }

  EvidenceBuilder base_;
  Evidence evidence_;
  std::optional<Case> case_;
};

TEST_F(GrowthTest, OfASteadyLeakIsItsRate) {
  const auto growth = Of(SteadyLeak().samples);
  ASSERT_TRUE(growth.has_value());
  EXPECT_NEAR(growth->bytes_per_second, 6.0 * 1048576, 1.0);
  EXPECT_EQ(growth->duration, 8s);
  EXPECT_EQ(growth->samples, 9U);
  EXPECT_NEAR(growth->fit.value_or(0), 1.0, 1e-6);
  EXPECT_EQ(growth->shape, Shape::kSteady);
}

TEST_F(GrowthTest, ThatEndedLongBeforeTheKillIsNotTheLast) {
  std::vector<Sample> samples;
  for (unsigned i = 9; i <= 9; --i) {
    samples.push_back(At(std::chrono::seconds(20 + i), Mebibytes(60 - 6 * i)));
  }
  const std::string text = TextOf(samples);
  EXPECT_NE(text.find("until 20 s before the kill"), std::string::npos) << text;
}

TEST_F(GrowthTest, OfAllThatIsChargedSaysWhereCacheIsMuchOfIt) {
  Recording recording;
  for (unsigned i = 9; i > 0; --i) {
    recording.samples.push_back(At(std::chrono::seconds(i), Mebibytes(60 - 6 * i)));
  }
  const auto text = [&](const char* stat) {
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident()).Record(recording).File("before/memory.stat", stat);
    const Evidence evidence = builder.Build();
    return GrowthStatements(StudyCase(evidence)).at(0).text;
  };
  EXPECT_TRUE(text("anon 30000000\nfile 30000000\nshmem 0\n").starts_with("steady, page cache"));
  EXPECT_TRUE(text("anon 60000000\nfile 1000000\nshmem 0\n").starts_with("steady, +"));
}

/// The samples are the container's; who filled a slice above is not among them.
TEST_F(GrowthTest, IsNotToldOfALimitAbove) {
  LoggedKill kill;
  kill.oom_memcg = "/box.slice";
  Recording recording;
  recording.samples = {At(3s, Mebibytes(1))};
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog(kill)).Record(recording);
  const Evidence evidence = builder.Build();
  EXPECT_TRUE(GrowthStatements(StudyCase(evidence)).empty());
}

TEST_F(GrowthTest, IsTheLastStretchAndNotThePlateauBeforeIt) {
  std::vector<Sample> samples;
  for (int i = 60; i > 5; --i) samples.push_back(At(std::chrono::seconds(i), Mebibytes(10)));
  for (unsigned i = 0; i < 5; ++i) {
    samples.push_back(At(std::chrono::seconds(5 - i), Mebibytes(10 + 10 * (i + 1))));
  }
  const auto growth = Of(samples);
  ASSERT_TRUE(growth.has_value());
  EXPECT_NEAR(growth->bytes_per_second / 1048576, 10.0, 1.0);
  EXPECT_LE(growth->duration, 7s);
}

TEST_F(GrowthTest, OfThreeSamplesIsNotKnown) {
  EXPECT_FALSE(
      Of({At(3s, Mebibytes(10)), At(2s, Mebibytes(20)), At(1s, Mebibytes(30))}).has_value());
}

TEST_F(GrowthTest, OfAPlateauIsNoRate) {
  std::vector<Sample> samples;
  for (int i = 20; i > 0; --i) samples.push_back(At(std::chrono::seconds(i), Mebibytes(62)));
  const auto growth = Of(samples);
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->shape, Shape::kPlateau);
  EXPECT_EQ(growth->bytes_per_second, 0);
  EXPECT_EQ(growth->fit, std::nullopt);
  EXPECT_EQ(growth->to_limit, std::nullopt);
  EXPECT_EQ(TextOf(samples), "level at 62 MiB for the last 19 s (20 samples)");
}

/// Level for a minute, then up in four samples.
std::vector<Sample> Burst() {
  std::vector<Sample> samples;
  for (int i = 60; i > 4; --i) samples.push_back(At(std::chrono::seconds(i), Mebibytes(10)));
  for (unsigned i = 1; i <= 4; ++i) {
    samples.push_back(At(std::chrono::seconds(5 - i), Mebibytes(10 + 12 * i)));
  }
  return samples;
}

TEST_F(GrowthTest, OfABurstSaysHowLongItWasLevelBefore) {
  const auto growth = Of(Burst());
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->shape, Shape::kBurst);
  EXPECT_EQ(TextOf(Burst()),
            "a burst: from 10 MiB to 58 MiB, +12 MiB/s for the last 4.0 s (5 samples, fit 1.00), "
            "after 55 s level");
}

TEST_F(GrowthTest, OfALevelFarBelowTheLimitThatWasMetIsABurst) {
  std::vector<Sample> samples;
  for (int i = 60; i > 4; --i) samples.push_back(At(std::chrono::seconds(i), Mebibytes(10)));
  const auto growth = Of(samples);
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->shape, Shape::kBurst);
  EXPECT_EQ(growth->to_limit, std::nullopt);
  EXPECT_EQ(TextOf(samples),
            "a burst: from 10 MiB to the limit in less than 5.0 s, faster than samples were taken, "
            "after 55 s level");
}

/// The rise had just begun when it was sampled last: no plateau any more, and no burst yet.
TEST_F(GrowthTest, OfARiseOfWhichOnlyTheFootWasSampledIsABurst) {
  std::vector<Sample> samples;
  for (int i = 6; i > 0; --i) {
    samples.push_back(At(std::chrono::seconds(10 * i), Mebibytes(15)));
  }
  samples.push_back(At(3s, Mebibytes(19)));
  EXPECT_EQ(TextOf(samples),
            "a burst: from 19 MiB to the limit in less than 3.0 s, faster than samples were taken, "
            "after 57 s level");
  const auto growth = Of(samples);
  EXPECT_EQ(growth->first, Mebibytes(19));
  EXPECT_EQ(growth->last, Mebibytes(64));
  EXPECT_NEAR(growth->bytes_per_second / 1048576, 15.0, 1e-6);
}

TEST_F(GrowthTest, NearTheLimitOrHardlyWatchedNoUnseenBurstIsMade) {
  std::vector<Sample> near;
  for (int i = 60; i > 4; --i) near.push_back(At(std::chrono::seconds(i), Mebibytes(55)));
  EXPECT_EQ(Of(near)->shape, Shape::kPlateau);
  std::vector<Sample> few = {At(12s, Mebibytes(10)), At(11s, Mebibytes(10)),
                             At(10s, Mebibytes(10))};
  EXPECT_FALSE(Of(few).has_value());
}

TEST_F(GrowthTest, OfATimeThatNobodyWatchedNoBurstIsMade) {
  std::vector<Sample> samples;
  for (int i = 60; i > 0; --i)
    samples.push_back(At(10min + std::chrono::seconds(i), Mebibytes(10)));
  const auto growth = Of(samples);
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->shape, Shape::kPlateau);
  const auto statements = GrowthStatements(*case_);
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(
      statements[1].text,
      "not sampled for the last 10 min 1 s: how it went from 10 MiB to the limit is not known");
  EXPECT_TRUE(TextOf({samples.back()}).starts_with("not sampled for the last 10 min 1 s: "));
}

TEST_F(GrowthTest, APauseOfTheIdleRecorderIsNoGap) {
  const auto text = [&](std::chrono::nanoseconds gap) { return TextOf({At(gap, Mebibytes(5))}); };
  EXPECT_TRUE(text(12s).ends_with("faster than samples were taken"));
  EXPECT_TRUE(text(12s + 1ms).starts_with("not sampled for the last 12"));
}

TEST_F(GrowthTest, OfAKillThatWasFoundAfterwardsNoBurstIsMade) {
  Recording recording;
  for (int i = 60; i > 4; --i) {
    recording.samples.push_back(At(std::chrono::seconds(i), Mebibytes(10)));
  }
  Incident incident = OwnLimitIncident();
  incident.confidence = "inferred";
  EvidenceBuilder builder;
  builder.Record(incident).File("kernel/oom.log", OomLog({})).Record(recording);
  const Evidence evidence = builder.Build();
  const auto growth = FindGrowth(StudyCase(evidence));
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->shape, Shape::kPlateau);
}

std::vector<Sample> Sawtooth() {
  std::vector<Sample> samples;
  samples.reserve(50);
  for (unsigned i = 0; i < 50; ++i) {
    samples.push_back(At(std::chrono::seconds(50 - i), Mebibytes(10 + 5 * (i % 10))));
  }
  return samples;
}

TEST_F(GrowthTest, OfASawtoothCountsItsFallsAndIsNoRate) {
  const auto growth = Of(Sawtooth());
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->shape, Shape::kSawtooth);
  EXPECT_EQ(growth->to_limit, std::nullopt);
  EXPECT_EQ(TextOf(Sawtooth()),
            "a sawtooth: fell 4 times between 10 MiB and 55 MiB for the last 49 s (50 samples)");
}

TEST_F(GrowthTest, SaysHowSoonTheLimitCame) {
  EXPECT_EQ(TextOf(SteadyLeak().samples),
            "steady, +6 MiB/s for the last 8.0 s (9 samples, fit 1.00): from 60 % of the limit to "
            "all of it in 4.3 s");
  const auto growth = Of(SteadyLeak().samples);
  ASSERT_TRUE(growth->to_limit.has_value());
  // 60 MiB of 64 at the last sample.
  EXPECT_NEAR(std::chrono::duration<double>(*growth->to_limit).count(), 4.0 / 6, 0.01);
}

TEST_F(GrowthTest, SaysNothingOfTheLimitWherePageCacheIsInTheRate) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(SteadyLeak())
      .File("before/memory.stat", "anon 30000000\nfile 30000000\nshmem 0\n");
  const Evidence evidence = builder.Build();
  const auto growth = FindGrowth(StudyCase(evidence));
  ASSERT_TRUE(growth.has_value());
  EXPECT_TRUE(growth->cache_included);
  EXPECT_EQ(growth->to_limit, std::nullopt);
}

/// Sockets, page tables and the like are nobody's cache.
TEST_F(GrowthTest, OfKernelMemoryCountsWhereHardlyAnyIsReclaimable) {
  Recording recording = SteadyLeak();
  for (std::size_t i = 0; i < recording.samples.size(); ++i) {
    recording.samples[i].anon = Mebibytes(5);
    recording.samples[i].shmem = Bytes{0};
    recording.samples[i].kernel = Mebibytes(4 * i);
  }
  const auto growth = [&](const char* stat) {
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident()).Record(recording).File("before/memory.stat", stat);
    const Evidence evidence = builder.Build();
    return FindGrowth(StudyCase(evidence));
  };
  const auto held = growth("anon 5242880\nkernel 33554432\nslab_reclaimable 1048576\n");
  ASSERT_TRUE(held.has_value());
  EXPECT_NEAR(held->bytes_per_second / 1048576, 4, 0.01);
  EXPECT_FALSE(growth("anon 5242880\nkernel 33554432\nslab_reclaimable 30000000\n").has_value())
      << "dentries go when they must, and 5 MiB for 8 s are no plateau yet";
  EXPECT_FALSE(growth("anon 5242880\nkernel 33554432\n").has_value()) << "not known is not zero";
}

TEST_F(GrowthTest, MarksTheFirstSignOfPressure) {
  std::vector<Sample> samples = SteadyLeak().samples;
  for (Sample& sample : samples) {
    sample.max = 3;
    sample.some_us = 500;
  }
  EXPECT_FALSE(Of(samples)->first_pressure.has_value());
  samples[7].some_us = samples[8].some_us = 20'500;
  auto pressure = Of(samples)->first_pressure;
  ASSERT_TRUE(pressure.has_value());
  EXPECT_EQ(pressure->at, samples[7].at);
  EXPECT_EQ(pressure->kind, FirstPressure::Kind::kWaited);
  samples[5].max = samples[6].max = samples[7].max = samples[8].max = 4;
  pressure = Of(samples)->first_pressure;
  EXPECT_EQ(pressure->at, samples[5].at);
  EXPECT_EQ(pressure->kind, FirstPressure::Kind::kMax);
}

TEST_F(GrowthTest, PressureBeforeTheStretchMakesThatOfItNotTheFirst) {
  std::vector<Sample> samples = SteadyLeak().samples;
  for (Sample& sample : samples) sample.max = 4;
  samples[7].max = samples[8].max = 5;
  const auto said = [&] {
    (void)Of(samples);
    const auto statements = GrowthStatements(*case_);
    return statements.size() < 2 ? "" : statements[1].text;
  };
  EXPECT_EQ(said(), "first sign of pressure 1.5 s before the kill: memory.max was met");
  for (const auto& [before, met] : {std::pair{400s, 3}, std::pair{300s, 4}}) {
    Sample early = At(before, Mebibytes(12));
    early.max = met;
    samples.push_back(early);
  }
  EXPECT_EQ(said(), "first sign of pressure since then 1.5 s before the kill: memory.max was met");
}

TEST_F(GrowthTest, TakesNoPressureOfOurOwnWireForTheContainers) {
  std::vector<Sample> samples = SteadyLeak().samples;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i].high = i;
    samples[i].armed = true;
  }
  EXPECT_FALSE(Of(samples)->first_pressure.has_value());
  for (Sample& sample : samples) sample.armed = false;
  EXPECT_EQ(Of(samples)->first_pressure->at, samples[1].at);
}

/// The trip lifts the wire at once, so that no sample is armed behind it.
TEST_F(GrowthTest, TakesTheTripOfOurOwnWireForNoPressureEither) {
  std::vector<Sample> samples = SteadyLeak().samples;
  for (Sample& sample : samples) {
    sample.high = 0;
    sample.some_us = 0;
    sample.armed = true;
  }
  samples[8].armed = false;
  samples[8].high = 1;
  samples[8].some_us = 45'000;
  EXPECT_FALSE(Of(samples)->first_pressure.has_value());
  samples[6].armed = samples[7].armed = false;  // somebody else's memory.high
  EXPECT_EQ(Of(samples)->first_pressure->kind, FirstPressure::Kind::kHigh);
  samples[7].high.reset();
  samples[6].high.reset();
  EXPECT_EQ(Of(samples)->first_pressure->kind, FirstPressure::Kind::kWaited)
      << "it may have been passed since sample 5, when the wire stood";
}

/// A wire that is set and met between two samples.
TEST_F(GrowthTest, TakesWhatHappenedAsItWasHeldForNoPressureOfItsOwn) {
  const auto pressure = [](std::optional<std::chrono::microseconds> held) {
    Recording recording = SteadyLeak();
    for (Sample& sample : recording.samples) sample.high = 0;
    recording.samples.back().high = 1;
    Snapshot snapshot = TripwireSnapshot();
    snapshot.held = held;
    snapshot.taken_boot = recording.samples.back().at - 10ms;
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident()).Record(snapshot).Record(recording);
    const Evidence evidence = builder.Build();
    return FindGrowth(StudyCase(evidence))->first_pressure;
  };
  EXPECT_FALSE(pressure(45ms).has_value());
  EXPECT_TRUE(pressure(std::nullopt).has_value()) << "nothing was held";
}

/// The kernel counts on until it is lifted, and the wire does not stand any more in the sample.
TEST_F(GrowthTest, TakesWhatIsCountedBehindASampleInTheMiddleOfAHoldForNoPressureEither) {
  const auto pressure = [](std::chrono::microseconds held) {
    Recording recording = SteadyLeak();
    std::vector<Sample>& samples = recording.samples;
    const std::size_t middle = samples.size() - 2;
    for (Sample& sample : samples) sample.high = 0;
    samples[middle].high = 3;
    samples.back().high = 5;
    Snapshot snapshot = TripwireSnapshot();
    snapshot.held = held;
    snapshot.taken_boot = samples[middle].at - 10ms;
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident()).Record(snapshot).Record(recording);
    const Evidence evidence = builder.Build();
    return FindGrowth(StudyCase(evidence))->first_pressure;
  };
  EXPECT_FALSE(pressure(45ms).has_value());
  EXPECT_TRUE(pressure(5ms).has_value()) << "it was lifted before the sample";
}

TEST_F(GrowthTest, ACounterThatWasNotSampledOrWentBackIsNoPressure) {
  std::vector<Sample> samples = SteadyLeak().samples;
  samples[2].max = 9;
  samples[4].max = 3;
  EXPECT_FALSE(Of(samples)->first_pressure.has_value());
  samples[6].max = 4;
  EXPECT_EQ(Of(samples)->first_pressure->at, samples[6].at) << "against the last that is known";
}

TEST_F(GrowthTest, OfASawIsNoLine) {
  std::vector<Sample> samples;
  samples.reserve(20);
  for (unsigned i = 0; i < 20; ++i) {
    samples.push_back(At(std::chrono::seconds(20 - i), Mebibytes(i % 2 == 0 ? 10 : 60)));
  }
  EXPECT_FALSE(Of(samples).has_value());
}

TEST_F(GrowthTest, TakesNoSampleFromBehindTheKill) {
  std::vector<Sample> samples = SteadyLeak().samples;
  Sample after = At(-1s, Mebibytes(1));
  after.oom_kill = 1;
  samples.push_back(after);
  Sample just_counted = At(1ms, Mebibytes(2));  // the log's clock is a little off
  just_counted.oom_kill = 1;
  samples.push_back(just_counted);
  const auto growth = Of(samples);
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->samples, 9U);
}

TEST_F(GrowthTest, AnEarlierKillDoesNotEndTheSamples) {
  std::vector<Sample> samples = SteadyLeak().samples;
  for (std::size_t i = 3; i < samples.size(); ++i) samples[i].oom_kill = 1;
  const auto growth = Of(samples);
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->samples, 9U);
}

TEST_F(GrowthTest, SamplesInAnyOrderAndAtOneMomentAreNoDivisionByZero) {
  std::vector<Sample> samples = SteadyLeak().samples;
  std::ranges::reverse(samples);
  EXPECT_TRUE(Of(samples).has_value());
  EXPECT_FALSE(Of(std::vector<Sample>(10, At(1s, Mebibytes(5)))).has_value());
}

TEST_F(GrowthTest, WhatTheProgramAskedForComesBeforeWhatCacheAdds) {
  std::vector<Sample> samples = SteadyLeak().samples;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i].anon = Mebibytes(10 + 2 * i);
    samples[i].shmem = Bytes{0};
  }
  EXPECT_NEAR(Of(samples)->bytes_per_second / 1048576, 2.0, 0.01);
}

TEST_F(GrowthTest, SaysWhenItDiedBeforeItCouldBeMeasured) {
  base_.container().enrolled_boot = kKilledAt - 300ms;
  EXPECT_EQ(TextOf({}), "none measured: it died within 0.3 s of starting");
}

TEST_F(GrowthTest, SaysWhenItWasFasterThanTheSamples) {
  EXPECT_EQ(TextOf({At(100ms, Mebibytes(5))}),
            "from 5 MiB to the limit in less than 100 ms: faster than samples were taken");
}

TEST_F(GrowthTest, SaysNothingOfALifeThatWasLongAndUnsampled) { EXPECT_EQ(TextOf({}), ""); }

}  // namespace
}  // namespace headroom
