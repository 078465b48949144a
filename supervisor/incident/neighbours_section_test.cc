#include "supervisor/incident/neighbours_section.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "container/testing/fake_host.h"
#include "supervisor/incident/self_section.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr int kAsker = 5555;
constexpr std::uint64_t kAskerStart = 10000;  // 100 s after boot

OomEvent Report() {
  OomEvent event;
  event.invoker_pid = kAsker;
  event.invoker_comm = "hog";
  event.oom_memcg = "/box.slice";
  event.task_memcg = FakeHost::kCgroup;
  event.victims = {OomVictim{}};
  event.victims[0].pid = FakeHost::kInit;
  event.victims[0].since_boot = 200s;
  return event;
}

void AddAsker(const FakeHost& host) {
  host.AddProcess(kAsker, "hog", 1, kAskerStart, "/box.slice/hog");
  host.Write(fmt::format("proc/{}/status", kAsker), "Name:\thog\nTgid:\t5550\n");
}

CapturedIncident Seen(Result<Neighbours> neighbours) {
  CapturedIncident incident;
  Enrolment container;
  container.cgroup.path = FakeHost::kCgroup;
  incident.container = std::make_shared<const Enrolment>(container);
  incident.record.detected_boot = 201s;
  incident.oom_events = {Report()};
  std::promise<Result<Neighbours>> promise;
  incident.neighbours = promise.get_future().share();
  promise.set_value(std::move(neighbours));
  return incident;
}

TEST(Trigger, IsItsProcessAndItsCgroupWhileItLives) {
  const FakeHost host;
  AddAsker(host);
  const auto trigger = FindTrigger(host.view(), Report(), 201s);
  ASSERT_TRUE(trigger.has_value());
  EXPECT_EQ(trigger->pid, 5550) << "the kernel prints the number of a thread";
  EXPECT_EQ(trigger->cgroup, "/box.slice/hog");
}

TEST(Trigger, ThatIsTheVictimWasInTheVictimsCgroup) {
  OomEvent event = Report();
  event.invoker_pid = FakeHost::kInit;
  const auto trigger = FindTrigger(FakeHost().view(), event, 201s);
  EXPECT_EQ(trigger->cgroup, FakeHost::kCgroup);
}

TEST(Trigger, WhoseNumberIsSomebodyElsesByNowIsNotLookedAt) {
  const FakeHost host;
  EXPECT_EQ(FindTrigger(host.view(), Report(), 201s)->cgroup, std::nullopt) << "it has ended";
  AddAsker(host);
  EXPECT_EQ(FindTrigger(host.view(), Report(), 50s)->cgroup, std::nullopt)
      << "it began after the kill";
  host.AddProcess(kAsker, "other", 1, kAskerStart, "/box.slice/other");
  const auto trigger = FindTrigger(host.view(), Report(), 201s);
  EXPECT_EQ(trigger->cgroup, std::nullopt) << "it has another name";
  EXPECT_EQ(trigger->pid, kAsker);
}

TEST(Trigger, ThatTheReportDoesNotNameIsNobody) {
  OomEvent event = Report();
  event.invoker_pid.reset();
  EXPECT_EQ(FindTrigger(FakeHost().view(), event, 201s), std::nullopt);
}

TEST(NeighboursSection, TellsWhoIsWho) {
  const FakeHost host;
  AddAsker(host);
  Neighbours seen{.level = "/box.slice", .read_boot = 7s, .took = 3ms};
  seen.cgroups = {{.path = "/box.slice/hog"}, {.path = FakeHost::kCgroup}};
  const Section section = NeighboursSection(host.view(), Seen(seen));
  EXPECT_EQ(section.row.outcome, Outcome::kComplete);
  EXPECT_EQ(section.row.captured_boot, 7s) << "when they were looked at";
  const auto written = ParseNeighbours(section.bytes, "neighbours.json");
  ASSERT_TRUE(written.has_value());
  EXPECT_TRUE(written->cgroups[0].trigger);
  EXPECT_FALSE(written->cgroups[0].victim);
  EXPECT_TRUE(written->cgroups[1].container);
  EXPECT_TRUE(written->cgroups[1].victim);
}

TEST(NeighboursSection, ThatIsCutOrCannotBeHadSaysWhy) {
  const FakeHost host;
  Neighbours cut{.level = "host"};
  cut.truncated = true;
  EXPECT_EQ(NeighboursSection(host.view(), Seen(cut)).row.outcome, Outcome::kPartial);
  const auto gone =
      MakeError(ErrorCode::kGone, "/box.slice", "belongs to a cgroup that was removed");
  EXPECT_EQ(NeighboursSection(host.view(), Seen(gone)).row.outcome, Outcome::kTooLate);
  CapturedIncident own;
  own.why_no_neighbours = "the limit that was met is the container's own";
  const Section section = NeighboursSection(host.view(), own);
  EXPECT_EQ(section.row.outcome, Outcome::kUnavailable);
  EXPECT_EQ(section.row.reason, own.why_no_neighbours);
}

TEST(SelfAccountOf, MeasuresFromTheKernelsClockOnlyWhereItsLagIsKnown) {
  const FakeHost host;
  CapturedIncident incident = Seen(Neighbours{});
  EXPECT_EQ(AccountOf(host.view(), incident, 202s).detection, std::nullopt);
  incident.record.log_clock_lag = 400000us;
  const SelfAccount account = AccountOf(host.view(), incident, 202s);
  EXPECT_EQ(account.detection, 600000us);
  EXPECT_EQ(account.assembled, 1000000us);
  EXPECT_EQ(account.held, std::nullopt);
  EXPECT_EQ(account.samples, std::nullopt) << "no recorder";
  EXPECT_EQ(account.pidfd_open, true) << "where this test can run";
  incident.record.log_clock_lag = 1005000us;
  EXPECT_EQ(AccountOf(host.view(), incident, 202s).detection, 0us) << "within a tick";
  incident.record.log_clock_lag = 3000000us;
  EXPECT_EQ(AccountOf(host.view(), incident, 202s).detection, std::nullopt)
      << "nobody sees a kill before it happens";
}

}  // namespace
}  // namespace headroom
