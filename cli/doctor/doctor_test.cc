#include "cli/doctor/doctor.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/doctor/own_parts.h"
#include "cli/doctor/trial_kill.h"
#include "cli/testing/machine.h"

namespace headroom {
namespace {

using nlohmann::json;

TEST(Doctor, TellsOfAMachineWithoutHeadroomdThatNothingIsWatchedThere) {
  const Machine machine;
  const auto ran = machine.Run({"doctor"});
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  for (const char* words :
       {"What this host offers\n", "version 2, with the memory controller",
        "lack     headroomd         does not run: no container is watched",
        "How this host runs out of memory\n", "headroom doctor --self-test proves the rest"}) {
    EXPECT_NE(ran.out.find(words), std::string::npos) << words << "\n" << ran.out;
  }
  EXPECT_EQ(ran.err, "");
}

TEST(Doctor, StartsWhatDoesNotRunByWhateverStartsThingsHere) {
  const Machine machine;
  std::ostringstream out;
  const Environment environment{.paths = {.run_dir = machine.run_dir(),
                                          .store_dir = machine.store_dir(),
                                          .config_dir = machine.dir().path() + "/etc"},
                                .host = {.proc = machine.dir().path() + "/proc",
                                         .cgroup_root = machine.dir().path() + "/cgroup"},
                                .out = out,
                                .err = out};
  const HostFindings with = LookAtOwnParts(environment, true);
  EXPECT_EQ(with[0].cure, "systemctl enable --now headroomd");
  EXPECT_EQ(with[1].cure, "systemctl enable --now headroom-guardian");
  const HostFindings without = LookAtOwnParts(environment, false);
  EXPECT_EQ(without[0].cure, "start /usr/bin/headroomd");
  EXPECT_EQ(without[1].cure, "start /usr/lib/headroom/headroom-guardian");
}

TEST(Doctor, SaysTheSameAsJson) {
  const Machine machine;
  const auto ran = machine.Run({"doctor", "--json"});
  const json document = json::parse(ran.out);
  EXPECT_EQ(document["schema"], "headroom.doctor/1");
  EXPECT_GE(document["lacks"], 2);
  EXPECT_EQ(document["host"][0], (json{{"topic", "cgroup"},
                                       {"health", "good"},
                                       {"found", "version 2, with the memory controller"},
                                       {"consequence", nullptr},
                                       {"cure", nullptr}}));
  EXPECT_EQ(document["headroom"][0]["health"], "lack");
  EXPECT_FALSE(document.contains("self_test"));
}

TEST(Doctor, ABrokenPolicyIsALackThatNamesTheFile) {
  const Machine machine;
  machine.dir().Write("etc/policy.json", "{broken");
  const auto ran = machine.Run({"doctor"});
  EXPECT_NE(ran.out.find("lack     policy"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("headroom policy lint"), std::string::npos) << ran.out;
}

TEST(Doctor, AnOrdinaryUserIsToldWhatOnlyRootSees) {
  const Machine machine;
  const auto ran = machine.Run({"doctor"}, false, false);
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_NE(ran.out.find("sudo headroom doctor"), std::string::npos) << ran.out;
}

/// Of a kill as a self-test must have it: a verdict that was seen, at the limit, with a photograph.
Store::Draft SelfTestDraft() { return MadeDraft({.id = "self-test-1", .engine = "headroom"}); }

Health HealthOf(const HostFindings& findings, std::string_view topic) {
  for (const HostFinding& finding : findings) {
    if (finding.topic == topic) return finding.health;
  }
  return Health::kUnknown;
}

TEST(JudgeSelfTestBundle, IsContentWithAKillThatWasSeenAtItsLimitAndPhotographed) {
  const Machine machine;
  const HostFindings findings = JudgeSelfTestBundle(machine.Publish(SelfTestDraft()));
  for (const HostFinding& finding : findings) {
    EXPECT_EQ(finding.health, Health::kGood) << finding.topic << ": " << finding.found;
  }
  EXPECT_EQ(findings.size(), 3U);
}

TEST(JudgeSelfTestBundle, SaysThatNoPhotographWasTakenAndWhy) {
  const Machine machine;
  Store::Draft draft = SelfTestDraft();
  for (Section& section : draft.sections) {
    if (section.row.section != "before/snapshot.json") continue;
    section.row.outcome = Outcome::kUnavailable;
    section.row.reason = "the guardian is not there";
  }
  const HostFindings findings = JudgeSelfTestBundle(machine.Publish(draft));
  EXPECT_EQ(HealthOf(findings, "photograph"), Health::kLack);
  EXPECT_EQ(HealthOf(findings, "verdict"), Health::kGood);
  EXPECT_NE(findings.back().found.find("the guardian is not there"), std::string::npos);
}

TEST(JudgeSelfTestBundle, SaysThatAnotherVerdictIsWrongAndABundleThatIsGoneALack) {
  const Machine machine;
  EXPECT_EQ(HealthOf(JudgeSelfTestBundle(machine.store_dir() + "/none"), "bundle"), Health::kLack);
  Store::Draft draft = SelfTestDraft();
  std::erase_if(draft.sections, [](const Section& section) {
    return section.row.section.starts_with("kernel/") || section.row.section == "incident.json";
  });
  const HostFindings findings = JudgeSelfTestBundle(machine.Publish(draft));
  EXPECT_EQ(HealthOf(findings, "verdict"), Health::kLack);
}

}  // namespace
}  // namespace headroom
