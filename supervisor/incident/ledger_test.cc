#include "supervisor/incident/ledger.h"

#include <gtest/gtest.h>

#include <random>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(KillLedger, KillsBeforeTheBaselineBelongToNobody) {
  KillLedger ledger(3);
  EXPECT_FALSE(ledger.Observe(3, 1s));
  EXPECT_FALSE(ledger.open());
  EXPECT_EQ(ledger.Close(), std::nullopt);
}

TEST(KillLedger, KillsSeenTogetherAreOneIncident) {
  KillLedger ledger(0);
  EXPECT_TRUE(ledger.Observe(1, 1s));
  EXPECT_EQ(ledger.due(), 3s);
  EXPECT_TRUE(ledger.Observe(4, 2s));
  EXPECT_EQ(ledger.due(), 4s);
  const auto range = ledger.Close();
  ASSERT_TRUE(range);
  EXPECT_EQ(range->from, 0U);
  EXPECT_EQ(range->to, 4U);
  EXPECT_EQ(range->first_seen, 1s);
  EXPECT_FALSE(ledger.open());
}

TEST(KillLedger, KillsThatGoOnForEverAreToldAfterTenSeconds) {
  KillLedger ledger(0);
  for (int second = 1; second <= 60; ++second) {
    (void)ledger.Observe(static_cast<std::uint64_t>(second), std::chrono::seconds(second));
  }
  EXPECT_EQ(ledger.due(), 11s);
}

TEST(KillLedger, ACounterThatWentBackIsNotThisCgroups) {
  KillLedger ledger(5);
  EXPECT_FALSE(ledger.Observe(2, 1s));
  EXPECT_FALSE(ledger.open());
}

TEST(KillLedger, OneThatIsHeldOpenTellsHowManyItHasTakenIn) {
  KillLedger ledger(0);
  (void)ledger.Observe(1, 10s);
  ledger.HoldOpenUntil(60s);
  (void)ledger.Observe(2, 11s);  // within 2 s: the same
  (void)ledger.Observe(3, 20s);  // another one
  (void)ledger.Observe(4, 40s);  // and another
  EXPECT_EQ(ledger.held_until(), 60s);
  const auto range = ledger.Close().value();
  EXPECT_EQ(range.merged, 2U);
  EXPECT_EQ(range.kills(), 4U);
  EXPECT_EQ(range.first_seen, 10s);
  (void)ledger.Observe(5, 70s);
  EXPECT_LT(ledger.held_until(), 70s) << "it was for that one alone";
  EXPECT_EQ(ledger.Close().value().merged, 0U);
}

/// Whatever the readings and wherever incidents are closed: the ranges are adjacent, none is empty,
/// and together they are exactly the kills that were counted.
TEST(KillLedger, EveryKillIsInExactlyOneRange) {
  std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same run every time
  for (int run = 0; run < 200; ++run) {
    const std::uint64_t start = random() % 5;
    KillLedger ledger(start);
    std::uint64_t counter = start;
    std::uint64_t covered = start;
    for (int step = 0; step < 100; ++step) {
      counter += random() % 3;
      (void)ledger.Observe(random() % 4 == 0 ? counter / 2 : counter, std::chrono::seconds(step));
      if (random() % 3 != 0) continue;
      if (const auto range = ledger.Close()) {
        EXPECT_EQ(range->from, covered);
        EXPECT_GT(range->to, range->from);
        covered = range->to;
      }
    }
    (void)ledger.Observe(counter, 200s);
    if (const auto range = ledger.Close()) covered = range->to;
    EXPECT_EQ(covered, counter);
  }
}

}  // namespace
}  // namespace headroom
