#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include "explain/testing/cases.h"
#include "explain/testing/odd_cases.h"
#include "explain/testing/said.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

TEST(Caught, SaysHowOldAndHowLongHeld) {
  EXPECT_EQ(Said(KillSingle(), "caught"),
            "0.4 s before the kill, complete; the container was held for 11 ms");
}

TEST(Caught, AfterFiveSecondsTheTableIsSaidToBeOld) {
  const std::string text = Said(DockerWithSwapAndOldSnapshot(), "caught");
  EXPECT_TRUE(Holds(text, "partial (cut at the deadline")) << text;
  EXPECT_TRUE(Holds(text, "its memory may have changed since")) << text;
}

TEST(Caught, AMemoryMapThatWasKeptFromAnEarlierLookSaysHowOldItIs) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("before/smaps/4321", HeapSmaps())
      .CapturedAt(kKilledAt - 50s)
      .File("kernel/oom.log", OomLog({}));
  EXPECT_TRUE(Holds(Said(builder, "caught"),
                    "0.4 s before the kill, complete; the container was held for 11 ms; the "
                    "victim's memory map is of 50 s before the kill"))
      << Said(builder, "caught");
  bool dated = false;
  for (const Statement& statement : Explain(builder.Build()).statements) {
    dated = dated || Holds(statement.text, "55.7 MiB in 1 mapping (50 s before the kill)");
  }
  EXPECT_TRUE(dated);
}

TEST(Caught, TheKillIsDatedByUsWhereTheLogsClockHasDrifted) {
  LoggedKill kill;
  kill.at = kKilledAt - 2s;  // as the clock of the log drifts in a few weeks
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("kernel/oom.log", OomLog(kill));
  EXPECT_TRUE(Said(builder, "caught").starts_with("0.4 s before the kill"))
      << Said(builder, "caught");
}

/// A kill whose stamp in the log is early by `behind`, of which `measured` was known.
EvidenceBuilder StampedEarly(std::chrono::microseconds behind,
                             std::optional<std::chrono::microseconds> measured) {
  LoggedKill kill;
  kill.at = kKilledAt - behind;
  Incident incident = OwnLimitIncident();
  incident.log_clock_lag = measured;
  EvidenceBuilder builder;
  builder.Record(incident).Record(TripwireSnapshot()).File("kernel/oom.log", OomLog(kill));
  return builder;
}

/// 0: not known.
std::chrono::nanoseconds AgeOf(const EvidenceBuilder& builder) {
  return Explain(builder.Build()).snapshot_age.value_or(0ns);
}

TEST(Caught, TheLagOfTheLogsClockIsNoPartOfTheAge) {
  EXPECT_EQ(AgeOf(StampedEarly(0ms, 0us)), 400ms);
  EXPECT_EQ(AgeOf(StampedEarly(84ms, 84ms)), 400ms);
  EXPECT_EQ(AgeOf(StampedEarly(2s, 2s)), 400ms);
  EXPECT_EQ(AgeOf(StampedEarly(-2s, -2s)), 400ms) << "it may be ahead as well";
  EXPECT_EQ(AgeOf(StampedEarly(900s, 900s)), 400ms) << "the machine slept for a quarter of an hour";
}

TEST(Caught, WithoutTheLagTheAgeIsOffByIt) {
  EXPECT_EQ(AgeOf(StampedEarly(300ms, std::nullopt)), 100ms);
  EXPECT_TRUE(Said(StampedEarly(500ms, std::nullopt), "caught")
                  .starts_with("how long before the kill is not known"));
}

TEST(Caught, NoKillIsLaterThanItWasNoticed) {
  // The lag was measured by a record that waited for a second to be read.
  EXPECT_EQ(AgeOf(StampedEarly(84ms, 1084ms)), 412ms) << "it was noticed after 12 ms";
}

