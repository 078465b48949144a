#include "supervisor/incident/closing.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Of one kill, noticed 10 s after boot.
KillLedger OneKill() {
  KillLedger ledger(0);
  (void)ledger.Observe(1, 10s);
  return ledger;
}

Photograph TakenAt(BootTime at, std::uint64_t kills = 0) {
  return Photograph{.taken_boot = at, .processes = {{.pid = 7, .start_ticks = 1}}, .kills = kills};
}

TEST(ClosingTime, IsTwoSecondsBehindTheLastKillWhileTheContainerLives) {
  KillLedger ledger = OneKill();
  EXPECT_EQ(ClosingTime(ledger, 10s, false, false, {}), 12s);
  EXPECT_EQ(ClosingTime(ledger, 10s, false, true, {}), 12s) << "more may be killed";
  (void)ledger.Observe(2, 11s);
  EXPECT_EQ(ClosingTime(ledger, 11s, false, false, {}), 13s);
}

TEST(ClosingTime, OfAContainerThatHasEndedIsWhenTheLogHasNamedAVictim) {
  const KillLedger ledger = OneKill();
  EXPECT_EQ(ClosingTime(ledger, 10100ms, true, true, {}), 10100ms);
  EXPECT_EQ(ClosingTime(ledger, 10100ms, true, false, {}), 10s + kLogPatience);
  EXPECT_EQ(ClosingTime(ledger, 15s, true, true, {}), 12s) << "its time is over";
}

TEST(ClosingTime, OfOneThatIsHeldOpenIsLaterUnlessTheContainerHasEnded) {
  KillLedger ledger = OneKill();
  ledger.HoldOpenUntil(60s);
  EXPECT_EQ(ClosingTime(ledger, 10s, false, false, {}), 60s);
  EXPECT_EQ(ClosingTime(ledger, 20s, true, false, {}), 10s + kLogPatience);
  ledger.HoldOpenUntil(5s);
  EXPECT_EQ(ClosingTime(ledger, 10s, false, false, {}), 12s);
}

TEST(ClosingTime, WaitsForAPhotographFromBeforeTheKillOfWhichNothingIsThere) {
  const KillLedger ledger = OneKill();
  const PhotographState begun{.under_way = 9s};
  EXPECT_EQ(ClosingTime(ledger, 10s, true, true, begun), 12s + kPhotographPatience);
  EXPECT_EQ(ClosingTime(ledger, 10s, false, false, begun), 12s + kPhotographPatience);
  const Photograph old = TakenAt(5s);
  EXPECT_EQ(ClosingTime(ledger, 10s, true, true, {.present = &old, .under_way = 9s}),
            12s + kPhotographPatience)
      << "the newer one shows what was killed";
}

TEST(ClosingTime, IsItsOwnOnceTheEssentialPartIsThere) {
  const KillLedger ledger = OneKill();
  const Photograph essential = TakenAt(9001ms);
  EXPECT_EQ(ClosingTime(ledger, 10s, true, true, {.present = &essential, .under_way = 9s}), 12s);
  EXPECT_EQ(ClosingTime(ledger, 10s, true, true, {.present = &essential, .under_way = {}}), 10s);
}

/// Samples of those who live on are begun once a second: they must not keep it open.
TEST(ClosingTime, DoesNotWaitForAPhotographThatWasBegunAfterTheKill) {
  const KillLedger ledger = OneKill();
  const PhotographState later{.under_way = 10001ms};
  EXPECT_EQ(ClosingTime(ledger, 10100ms, false, false, later), 12s);
  EXPECT_EQ(ClosingTime(ledger, 10100ms, true, true, later), 10100ms);
}

TEST(ClosingTime, IsBoundedWhateverComes) {
  KillLedger ledger(0);
  for (std::uint64_t second = 1; second <= 60; ++second) {
    (void)ledger.Observe(second, std::chrono::seconds(second));
  }
  EXPECT_EQ(ClosingTime(ledger, 60s, false, false, {.under_way = BootTime{}}),
            1s + KillLedger::kLongest + kPhotographPatience);
}

TEST(WhyNoneInTime, SaysThatOneWasBegunAndDidNotEnd) {
  EXPECT_EQ(
      WhyNoneInTime({.under_way = 9900ms}, 10s, 17s, "other"),
      "a photograph was begun 100 ms before the kill was noticed, and nothing of it was there "
      "7000 ms after that, when the bundle was put together");
}

TEST(WhyNoneInTime, IsWhatBecameOfTheLastWhereNoneIsUnderWay) {
  EXPECT_EQ(WhyNoneInTime({}, 10s, 17s, ""), "");
  EXPECT_EQ(WhyNoneInTime({}, 10s, 17s, "why"), "why");
  EXPECT_EQ(WhyNoneInTime({.under_way = 11s}, 10s, 17s, "why"), "why")
      << "that one has nothing to do with this kill";
}

TEST(WhyNotUsed, TellsNobodyLeftFromTooLate) {
  const KillLedger ledger = OneKill();
  EXPECT_EQ(WhyNotUsed(Photograph{.taken_boot = 11s, .kills = 1}, ledger),
            "the last photograph that was begun shows no process");
  EXPECT_EQ(WhyNotUsed(TakenAt(11s, 1), ledger),
            "the last photograph was begun only after the kill");
  EXPECT_EQ(WhyNotUsed(TakenAt(9s, 0), ledger), "") << "there was a newer one";
}

}  // namespace
}  // namespace headroom
