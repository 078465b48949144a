#include "explain/words/ending_headline.h"

#include <gtest/gtest.h>

#include <string>

#include "explain/testing/cases.h"
#include "explain/testing/killed_cases.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Verdict VerdictOf(const EvidenceBuilder& builder) { return Explain(builder.Build()); }

TEST(Ending, TheGracePeriodIsFromTheSameHandAlone) {
  EXPECT_NE(VerdictOf(StoppedAfterGrace()).headline.find("SIGKILL 10 s later, via runc"),
            std::string::npos);
  SignalRecord record;
  record.signals = {Sent(SIGTERM, kKilledAt - 10s, Sender(505, "bash", "/bin/bash", "a.scope")),
                    Sent(SIGKILL, kKilledAt, Sender(506, "python3", "/bin/python3", "b.service"))};
  const Verdict verdict = VerdictOf(Killed(BySignal(SIGKILL), record));
  EXPECT_EQ(verdict.headline.find("SIGTERM"), std::string::npos) << verdict.headline;
}

TEST(Ending, ASigtermOfLongAgoAskedForSomethingElse) {
  const SignalSender bash = Sender(505, "bash", "/bin/bash", "a.scope");
  SignalRecord record;
  record.signals = {Sent(SIGTERM, kKilledAt - 601s, bash), Sent(SIGKILL, kKilledAt, bash)};
  EXPECT_FALSE(VerdictOf(Killed(BySignal(SIGKILL), record)).headline.contains("SIGTERM"));
  record.signals[0].at = kKilledAt - 600s;
  EXPECT_TRUE(VerdictOf(Killed(BySignal(SIGKILL), record)).headline.contains("SIGTERM"));
}

EvidenceBuilder UnseenOf(const Incident& incident, const char* why_no_log) {
  EvidenceBuilder builder;
  builder.Kind(BundleKind::kKilled)
      .Record(incident)
      .Missing("kernel/signals.json", Outcome::kUnavailable, "no tracefs is mounted");
  if (why_no_log != nullptr) {
    builder.Missing("kernel/oom.log", Outcome::kUnavailable, why_no_log);
  }
  return builder;
}

TEST(Ending, TheHeadlineRulesTheOomKillerOutOnlyWhereItIsRuledOut) {
  const auto rules_out = [](const Incident& incident, const char* why_no_log) {
    return VerdictOf(UnseenOf(incident, why_no_log)).headline.contains("not by the OOM killer");
  };
  const char* whole = "the kernel's log has no kill by the OOM killer here";
  Incident incident = EndIncident(BySignal(SIGKILL));
  EXPECT_TRUE(rules_out(incident, nullptr));
  incident.levels[0].removed = true;
  EXPECT_FALSE(rules_out(incident, nullptr)) << "a kill may have come after the last reading";
  EXPECT_TRUE(rules_out(incident, whole));
  EXPECT_FALSE(rules_out(incident, "the kernel's log, as far as it was read, has no kill"));
  incident.levels[0].removed = false;
  incident.levels[0].events.oom_kill.reset();
  EXPECT_FALSE(rules_out(incident, whole)) << "not counted is not zero";
}

TEST(Ending, OneThatWasNotLookedAtIsNamedByNobodyButItself) {
  SentSignal kill = Sent(SIGKILL, kKilledAt, Sender(505, "crun", "", ""));
  kill.sender->seen = false;
  const Verdict verdict = VerdictOf(Killed(BySignal(SIGKILL), {.signals = {kill}}));
  EXPECT_NE(verdict.headline.find("by pid 505, which calls itself crun"), std::string::npos)
      << verdict.headline;
}

TEST(Ending, OfAnOomKillHasTheExitInItsHeadline) {
  Incident incident = OwnLimitIncident();
  incident.init_exit = InitExit{.status = BySignal(SIGKILL), .source = "pidfd"};
  EvidenceBuilder builder;
  builder.Record(incident).File("kernel/oom.log", OomLog({}));
  const Verdict verdict = VerdictOf(builder);
  EXPECT_NE(verdict.headline.find("UTC, exit 137"), std::string::npos) << verdict.headline;
  EXPECT_EQ(verdict.killer, "kernel");
  EXPECT_EQ(verdict.exit, BySignal(SIGKILL));
}

}  // namespace
}  // namespace headroom
