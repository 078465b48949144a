#include "fix/fix.h"

#include "fix/testing/fix_fixture.h"

namespace headroom {
namespace {

class FixTest : public FixFixture {};

TEST_F(FixTest, SaysWhyThereIsNothingToFixWith) {
  Finding finding;
  finding.no_fix_reason = "memory.high is written by the supervisor alone";
  const auto outcomes = FixFinding(context_, Mode::kTripwire, finding, facts_);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].text, "not fixed: memory.high is written by the supervisor alone");
  EXPECT_EQ(outcomes[0].setting, "");
}

TEST_F(FixTest, TriesEveryFixOfAFindingWhateverBecameOfTheOthers) {
  SetCgroup("memory.max", "max");
  SetCgroup("memory.current", "9999999");
  Finding finding;
  finding.fixes = {SetMemoryMax{Mebibytes(1)}, SetOomGroup{}, SetMemlock{Mebibytes(1)}};
  const auto outcomes = FixFinding(context_, Mode::kTripwire, finding, facts_);
  ASSERT_EQ(outcomes.size(), 3U);
  EXPECT_FALSE(outcomes[0].fixed());
  EXPECT_TRUE(outcomes[1].fixed()) << outcomes[1].text;
  EXPECT_FALSE(outcomes[2].fixed());
  EXPECT_EQ(Cgroup("memory.max"), "max\n");
  EXPECT_EQ(Cgroup("memory.oom.group"), "1");
}

TEST_F(FixTest, WhatARuntimeSetsLaterIsLeftToConfigJson) {
  ExpectNotFixed(SetMemlock{Mebibytes(1)}, "only in config.json");
  ExpectNotFixed(EnableOomKiller{}, "only in config.json");
}

TEST_F(FixTest, TheSecondRunChangesNothing) {
  SetCgroup("memory.max", "max");
  SetCgroup("memory.low", "0");
  host_.Write("proc/4321/oom_score_adj", "0\n");
  const Fix fixes[] = {SetMemoryMax{Mebibytes(32)}, SetOomGroup{}, SetMemoryLow{Mebibytes(2)},
                       SetOomScoreAdj{{.value = 100}}};
  for (const Fix& fix : fixes) EXPECT_TRUE(Apply(fix).fixed()) << Apply(fix).text;
  for (const Fix& fix : fixes) {
    const FixOutcome outcome = Apply(fix);
    EXPECT_TRUE(outcome.already()) << outcome.text;
    EXPECT_TRUE(outcome.text.starts_with("already: ")) << outcome.text;
    EXPECT_EQ(outcome.before, outcome.after);
  }
}

}  // namespace
}  // namespace headroom
