#include "supervisor/incident/incident.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/section.h"
#include "container/testing/fake_host.h"
#include "evidence/section_name.h"

namespace headroom {
namespace {

CapturedIncident Captured() {
  CapturedIncident incident;
  incident.container = std::make_shared<const Enrolment>();
  incident.why_no_photograph = "the kill came first";
  incident.record.levels = {{.path = "/box/web", .memory_max = {}, .events = {.oom_kill = 1}}};
  return incident;
}

OomEvent Logged(bool group_kill) {
  OomEvent event;
  event.group_kill = group_kill;
  event.victims = {OomVictim{}};
  return event;
}

BundleKind KindOf(const CapturedIncident& incident) {
  return AssembleDraft(FakeHost().view(), incident).kind;
}

TEST(AssembleDraft, WithoutAPhotographEverySectionOfItSaysWhy) {
  const Store::Draft draft = AssembleDraft(FakeHost().view(), Captured());
  for (const std::string_view name : kBundleSections) {
    if (!name.starts_with("before/")) continue;
    const auto found = std::ranges::find_if(
        draft.sections, [&](const Section& section) { return section.row.section == name; });
    ASSERT_NE(found, draft.sections.end()) << name;
    EXPECT_EQ(found->row.outcome, Outcome::kUnavailable) << name;
    EXPECT_EQ(found->row.reason, "the kill came first") << name;
  }
}

TEST(AssembleDraft, IsAGroupKillWhereTheLogOrTheCounterSaysSo) {
  CapturedIncident incident = Captured();
  EXPECT_EQ(KindOf(incident), BundleKind::kOomKill);
  incident.oom_events = {Logged(false), Logged(true)};
  EXPECT_EQ(KindOf(incident), BundleKind::kGroupKill);
  incident.oom_events.clear();
  incident.record.levels[0].events.oom_group_kill = 1;
  EXPECT_EQ(KindOf(incident), BundleKind::kGroupKill);
  incident.record.levels[0].events.oom_group_kill = 0;
  incident.oom_events = {Logged(false)};
  EXPECT_EQ(KindOf(incident), BundleKind::kOomKill);
}

const Section* Find(const Store::Draft& draft, std::string_view name) {
  const auto found = std::ranges::find_if(
      draft.sections, [&](const Section& section) { return section.row.section == name; });
  return found == draft.sections.end() ? nullptr : &*found;
}

TEST(AssembleDraft, OfAKillByOthersHasItsSignalsAndASlotOfItsOwnKind) {
  CapturedIncident incident = Captured();
  incident.kind = BundleKind::kKilled;
  incident.signals.dropped = 2;
  const Store::Draft draft = AssembleDraft(FakeHost().view(), incident);
  EXPECT_EQ(draft.kind, BundleKind::kKilled);
  const Section* signals = Find(draft, "kernel/signals.json");
  ASSERT_NE(signals, nullptr);
  EXPECT_EQ(signals->row.outcome, Outcome::kPartial) << "two are missing";
  EXPECT_TRUE(ParseSignals(signals->bytes, "x").has_value());
  ASSERT_NE(Find(draft, "kernel/oom.log"), nullptr);
  EXPECT_EQ(Find(draft, "kernel/oom.log")->row.reason.find("overwritten"), std::string::npos);
}

/// Whoever explains it takes a log that was whole for a proof.
TEST(AssembleDraft, OfAKillByOthersALogWithGapsIsNotSaidToBeWhole) {
  CapturedIncident incident = Captured();
  incident.kind = BundleKind::kKilled;
  incident.oom_events.clear();
  const auto reason = [&] {
    const Store::Draft draft = AssembleDraft(FakeHost().view(), incident);
    return Find(draft, "kernel/oom.log")->row.reason;
  };
  EXPECT_TRUE(reason().starts_with("the kernel's log has no kill by the OOM killer here"))
      << reason();
  incident.log_overruns = 2;
  EXPECT_TRUE(reason().contains("records were lost before they were read, 2 times")) << reason();
  EXPECT_FALSE(reason().starts_with("the kernel's log has no kill")) << reason();
}

TEST(AssembleDraft, OfAKillThatTheLogDoesNotHaveItIsToldWhetherRecordsWereLost) {
  CapturedIncident incident = Captured();
  incident.oom_events.clear();
  const auto reason = [&] {
    const Store::Draft draft = AssembleDraft(FakeHost().view(), incident);
    return Find(draft, "kernel/oom.json")->row.reason;
  };
  EXPECT_TRUE(reason().contains("may have been overwritten")) << reason();
  incident.log_overruns = 1;
  EXPECT_TRUE(reason().contains("records were lost before they were read, 1 times")) << reason();
}

TEST(AssembleDraft, WithoutTracefsSaysSoInTheRowOfTheSignals) {
  CapturedIncident incident = Captured();
  incident.signals_unavailable = "no tracefs is mounted";
  const Store::Draft draft = AssembleDraft(FakeHost().view(), incident);
  const Section* signals = Find(draft, "kernel/signals.json");
  ASSERT_NE(signals, nullptr);
  EXPECT_EQ(signals->row.outcome, Outcome::kUnavailable);
  EXPECT_EQ(signals->row.reason, "no tracefs is mounted");
}

TEST(AssembleDraft, SaysWhyThereIsNoLogOfTheContainer) {
  CapturedIncident incident = Captured();
  Enrolment container;
  container.engine = "runc";
  incident.container = std::make_shared<const Enrolment>(container);
  Store::Draft draft = AssembleDraft(FakeHost().view(), incident);
  ASSERT_NE(Find(draft, "container/log.txt"), nullptr);
  EXPECT_EQ(Find(draft, "container/log.txt")->row.outcome, Outcome::kUnavailable);
  EXPECT_EQ(Find(draft, "container/log.txt")->row.reason, "runc keeps no log of a container");
  container.log_lines = 0;
  incident.container = std::make_shared<const Enrolment>(container);
  draft = AssembleDraft(FakeHost().view(), incident);
  EXPECT_EQ(Find(draft, "container/log.txt")->row.reason, "switched off by policy (log_lines)");
}

TEST(AssembleDraft, TheLaterListOfShmTakesThePlaceOfThePhotographs) {
  CapturedIncident incident = Captured();
  Photograph photograph;
  photograph.sections = {TextSection("before/shm.json", "old"),
                         TextSection("before/memory.stat", "anon 1\n")};
  incident.photograph = std::make_shared<const Photograph>(photograph);
  incident.shm = TextSection("before/shm.json", "new");
  const Store::Draft draft = AssembleDraft(FakeHost().view(), incident);
  EXPECT_EQ(Find(draft, "before/shm.json")->bytes, "new");
  EXPECT_NE(Find(draft, "before/memory.stat"), nullptr);
  EXPECT_EQ(std::ranges::count_if(
                draft.sections,
                [](const Section& section) { return section.row.section == "before/shm.json"; }),
            1);
}

}  // namespace
}  // namespace headroom
