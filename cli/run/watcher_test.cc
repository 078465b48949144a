#include "cli/run/watcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace headroom {
namespace {

using Choice = SupervisorChoice;

TEST(PlanWatch, OneThatRunsWatchesWhoeverAsks) {
  for (const bool root : {true, false}) {
    for (const Choice choice : {Choice::kAuto, Choice::kSystem, Choice::kEmbedded}) {
      const WatchFacts facts{.choice = choice, .root = root, .systemd = true, .alive = true};
      EXPECT_EQ(PlanWatch(facts), WatchPlan::kRunning);
    }
  }
}

TEST(PlanWatch, OneThatHasLostItsGuardianGetsAnother) {
  WatchFacts facts{.root = false, .systemd = true, .alive = true, .unguarded = true};
  EXPECT_EQ(PlanWatch(facts), WatchPlan::kUnguarded);
  facts.root = true;
  EXPECT_EQ(PlanWatch(facts), WatchPlan::kUnguarded) << "the hook has started it";
  facts.choice = Choice::kSystem;
  EXPECT_EQ(PlanWatch(facts), WatchPlan::kRunning);
  facts = {.root = true, .systemd = false, .alive = true, .unguarded = true};
  EXPECT_EQ(PlanWatch(facts), WatchPlan::kRunning) << "nobody could be asked to start one";
  EXPECT_EQ(PlanWatch({.root = false, .systemd = true, .unguarded = true}), WatchPlan::kStarted)
      << "with a guardian";
}

TEST(PlanWatch, WhereSystemdKeepsTheDoorbellRingingIsEnough) {
  WatchFacts facts{.root = false, .systemd = true, .listening = true};
  EXPECT_EQ(PlanWatch(facts), WatchPlan::kWoken);
  facts.root = true;
  EXPECT_EQ(PlanWatch(facts), WatchPlan::kWoken);
}

TEST(PlanWatch, AUsersIsStartedForWantOfOneAndRootsOnlyWherePolicyWantsIt) {
  EXPECT_EQ(PlanWatch({.root = false, .systemd = true}), WatchPlan::kStarted);
  EXPECT_EQ(PlanWatch({.root = true, .systemd = true}), WatchPlan::kMissing);
  EXPECT_EQ(PlanWatch({.choice = Choice::kEmbedded, .root = true, .systemd = true}),
            WatchPlan::kStarted);
}

TEST(PlanWatch, NothingIsStartedThatPolicyLeavesToOthersOrThatNobodyCouldStart) {
  EXPECT_EQ(PlanWatch({.choice = Choice::kSystem, .root = false, .systemd = true}),
            WatchPlan::kMissing);
  EXPECT_EQ(PlanWatch({.choice = Choice::kEmbedded, .root = true, .systemd = false}),
            WatchPlan::kMissing);
}

TEST(PlanWatch, WherePolicyWantsNobodyNoneIsAskedThoughItRuns) {
  EXPECT_EQ(PlanWatch({.choice = Choice::kNone, .systemd = true, .alive = true}),
            WatchPlan::kUnwanted);
}

TEST(WatcherServices, AreTheGuardianAndThenHeadroomdWhichEndByThemselves) {
  const auto services = WatcherServices(SystemdOwner::kUser, "");
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(services[0].command.back(), "--until-alone");
  EXPECT_EQ(services[1].command.back(), "--until-idle");
}

bool Says(const ServiceRequest& service, std::string_view key) {
  return std::ranges::any_of(service.properties, [&](std::string_view line) {
    return line.substr(0, line.find('=')) == key;
  });
}

TEST(WatcherServices, HaveSomebodyBehindTheGuardianWhoeverTheyAre) {
  for (const SystemdOwner owner : {SystemdOwner::kSystem, SystemdOwner::kUser}) {
    const auto services = WatcherServices(owner, "");
    EXPECT_EQ(services[0].unit, "headroom-guardian-embedded.service");
    for (const char* key : {"Restart", "StartLimitIntervalSec", "WatchdogSec", "WatchdogSignal",
                            "TimeoutAbortSec", "ExecStopPost"}) {
      EXPECT_TRUE(Says(services[0], key)) << key;
    }
    EXPECT_EQ(services[1].unit, "headroomd-embedded.service");
    EXPECT_TRUE(Says(services[1], "Restart")) << "whoever is killed alone comes back";
  }
}

TEST(WatcherServices, AUsersAskForNothingThatOnlyRootMayGive) {
  for (const auto& service : WatcherServices(SystemdOwner::kUser, "")) {
    EXPECT_FALSE(Says(service, "OOMScoreAdjust"));
    EXPECT_FALSE(Says(service, "CapabilityBoundingSet"));
    EXPECT_EQ(service.slice, "");
    EXPECT_TRUE(service.environment.empty());
  }
  for (const auto& service : WatcherServices(SystemdOwner::kSystem, "/root/state")) {
    EXPECT_TRUE(Says(service, "OOMScoreAdjust"));
    EXPECT_TRUE(Says(service, "CapabilityBoundingSet"));
    EXPECT_TRUE(service.environment.empty()) << "root's store is where it always is";
  }
}

TEST(WatcherServices, AUsersKeepsItsBundlesWhereThisCommandLooks) {
  const auto services = WatcherServices(SystemdOwner::kUser, "/home/u/state");
  EXPECT_EQ(services[1].environment, std::vector<std::string>{"XDG_STATE_HOME=/home/u/state"});
  EXPECT_TRUE(WatcherServices(SystemdOwner::kUser, "state")[1].environment.empty())
      << "a relative one is ignored, as its specification says";
}

TEST(UnwatchedText, NamesTheCommandThatThisUserCanType) {
  const std::string roots = UnwatchedText(WatchPlan::kMissing, true, "job-7");
  EXPECT_NE(roots.find("job-7 is unprotected"), std::string::npos) << roots;
  EXPECT_TRUE(roots.ends_with("systemctl start headroomd")) << roots;
  EXPECT_TRUE(
      UnwatchedText(WatchPlan::kMissing, false, "x").ends_with("systemctl --user start headroomd"));
  EXPECT_EQ(UnwatchedText(WatchPlan::kUnwanted, true, "job-7"), "");
  EXPECT_TRUE(UnwatchedText(WatchPlan::kUnguarded, true, "job-7")
                  .starts_with("no headroom-guardian runs, so no tripwire stands in job-7"));
}

}  // namespace
}  // namespace headroom
