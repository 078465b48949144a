#include "supervisor/incident/incident.h"

#include <gtest/gtest.h>

#include <algorithm>

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

}  // namespace
}  // namespace headroom
