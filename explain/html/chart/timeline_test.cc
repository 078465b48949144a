#include "explain/html/chart/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "explain/html/chart/timeline_svg.h"
#include "explain/html/testing/rich_case.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Sample At(std::chrono::milliseconds before, std::uint64_t mebibytes) {
  Sample sample;
  sample.at = kKilledAt - before;
  sample.current = Mebibytes(mebibytes);
  return sample;
}

/// Of a kill with those samples and an ordinary snapshot.
std::optional<TimelineChart> ChartOf(std::vector<Sample> samples) {
  EvidenceBuilder builder;
  WithSnapshot(builder.Record(OwnLimitIncident()));
  builder.File("kernel/oom.log", OomLog({})).Record(Recording{.samples = std::move(samples)});
  const Evidence evidence = builder.Build();
  return TimelineOf(StudyCase(evidence));
}

std::string Drawn(const TimelineChart& chart) {
  return TimelineSvg(chart, "x", "a title", "what is seen").Take();
}

std::size_t CountOf(const std::string& text, std::string_view piece) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(piece, at)) != std::string::npos; ++at) ++count;
  return count;
}

TEST(TimelineOf, EndsWithTheKillAndKnowsItsLimits) {
  const auto chart = ChartOf({At(10s, 20), At(5s, 30), At(1s, 60)});
  ASSERT_TRUE(chart);
  EXPECT_TRUE(chart->ends_with_kill);
  EXPECT_EQ(chart->end, kKilledAt);
  EXPECT_EQ(chart->max, Mebibytes(64));
  EXPECT_EQ(chart->high, Mebibytes(60));
  ASSERT_EQ(chart->moments.size(), 2U);
  EXPECT_EQ(chart->moments[0].text, "the snapshot was taken");
  EXPECT_EQ(chart->moments[0].before_end, 400ms);
  EXPECT_TRUE(chart->moments[1].is_kill);
  EXPECT_EQ(chart->moments[1].number, 2U);
}

TEST(TimelineOf, TwoSamplesAreTheFewest) {
  EXPECT_FALSE(ChartOf({}));
  EXPECT_FALSE(ChartOf({At(5s, 30)}));
  EXPECT_FALSE(ChartOf({At(5s, 30), At(5s, 31)})) << "of one moment";
  Sample empty;
  empty.at = kKilledAt - 3s;
  EXPECT_FALSE(ChartOf({At(5s, 30), empty})) << "one that saw nothing does not count";
  EXPECT_TRUE(ChartOf({At(5s, 30), At(1s, 31)}));
}

TEST(TimelineOf, AKillLongAfterTheLastSampleIsNotItsEnd) {
  const auto chart = ChartOf({At(900s, 20), At(890s, 30)});
  ASSERT_TRUE(chart);
  EXPECT_FALSE(chart->ends_with_kill);
  EXPECT_EQ(chart->end, kKilledAt - 890s);
  for (const Moment& moment : chart->moments) EXPECT_FALSE(moment.is_kill);
}

TEST(TimelineOf, FirstPressureIsTheFirstRiseOfACounterThatWasReadBefore) {
  std::vector<Sample> samples = {At(10s, 20), At(8s, 30), At(6s, 40), At(4s, 50)};
  samples[0].high = 7;
  samples[2].high = 7;
  samples[3].high = 8;
  auto chart = ChartOf(samples);
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->moments[0].text, "first pressure, seen by this sample: memory.high was passed");
  EXPECT_EQ(chart->moments[0].before_end, 4s);
  samples[3].high.reset();
  samples[3].some_us = 90;  // the first reading of it: whether it rose is not known
  chart = ChartOf(samples);
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->moments[0].text, "the snapshot was taken");
}

TEST(TimelineOf, APartThatIsNotAlwaysThereIsNotDrawnAsNothing) {
  std::vector<Sample> samples = {At(10s, 20), At(5s, 30), At(1s, 40)};
  for (Sample& sample : samples) {
    sample.anon = Mebibytes(10);
    sample.shmem = Bytes{};
  }
  samples[0].kernel = Mebibytes(1);
  const auto chart = ChartOf(samples);
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->parts, (std::vector{MemoryPart::kAnon, MemoryPart::kShmem}));
  EXPECT_EQ(chart->absent, (std::vector{MemoryPart::kKernel, MemoryPart::kCache}));
}

