#include "supervisor/incident/lateness.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Its second kill, of a container that was enrolled after 100 s.
CapturedIncident Incident() {
  Enrolment container;
  container.enrolled_boot = 100s;
  CapturedIncident incident;
  incident.container = std::make_shared<const Enrolment>(container);
  incident.id = {.generation = "g", .from = 1, .to = 2};
  incident.noticed = 1000s;
  return incident;
}

CapturedIncident FoundAfterwards() {
  CapturedIncident incident = Incident();
  incident.found_afterwards = true;
  return incident;
}

Sample At(BootTime at, std::optional<std::uint64_t> oom_kill) {
  Sample sample;
  sample.at = at;
  sample.oom_kill = oom_kill;
  return sample;
}

OomEvent Logged(std::chrono::microseconds at) {
  OomEvent event;
  event.victims = {OomVictim{.pid = 7, .since_boot = at}};
  return event;
}

TEST(LateBy, OfAKillThatWasSeenIsCountedFromThen) {
  EXPECT_EQ(LateBy(Incident(), 1000s), std::nullopt);
  EXPECT_EQ(LateBy(Incident(), 1000s + kLate), std::nullopt);
  EXPECT_EQ(LateBy(Incident(), 1001s + kLate), kLate + 1s);
  EXPECT_EQ(LateBy(Incident(), 900s), std::nullopt);
}

TEST(LateBy, WhereItIsNotSaidWhenItWasItIsNow) {
  CapturedIncident incident = Incident();
  incident.noticed.reset();
  EXPECT_EQ(NotBefore(incident), std::nullopt);
  EXPECT_EQ(LateBy(incident, 100000s), std::nullopt);
}

TEST(NotBefore, OfAKillThatWasFoundAfterwardsIsWhatTheKernelsLogSays) {
  CapturedIncident incident = FoundAfterwards();
  incident.oom_events = {Logged(400s), Logged(600s), Logged(500s)};
  incident.record.log_clock_lag = 20s;
  EXPECT_EQ(NotBefore(incident), BootTime(620s));
  EXPECT_EQ(LateBy(incident, 1000s), 380s);
}

TEST(NotBefore, WithoutTheLogsClockOrItsWordIsTheLastSampleWithoutTheKill) {
  CapturedIncident incident = FoundAfterwards();
  incident.recording = Recording{
      .samples = {At(300s, 0), At(700s, 1), At(710s, std::nullopt), At(990s, 2), At(995s, 2)}};
  EXPECT_EQ(NotBefore(incident), BootTime(700s));
  incident.oom_events = {Logged(600s)};
  EXPECT_EQ(NotBefore(incident), BootTime(700s))
      << "how far the log's clock is behind is not known";
}

TEST(NotBefore, WhereNothingElseIsKnownIsTheEnrolment) {
  EXPECT_EQ(NotBefore(FoundAfterwards()), BootTime(100s));
  CapturedIncident incident = FoundAfterwards();
  incident.recording = Recording{.samples = {At(50s, 0), At(990s, 2)}};
  EXPECT_EQ(NotBefore(incident), BootTime(100s));
}

}  // namespace
}  // namespace headroom
