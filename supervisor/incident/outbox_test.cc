#include "supervisor/incident/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headroom {
namespace {

using testing::HasSubstr;

CapturedIncident Incident(std::uint64_t from) {
  CapturedIncident incident;
  incident.id = {.generation = "g", .from = from, .to = from + 1};
  return incident;
}

TEST(Outbox, GivesOneAtATimeInOrder) {
  MemoryBudget budget(Outbox::kMostMemory);
  Outbox outbox(budget);
  EXPECT_EQ(outbox.Next(), nullptr);
  outbox.Add(Incident(0));
  outbox.Add(Incident(1));
  ASSERT_NE(outbox.Next(), nullptr);
  EXPECT_EQ(outbox.Next(), nullptr) << "the first is not on disk yet";
  outbox.OnWritten(true);
  const CapturedIncident* second = outbox.Next();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->id.from, 1U);
  outbox.OnWritten(true);
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, LetsNoneOvertakeOneThatCouldNotBeWritten) {
  MemoryBudget budget(Outbox::kMostMemory);
  Outbox outbox(budget);
  outbox.Add(Incident(0));
  ASSERT_NE(outbox.Next(), nullptr);
  outbox.Add(Incident(1));
  outbox.OnWritten(false);
  const CapturedIncident* again = outbox.Next();
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->id.from, 0U);
}

TEST(Outbox, IsFullWhileTheStoreTakesNone) {
  MemoryBudget budget(Outbox::kMostMemory);
  Outbox outbox(budget);
  for (std::uint64_t i = 0; i < Outbox::kMost; ++i) {
    EXPECT_FALSE(outbox.full());
    outbox.Add(Incident(i));
  }
  EXPECT_TRUE(outbox.full());
  ASSERT_NE(outbox.Next(), nullptr);
  outbox.OnWritten(true);
  EXPECT_FALSE(outbox.full());
}

TEST(Outbox, HandsOverTheRestButTheOneUnderWay) {
  MemoryBudget budget(Outbox::kMostMemory);
  Outbox outbox(budget);
  outbox.Add(Incident(0));
  outbox.Add(Incident(1));
  ASSERT_NE(outbox.Next(), nullptr);
  const auto rest = outbox.TakeWaiting();
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest.front().id.from, 1U);
  outbox.OnWritten(true);  // of the one that was under way; it changes nothing any more
  EXPECT_TRUE(outbox.empty());
}

CapturedIncident WithEvidence(std::uint64_t from) {
  CapturedIncident incident = Incident(from);
  auto photograph = std::make_shared<Photograph>();
  photograph->sections.push_back(
      {.row = {.section = "before/smaps/1"}, .bytes = std::string(100000, 'x')});
  incident.photograph = std::move(photograph);
  incident.live.push_back({.row = {.section = "cgroup/memory.stat"}, .bytes = "anon 1\n"});
  incident.oom_events.emplace_back().raw = "Killed process 1 (eat)\n";
  return incident;
}

TEST(Outbox, KeepsAnIncidentWithoutItsEvidenceWhereAllHoldTooMuch) {
  MemoryBudget budget(Kibibytes(150));
  Outbox outbox(budget);
  Outbox other(budget);
  other.Add(WithEvidence(0));
  outbox.Add(WithEvidence(5));
  const CapturedIncident* kept = outbox.Next();
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->id.from, 5U);
  EXPECT_EQ(kept->photograph, nullptr);
  EXPECT_THAT(kept->why_no_photograph, HasSubstr("150 KiB"));
  ASSERT_EQ(kept->live.size(), 1U);
  EXPECT_EQ(kept->live[0].row.outcome, Outcome::kUnavailable);
  EXPECT_EQ(kept->live[0].row.reason, kept->why_no_photograph);
  EXPECT_EQ(kept->live[0].bytes, "");
  ASSERT_EQ(kept->oom_events.size(), 1U) << "who was killed is known by nothing else";
}

