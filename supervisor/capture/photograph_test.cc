#include "supervisor/capture/photograph.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "container/testing/fake_host.h"
#include "supervisor/capture/section.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

Photograph TakenAt(BootTime at, std::optional<std::uint64_t> kills) {
  return Photograph{.taken_boot = at, .processes = {{.pid = 7, .start_ticks = 1}}, .kills = kills};
}

TEST(Replaces, TheFirstOneThatShowsAnybody) {
  const KillLedger ledger(3);
  EXPECT_TRUE(Replaces(TakenAt(1s, 3), nullptr, ledger));
  EXPECT_FALSE(Replaces(Photograph{.taken_boot = 1s, .kills = 3}, nullptr, ledger));
}

TEST(Replaces, NotWhenItWasBegunBeforeThePresentOne) {
  const KillLedger ledger(0);
  const Photograph present = TakenAt(5s, 0);
  EXPECT_FALSE(Replaces(TakenAt(4s, 0), &present, ledger)) << "it waited for a busy process";
  EXPECT_TRUE(Replaces(TakenAt(6s, 0), &present, ledger));
}

TEST(Replaces, NotWhenAKillCameFirstThatNobodyHasNoticedYet) {
  const KillLedger ledger(2);
  const Photograph present = TakenAt(5s, 2);
  EXPECT_FALSE(Replaces(TakenAt(6s, 3), &present, ledger));
}

TEST(Replaces, WhatWasBegunBeforeTheKillOfAnOpenIncident) {
  KillLedger ledger(2);
  ASSERT_TRUE(ledger.Observe(3, 10s));
  EXPECT_TRUE(Replaces(TakenAt(9s, 2), nullptr, ledger));
  EXPECT_FALSE(Replaces(TakenAt(11s, 3), nullptr, ledger));
  (void)ledger.Close();
  EXPECT_TRUE(Replaces(TakenAt(12s, 3), nullptr, ledger)) << "the next kill is another one's";
}

TEST(Replaces, GoesByTheTimeWhereTheCounterWasNotRead) {
  KillLedger ledger(0);
  ASSERT_TRUE(ledger.Observe(1, 10s));
  EXPECT_TRUE(Replaces(TakenAt(9s, std::nullopt), nullptr, ledger));
  EXPECT_FALSE(Replaces(TakenAt(11s, std::nullopt), nullptr, ledger));
}

TEST(TakePhotograph, TakesNoFileOfAnotherProcessThatGotTheNumber) {
  const FakeHost host;
  const std::string proc = fmt::format("proc/{}/", FakeHost::kInit);
  host.Write(proc + "smaps", "5000-6000 rw-p 00000000 00:00 0\n");
  const ProcessId init{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart};
  const auto ours = ReadProcessSection(host.view(), init, "smaps", "before/smaps/1", 100);
  EXPECT_EQ(ours.row.outcome, Outcome::kComplete);
  const ProcessId earlier{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart - 1};
  const auto theirs = ReadProcessSection(host.view(), earlier, "smaps", "before/smaps/1", 100);
  EXPECT_EQ(theirs.row.outcome, Outcome::kTooLate);
  EXPECT_TRUE(theirs.bytes.empty());
}

TEST(TakePhotograph, SaysWhatTheContainersCounterSaidWhenItWasBegun) {
  const FakeHost host;
  host.Write(std::string("cg") + FakeHost::kCgroup + "/memory.events", "oom 2\noom_kill 5\n");
  const auto cgroup =
      std::make_shared<const CgroupDir>(CgroupDir::Open(host.view(), FakeHost::kCgroup).value());
  PhotographRequest request{.host = host.view(), .cgroup = cgroup, .counted = cgroup};
  EXPECT_EQ(TakePhotograph(request)->kills, 5U);
  request.counted = nullptr;
  EXPECT_EQ(TakePhotograph(request)->kills, std::nullopt);
}

}  // namespace
}  // namespace headroom
