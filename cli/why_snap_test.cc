#include <gtest/gtest.h>

#include "cli/testing/machine.h"

namespace headroom {
namespace {

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

/// A snap of the same container, a minute later than its kill.
std::string PublishSnap(const Machine& machine) {
  Store::Draft draft = MadeDraft({.later = std::chrono::seconds(60)});
  draft.kind = BundleKind::kSnap;
  draft.incident.from = draft.incident.to = 1;
  return machine.Publish(draft);
}

TEST(WhySnap, TheKillIsToldThoughASnapIsNewer) {
  const Machine machine;
  const std::string kill = machine.Publish(MadeDraft({}));
  (void)PublishSnap(machine);
  for (const std::vector<std::string>& asked :
       {std::vector<std::string>{"why", "web"}, {"why"}, {"why", "--last"}}) {
    const auto ran = machine.Run(asked);
    EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
    EXPECT_TRUE(Holds(ran.out, kill)) << ran.out;
    EXPECT_FALSE(Holds(ran.out, "earlier")) << ran.out;
  }
}

TEST(WhySnap, ByItsPathASnapIsExplained) {
  const Machine machine;
  const std::string snap = PublishSnap(machine);
  const auto ran = machine.Run({"why", snap});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, snap)) << ran.out;
}

TEST(WhySnap, WhereNothingElseIsKnownTheSnapIsTold) {
  const Machine machine;
  const std::string snap = PublishSnap(machine);
  EXPECT_TRUE(Holds(machine.Run({"why", "web"}).out, snap));
  EXPECT_EQ(machine.Run({"why"}).status, CliStatus::kNoIncident);
}

/// Its verdict is not what the container died of.
TEST(WhySnap, AContainerThatJustEndedIsStillExaminedThoughThereIsASnapOfIt) {
  const Machine machine;
  (void)PublishSnap(machine);
  (void)machine.Enrol(MadeDraft({}).container);  // its init is not there
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kNoIncident);
  EXPECT_TRUE(Holds(ran.err, "has ended")) << ran.err;
}

TEST(WhySnap, PsKnowsNoIncidentOfASnap) {
  const Machine machine;
  (void)PublishSnap(machine);
  Enrolment container = MadeDraft({}).container;
  (void)machine.Enrol(container);
  EXPECT_FALSE(Holds(machine.Run({"ps"}).out, "-snap-"));
  EXPECT_TRUE(Holds(machine.Run({"ps", "--json"}).out, "\"last_incident\": null"));
}

}  // namespace
}  // namespace headroom