TEST(Outbox, WhatIsWrittenOrHandedOverMakesRoom) {
  MemoryBudget budget(Kibibytes(150));
  Outbox outbox(budget);
  Outbox other(budget);
  outbox.Add(WithEvidence(0));
  ASSERT_NE(outbox.Next(), nullptr);
  outbox.OnWritten(true);
  EXPECT_EQ(budget.used(), Bytes{});
  outbox.Add(WithEvidence(1));
  EXPECT_EQ(outbox.TakeWaiting().size(), 1U);
  EXPECT_EQ(budget.used(), Bytes{});
  other.Add(WithEvidence(0));
  EXPECT_NE(other.Next()->photograph, nullptr);
}

TEST(Outbox, OneThatCouldNotBeWrittenHoldsItsMemory) {
  MemoryBudget budget(Kibibytes(150));
  Outbox outbox(budget);
  outbox.Add(WithEvidence(0));
  const Bytes held = budget.used();
  ASSERT_NE(outbox.Next(), nullptr);
  outbox.OnWritten(false);
  EXPECT_EQ(budget.used(), held);
}

std::shared_ptr<const std::vector<Section>> ReadAroundIt(std::size_t bytes) {
  return std::make_shared<const std::vector<Section>>(
      std::vector<Section>{{.row = {.section = "host/meminfo"}, .bytes = std::string(bytes, 'm')},
                           {.row = {.section = "timeline.json"}, .bytes = "{}"}});
}

TEST(Outbox, WhatWasReadAroundItAtTheFirstAttemptIsKeptForTheNext) {
  MemoryBudget budget(Kibibytes(150));
  Outbox outbox(budget);
  outbox.Add(Incident(0));
  ASSERT_NE(outbox.Next(), nullptr);
  const auto first = ReadAroundIt(1000);
  outbox.OnWritten(false, first);
  EXPECT_GE(budget.used(), Bytes{1000});
  const CapturedIncident* again = outbox.Next();
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->around, first);
  outbox.OnWritten(false, ReadAroundIt(2000));
  EXPECT_EQ(outbox.Next()->around, first) << "what was read later tells of another time";
  outbox.OnWritten(true);
  EXPECT_EQ(budget.used(), Bytes{});
}

TEST(Outbox, WhereThereIsNoRoomTheLeastOfItIsKeptAndTheEvidenceThatWasKeptBefore) {
  MemoryBudget budget(Kibibytes(150));
  Outbox outbox(budget);
  outbox.Add(WithEvidence(0));
  ASSERT_NE(outbox.Next(), nullptr);
  outbox.OnWritten(false, ReadAroundIt(100000));
  const CapturedIncident* kept = outbox.Next();
  ASSERT_NE(kept, nullptr);
  EXPECT_NE(kept->photograph, nullptr);
  ASSERT_NE(kept->around, nullptr);
  const Section& meminfo = kept->around->at(0);
  EXPECT_EQ(meminfo.row.outcome, Outcome::kTooLate);
  EXPECT_THAT(meminfo.row.reason, HasSubstr("150 KiB"));
  EXPECT_EQ(meminfo.bytes, "");
  EXPECT_EQ(kept->around->at(1).bytes, "{}");
  EXPECT_LE(budget.used(), Kibibytes(150));
}

TEST(Outbox, TheSamplesOfAnIncidentTakeRoomUntilTheyAreInWhatWasRead) {
  MemoryBudget budget(Kibibytes(150));
  Outbox outbox(budget);
  CapturedIncident incident = Incident(0);
  incident.recording = Recording{.samples = std::vector<Sample>(100)};
  outbox.Add(std::move(incident));
  EXPECT_GE(budget.used(), Bytes{100 * sizeof(Sample)});
  ASSERT_NE(outbox.Next(), nullptr);
  outbox.OnWritten(false, ReadAroundIt(10));
  EXPECT_LT(budget.used(), Bytes{100 * sizeof(Sample)});
  EXPECT_FALSE(outbox.Next()->recording);
}

}  // namespace
}  // namespace headroom
