#include "supervisor/incident/incident.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "capture/section.h"
#include "container/testing/fake_host.h"
#include "evidence/evidence.h"
#include "evidence/pack/bundle_files.h"
#include "evidence/section_name.h"
#include "evidence/testing/drafts.h"

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

/// An event whose records take so many bytes, with its kill in the last of them.
OomEvent LoggedAtLength(std::uint64_t first_sequence, std::size_t bytes) {
  OomEvent event = Logged(false);
  std::uint64_t sequence = first_sequence;
  while (event.raw.size() < bytes) {
    event.raw += fmt::format("6,{},1,-;{}\n", sequence++, std::string(900, 'x'));
  }
  event.victims = {OomVictim{.pid = 12, .comm = "eat", .sequence = sequence - 1}};
  return event;
}

TEST(AssembleDraft, OfALogThatNoBundleHoldsTheNewestIsLeftAndKillsAreInTheLinesThatAreToldOfThem) {
  CapturedIncident incident = Captured();
  for (std::uint64_t i = 0; i < 18; ++i) {
    incident.oom_events.push_back(LoggedAtLength(i * 10000, std::size_t{1} << 20U));
  }
  const Store::Draft draft = AssembleDraft(FakeHost().view(), incident);
  const Section* log = Find(draft, "kernel/oom.log");
  EXPECT_EQ(log->row.outcome, Outcome::kPartial);
  EXPECT_TRUE(log->bytes.ends_with(incident.oom_events.back().raw));
  const auto lines = Split(log->bytes, '\n');
  const auto parsed = nlohmann::json::parse(Find(draft, "kernel/oom.json")->bytes);
  ASSERT_EQ(parsed["events"].size(), 18U);
  EXPECT_FALSE(parsed["events"][0]["victims"][0].contains("log_line")) << "it was cut off";
  const std::size_t line = parsed["events"][17]["victims"][0]["log_line"];
  ASSERT_LE(line, lines.size());
  EXPECT_TRUE(lines[line - 1].starts_with(
      fmt::format("6,{},", incident.oom_events.back().victims[0].sequence)))
      << lines[line - 1].substr(0, 40);
}

TEST(AssembleDraft, GroupKillsOfThousandsLeaveABundleThatIsRead) {
  CapturedIncident incident = Captured();
  incident.container = std::make_shared<const Enrolment>(MadeEnrolment());
  for (std::uint64_t i = 0; i < 4; ++i) {
    OomEvent event = Logged(true);
    event.raw = "6,1,1,-;Memory cgroup out of memory: Killed process 12 (eat)\n";
    event.victims.assign(4096, OomVictim{.pid = 4000000,
                                         .comm = std::string(15, '\x01'),
                                         .total_vm = Mebibytes(1),
                                         .anon_rss = Mebibytes(1),
                                         .file_rss = Mebibytes(1),
                                         .shmem_rss = Mebibytes(1),
                                         .pgtables = Mebibytes(1)});
    incident.oom_events.push_back(event);
  }
  const auto files = FilesOfDraft(AssembleDraft(FakeHost().view(), incident));
  ASSERT_TRUE(files) << files.error().Message();
  const auto evidence = EvidenceInFiles(files->files, "a bundle");
  ASSERT_TRUE(evidence) << evidence.error().Message();
  EXPECT_NE(evidence->File("kernel/oom.log"), nullptr);
  const ManifestRow* row = evidence->manifest.Find("kernel/oom.json");
  EXPECT_EQ(row->outcome, Outcome::kUnavailable);
  EXPECT_TRUE(row->reason.starts_with("too large: ")) << row->reason;
}

}  // namespace
}  // namespace headroom
