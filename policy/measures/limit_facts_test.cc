#include "policy/measures/limit_facts.h"

#include <gtest/gtest.h>

#include "kernel/cgroup/tripwire_high.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

TEST(SmallestLimit, IsTheSmallestOnTheWayUpOrWhatConfigAsksFor) {
  ContainerFacts facts = FactsOfAContainer();
  facts.configured_limit = Limit(Mebibytes(1));
  EXPECT_EQ(SmallestLimit(facts)->limit, Limit(Mebibytes(64)));
  facts.ancestors[0].limits.max = Limit(Mebibytes(32));
  EXPECT_EQ(SmallestLimit(facts)->limit, Limit(Mebibytes(32)));
  EXPECT_EQ(SmallestLimit(facts)->path, "/system.slice");
  facts.ancestors.clear();
  facts.cgroup.limits.max = std::nullopt;
  EXPECT_EQ(SmallestLimit(facts)->limit, Limit(Mebibytes(1))) << "cgroup v1: the runtime sets it";
  EXPECT_EQ(SmallestLimit(facts)->path, "");
  facts.configured_limit = std::nullopt;
  EXPECT_FALSE(SmallestLimit(facts));
}

TEST(WhyNoCgroupFix, OnlyACgroupOfItsOwnOrOneYetToBeMadeIsChanged) {
  ContainerFacts facts = FactsOfAContainer();
  EXPECT_EQ(WhyNoCgroupFix(facts), "");
  facts.own_cgroup = false;
  EXPECT_NE(WhyNoCgroupFix(facts), "") << "also where nobody said why";
  facts.not_own_reason = "it runs in the root cgroup";
  EXPECT_EQ(WhyNoCgroupFix(facts), "it runs in the root cgroup");
  facts.source = FactsSource::kConfig;
  EXPECT_EQ(WhyNoCgroupFix(facts), "");
}

TEST(PartOf, RoundsDownToWholePagesAndKeepsTheWhole) {
  EXPECT_EQ(PartOf(Mebibytes(64), 0.5), Mebibytes(32));
  EXPECT_EQ(PartOf(Bytes{12288}, 0.5), Bytes{4096});
  EXPECT_EQ(PartOf(Bytes{4095}, 1.0), Bytes{0});
  const Bytes huge{(1ULL << 62U) + 4096};
  EXPECT_EQ(PartOf(huge, 1.0), huge);
}

TEST(BytesInForce, UnlimitedIsNotTheSameAsNotKnown) {
  ContainerFacts facts = FactsOfAContainer();
  EXPECT_EQ(BytesInForce(facts), Mebibytes(64));
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(SmallestLimit(facts)->limit.unlimited());
  EXPECT_EQ(BytesInForce(facts), std::nullopt);
  EXPECT_FALSE(SmallestLimit(ContainerFacts{}));
  EXPECT_EQ(BytesInForce(ContainerFacts{}), std::nullopt);
}

TEST(PagesOf, RoundsDownToPagesAndNeverToNone) {
  EXPECT_EQ(PagesOf(Mebibytes(64), 0.5), Mebibytes(32));
  EXPECT_EQ(PagesOf(Bytes{30001}, 0.5), Bytes{12288});
  EXPECT_EQ(PagesOf(Bytes{1}, 1.0), Bytes{4096});
}

TEST(IsTripwireHeight, KnowsOurOwnWireOnEveryKernel) {
  for (const unsigned batch : {32U, 64U}) {
    const Bytes wire = *TripwireHigh(Mebibytes(512), {.batch_pages = batch, .cpus = 8});
    EXPECT_TRUE(IsTripwireHeight(Mebibytes(512), wire));
    EXPECT_FALSE(IsTripwireHeight(Mebibytes(512), Bytes{wire.value - 4096}));
  }
}

}  // namespace
}  // namespace headroom
