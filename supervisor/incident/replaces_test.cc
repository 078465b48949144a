#include "supervisor/incident/replaces.h"

#include <gtest/gtest.h>

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

TEST(Replaces, NotWhenADeathDisturbedItAndThePresentOneIsRecent) {
  const KillLedger ledger(0);
  Photograph taken = TakenAt(6s, 0);
  taken.disturbed = true;
  Photograph present = TakenAt(5s, 0);
  EXPECT_FALSE(Replaces(taken, &present, ledger));
  EXPECT_TRUE(Replaces(taken, nullptr, ledger)) << "it is all there is";
  taken.taken_boot = 10s;
  EXPECT_TRUE(Replaces(taken, &present, ledger)) << "the present one is too old by now";
  taken.taken_boot = 6s;
  present.disturbed = true;
  EXPECT_TRUE(Replaces(taken, &present, ledger)) << "neither is whole";
}

TEST(Replaces, TheOneBeforeAnEarlierKillIsNoneOfTheNextKill) {
  const KillLedger ledger(1);
  Photograph taken = TakenAt(6s, 1);
  taken.disturbed = true;
  const Photograph present = TakenAt(5s, 0);
  EXPECT_TRUE(Replaces(taken, &present, ledger));
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

}  // namespace
}  // namespace headroom
