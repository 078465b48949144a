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
  EXPECT_NEAR(growth->fit, 1.0, 1e-6);
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
  EXPECT_EQ(Of({At(3s, Mebibytes(10)), At(2s, Mebibytes(20)), At(1s, Mebibytes(30))}),
            std::nullopt);
}

TEST_F(GrowthTest, OfAPlateauIsNone) {
  std::vector<Sample> samples;
  for (int i = 20; i > 0; --i) samples.push_back(At(std::chrono::seconds(i), Mebibytes(62)));
  EXPECT_EQ(Of(samples), std::nullopt);
  EXPECT_EQ(TextOf(samples), "");
}

TEST_F(GrowthTest, OfASawIsNoLine) {
  std::vector<Sample> samples;
  samples.reserve(20);
  for (unsigned i = 0; i < 20; ++i) {
    samples.push_back(At(std::chrono::seconds(20 - i), Mebibytes(i % 2 == 0 ? 10 : 60)));
  }
  EXPECT_EQ(Of(samples), std::nullopt);
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
  EXPECT_EQ(Of(std::vector<Sample>(10, At(1s, Mebibytes(5)))), std::nullopt);
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
