#include "fix/testing/fix_fixture.h"

namespace headroom {
namespace {

class FixOomScoreAdjTest : public FixFixture {
 protected:
  void Set(const std::string& text) const { host_.Write("proc/4321/oom_score_adj", text + "\n"); }
  [[nodiscard]] std::string Score() const {
    return ReadFileAt(AT_FDCWD, host_.path() + "/proc/4321/oom_score_adj", 100).value_or("");
  }
};

TEST_F(FixOomScoreAdjTest, RaisesItAndReadsItBack) {
  Set("-1000");
  const FixOutcome outcome = Apply(SetOomScoreAdj{{.value = -500}});
  EXPECT_FALSE(outcome.fixed()) << "a plain file keeps the last digit: " << outcome.text;
  EXPECT_NE(outcome.text.find("read back"), std::string::npos) << outcome.text;
  Set("-998");
  const FixOutcome raised = Apply(SetOomScoreAdj{{.value = -500}});
  EXPECT_EQ(raised.text, "fixed: oom_score_adj is now -500");
  EXPECT_EQ(raised.before, "-998");
  EXPECT_EQ(raised.after, "-500");
  EXPECT_EQ(facts_.process.oom_score_adj, -500);
}

TEST_F(FixOomScoreAdjTest, NeverLowersIt) {
  Set("300");
  for (const int value : {300, 299, -1000}) {
    EXPECT_TRUE(Apply(SetOomScoreAdj{{.value = value}}).already()) << value;
  }
  EXPECT_EQ(Score(), "300\n");
}

TEST_F(FixOomScoreAdjTest, IsSetInModeObserveSinceItIsNoCgroupFile) {
  Set("0");
  EXPECT_TRUE(ApplyFix(context_, Mode::kObserve, SetOomScoreAdj{{.value = 5}}, facts_).fixed());
}

TEST_F(FixOomScoreAdjTest, TouchesNoProcessThatTookTheNumber) {
  Set("0");
  facts_.init.start_ticks += 1;
  ExpectNotFixed(SetOomScoreAdj{{.value = 5}}, "another process");
  EXPECT_EQ(Score(), "0\n");
}

TEST_F(FixOomScoreAdjTest, AProcessThatIsGoneIsNotFixed) {
  facts_.init.pid = 99;
  ExpectNotFixed(SetOomScoreAdj{{.value = 5}}, "/99");
}

TEST_F(FixOomScoreAdjTest, AFileThatHoldsNoNumberIsLeftAlone) {
  Set("none");
  ExpectNotFixed(SetOomScoreAdj{{.value = 5}}, "no whole number");
}

}  // namespace
}  // namespace headroom