TEST(TimelineOf, OfVeryManySamplesTheLastOnesAreDrawn) {
  std::vector<Sample> samples;
  for (int i = 3000; i > 0; --i) samples.push_back(At(std::chrono::milliseconds(10 * i), 20));
  const auto chart = ChartOf(samples);
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->samples.size(), kMostDrawn);
  EXPECT_EQ(chart->left_out, 3000 - kMostDrawn);
  EXPECT_EQ(chart->samples.back().at, kKilledAt - 10ms);
}

TEST(TimelineSvg, IsDrawnForBothWidthsWithWords) {
  const std::string svg = Drawn(*ChartOf({At(10s, 20), At(5s, 30), At(1s, 60)}));
  EXPECT_EQ(CountOf(svg, "role=\"img\""), 2U);
  EXPECT_EQ(CountOf(svg, "<desc id=\"x-"), 2U);
  EXPECT_EQ(CountOf(svg, "memory.max 64 MiB"), 2U);
  EXPECT_EQ(CountOf(svg, "class=\"dot\""), 6U) << "a dot a sample, twice";
}

TEST(TimelineSvg, WhereNobodyLookedThereIsNoLine) {
  const std::string whole = Drawn(*ChartOf({At(50s, 20), At(25s, 30), At(1s, 60)}));
  EXPECT_EQ(CountOf(whole, "class=\"gap\""), 0U);
  const std::string gap = Drawn(*ChartOf({At(51s, 20), At(25s, 30), At(1s, 60)}));
  EXPECT_EQ(CountOf(gap, "class=\"gap\""), 2U);
  const std::size_t path = gap.find("class=\"used\" d=\"");
  const std::string line = gap.substr(path, gap.find('/', path) - path);
  EXPECT_EQ(CountOf(line, "M"), 2U) << line;
}

TEST(TimelineSvg, MemoryHighStandsOnlyWhereASampleSaysSo) {
  std::vector<Sample> samples = {At(10s, 20), At(5s, 30), At(1s, 60)};
  EXPECT_EQ(CountOf(Drawn(*ChartOf(samples)), "class=\"high\""), 0U);
  samples[1].armed = true;
  EXPECT_EQ(CountOf(Drawn(*ChartOf(samples)), "class=\"high\""), 2U);
  samples[0].armed = true;
  EXPECT_EQ(CountOf(Drawn(*ChartOf(samples)), "class=\"high\""), 2U) << "one line, twice";
  samples[1].armed = false;
  samples[2].armed = true;
  EXPECT_EQ(CountOf(Drawn(*ChartOf(samples)), "class=\"high\""), 2U) << "none behind the last";
}

TEST(TimelineSvg, ALimitFarAboveAllIsNotDrawn) {
  EXPECT_EQ(CountOf(Drawn(*ChartOf({At(10s, 1), At(1s, 2)})), "memory.max"), 0U);
}

TEST(TimelineSvg, AmountsBeyondReasonStayWithinTheDrawing) {
  std::vector<Sample> samples = {At(10s, 20), At(1s, 60)};
  for (Sample& sample : samples) {
    sample.current = Bytes{~std::uint64_t{0}};
    sample.anon = sample.shmem = sample.kernel = Bytes{~std::uint64_t{0} - 7};
    sample.file = Bytes{};
  }
  const std::string svg = Drawn(*ChartOf(samples));
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  EXPECT_EQ(svg.find("e+"), std::string::npos);
}

TEST(LastOf, KeepsTheNumbersOfTheMoments) {
  const Evidence evidence = Busy().Build();
  const auto chart = TimelineOf(StudyCase(evidence));
  ASSERT_TRUE(chart);
  const TimelineChart last = LastOf(*chart, 300ms);
  EXPECT_LT(last.samples.size(), chart->samples.size());
  ASSERT_EQ(last.moments.size(), chart->moments.size() - 1);
  EXPECT_EQ(last.moments.front().number, 2U);
}

}  // namespace
}  // namespace headroom