TEST(Caught, ASupervisorThatStoodStillNoticesLateAndDatesRight) {
  LoggedKill kill;
  kill.at = kKilledAt - 84ms;
  Incident incident = OwnLimitIncident();
  incident.log_clock_lag = 84ms;
  incident.detected_boot = kKilledAt + 30s;
  incident.detected_wall = kKilledWall + 30s;
  EvidenceBuilder builder;
  builder.Record(incident).Record(TripwireSnapshot()).File("kernel/oom.log", OomLog(kill));
  EXPECT_EQ(AgeOf(builder), 400ms);
  EXPECT_EQ(Explain(builder.Build()).killed_wall, kKilledWall);
}

TEST(Caught, ATickIsForgivenAndNoMore) {
  const auto age = [](std::chrono::nanoseconds behind_kill) {
    Snapshot snapshot = TripwireSnapshot();
    snapshot.taken_boot = kKilledAt + behind_kill;
    Incident incident = OwnLimitIncident();
    incident.log_clock_lag = 0us;
    EvidenceBuilder builder;
    builder.Record(incident).Record(snapshot).File("kernel/oom.log", OomLog({}));
    return Explain(builder.Build()).snapshot_age;
  };
  EXPECT_EQ(age(10ms), 0ns);
  EXPECT_EQ(age(11ms), std::nullopt);
}

TEST(Caught, NothingIsSaidWithItsReason) {
  EXPECT_EQ(Said(Inferred(), "caught"),
            "nothing was read while it lived: the supervisor was not running");
}

TEST(Caught, ASnapshotFromBehindTheKillHasNoAge) {
  Snapshot snapshot = TripwireSnapshot();
  snapshot.taken_boot = kKilledAt + 10s;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).Record(snapshot).File("kernel/oom.log", OomLog({}));
  EXPECT_TRUE(Said(builder, "caught").starts_with("how long before the kill is not known"));
}

TEST(Caught, TheKillIsDatedByUsWhereTheMachineSlept) {
  // The log's clock stood still for an hour; ours did not, and saw the kill at once.
  LoggedKill kill;
  kill.at = kKilledAt - 3600s / 10;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .File("kernel/oom.log", OomLog(kill));
  EXPECT_TRUE(Said(builder, "caught").starts_with("0.4 s before the kill"))
      << Said(builder, "caught");
}

TEST(Note, ASharedCgroupIsNotTakenForSeveralContainers) {
  Incident incident = OwnLimitIncident();
  incident.confidence = "subtree";
  incident.candidates = {"runc-0-web"};
  EvidenceBuilder builder;
  builder.container().own_cgroup = false;
  builder.container().not_own_reason = "the engine is in it";
  builder.File("container.json", SerializeEnrolment(builder.container())).Record(incident);
  EXPECT_EQ(Said(builder, "note"),
            "its cgroup is not its own, so that others in it are counted as well: the engine is in "
            "it");
}

TEST(Note, ACauseThatRestsOnAnOldSnapshotIsInferred) {
  Snapshot snapshot = TripwireSnapshot();
  snapshot.taken_boot = kKilledAt - 42s;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(snapshot)
      .File("before/memory.stat", MemoryStatText(60600000, 0, 400000));
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(verdict.cause, Cause::kLimitAnon);
  EXPECT_EQ(verdict.confidence, Confidence::kInferred);
  EXPECT_EQ(Said(builder, "note"),
            "the kill was seen; what filled the limit is inferred from before it");
}

TEST(Note, SaysWhyTheKernelsLogIsMissing) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Missing("kernel/oom.log", Outcome::kUnavailable, "/dev/kmsg: permission denied");
  EXPECT_EQ(Said(builder, "note"), "the kernel's log is not here: /dev/kmsg: permission denied");
}

TEST(Note, ASnapshotOfAnIncidentThatNobodySawSaysSo) {
  EXPECT_TRUE(Holds(Said(Inferred(), "note"), "found in the counters afterwards"));
  EXPECT_EQ(Said(KillSingle(), "note"), "");
}

}  // namespace
}  // namespace headroom
