#include "supervisor/incident/around_sections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "container/testing/fake_host.h"
#include "evidence/testing/drafts.h"
#include "evidence/timeline.h"
#include "supervisor/incident/lateness.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr BootTime kKilled = 1000s;

class AroundTest : public testing::Test {
 protected:
  AroundTest() {
    incident_.container = std::make_shared<const Enrolment>(MadeEnrolment());
    incident_.noticed = kKilled;
    incident_.record.init_alive = true;
    incident_.recorder_path = host_.path() + "/recorder";
    incident_.cgroup =
        std::make_shared<const CgroupDir>(CgroupDir::Open(host_.view(), FakeHost::kCgroup).value());
    host_.Write("proc/vmstat", "oom_kill 1\n");
    host_.Write("proc/version", "Linux version 6.12\n");
    host_.Write("proc/meminfo",
                "MemTotal:        2097152 kB\nMemFree:          500000 kB\n"
                "SwapTotal:             0 kB\nSwapFree:              0 kB\n");
  }
  static Sample At(BootTime at) {
    Sample sample;
    sample.at = at;
    return sample;
  }
  void Read(BootTime now) { around_ = ReadAround(host_.view(), incident_, now); }
  [[nodiscard]] const Section& Of(const std::string& name) const {
    static const Section none = MadeSection("none", "");
    const auto found = std::ranges::find_if(
        *around_, [&](const Section& section) { return section.row.section == name; });
    EXPECT_NE(found, around_->end()) << name;
    return found == around_->end() ? none : *found;
  }
  [[nodiscard]] Outcome OutcomeOf(const std::string& name) const { return Of(name).row.outcome; }

  FakeHost host_;
  CapturedIncident incident_;
  std::shared_ptr<const std::vector<Section>> around_;
};

TEST_F(AroundTest, SoonAfterTheKillIsWhatThereIs) {
  Read(kKilled + 5s);
  for (const char* name : {"host/meminfo", "host/vmstat", "host/version", "host/sysctl.json",
                           "after/survivors.json"}) {
    EXPECT_EQ(OutcomeOf(name), Outcome::kComplete) << name;
  }
  EXPECT_THAT(Of("host/meminfo").bytes, HasSubstr("MemFree:"));
  EXPECT_THAT(Of("after/survivors.json").bytes, HasSubstr("\"total\": 1"));
}

/// Whatever runs there by then may have been started since.
TEST_F(AroundTest, LongAfterTheKillIsNotSaidToBeOfIt) {
  Read(kKilled + 1h);
  for (const char* name :
       {"host/vmstat", "after/survivors.json", "container/log.txt", "host/unit.log"}) {
    EXPECT_EQ(OutcomeOf(name), Outcome::kTooLate) << name;
    EXPECT_THAT(Of(name).row.reason, HasSubstr("3600 s afterwards")) << name;
    EXPECT_EQ(Of(name).bytes, "") << name;
  }
  EXPECT_EQ(OutcomeOf("host/version"), Outcome::kComplete) << "it is what it was";
  EXPECT_EQ(OutcomeOf("host/sysctl.json"), Outcome::kComplete);
}

TEST_F(AroundTest, WhatTheHostHasInAllIsKeptHoweverLate) {
  Read(kKilled + 1h);
  EXPECT_EQ(OutcomeOf("host/meminfo"), Outcome::kPartial);
  EXPECT_EQ(Of("host/meminfo").bytes, "MemTotal:        2097152 kB\nSwapTotal:             0 kB\n");
}

TEST_F(AroundTest, AContainerThatHasEndedWritesNothingMore) {
  incident_.record.init_alive = false;
  Read(kKilled + 1h);
  EXPECT_EQ(OutcomeOf("container/log.txt"), Outcome::kUnavailable) << "runc keeps none";
  EXPECT_EQ(OutcomeOf("host/unit.log"), Outcome::kUnavailable) << "it is no unit";
}

TEST_F(AroundTest, WhatThisHostDoesNotOfferIsNotSaidToBeTooLate) {
  Read(kKilled + 1h);
  EXPECT_EQ(OutcomeOf("host/pressure/memory"), Outcome::kUnavailable);
}

TEST_F(AroundTest, TheSamplesAreThoseOfWhenItWasClosed) {
  incident_.recording = Recording{.samples = {At(kKilled - 10s), At(kKilled + 1s)}};
  Read(kKilled + 1h);
  const auto timeline = ParseTimeline(Of("timeline.json").bytes, "timeline.json");
  ASSERT_TRUE(timeline) << timeline.error().Message();
  EXPECT_EQ(timeline->samples.size(), 2U);
}

TEST_F(AroundTest, SamplesOfLongAfterTheKillAreLeftOut) {
  incident_.recording = Recording{.samples = {At(kKilled - 10s), At(kKilled + kLate + 1s)}};
  Read(kKilled + 1h);
  EXPECT_EQ(ParseTimeline(Of("timeline.json").bytes, "timeline.json").value().samples.size(), 1U);
  incident_.recording = Recording{.samples = {At(kKilled + kLate + 1s)}};
  Read(kKilled + 1h);
  EXPECT_EQ(OutcomeOf("timeline.json"), Outcome::kTooLate);
}

TEST_F(AroundTest, ARecorderThatIsNotThereIsUnavailable) {
  Read(kKilled);
  EXPECT_EQ(OutcomeOf("timeline.json"), Outcome::kUnavailable);
}

TEST_F(AroundTest, TheLeastOfItIsTheSamplesAndEveryRow) {
  incident_.recording = Recording{.samples = {At(kKilled)}};
  Read(kKilled);
  const auto least = LeastOfAround(*around_, "given up: no room");
  ASSERT_EQ(least->size(), around_->size());
  for (std::size_t i = 0; i < least->size(); ++i) {
    const Section& kept = (*least)[i];
    const Section& was = (*around_)[i];
    EXPECT_EQ(kept.row.section, was.row.section);
    if (was.bytes.empty() || kept.row.section == "timeline.json") {
      EXPECT_EQ(kept.row.outcome, was.row.outcome) << kept.row.section;
      EXPECT_EQ(kept.bytes, was.bytes) << kept.row.section;
    } else {
      EXPECT_EQ(kept.row.outcome, Outcome::kTooLate) << kept.row.section;
      EXPECT_EQ(kept.row.reason, "given up: no room") << kept.row.section;
      EXPECT_EQ(kept.bytes, "") << kept.row.section;
    }
  }
}

}  // namespace
}  // namespace headroom
