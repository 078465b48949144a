#include "policy/limit_in_force.h"

#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

TEST(LimitInForce, IsTheSmallestOnTheWayUp) {
  ContainerFacts facts = FactsOfAContainer();
  EXPECT_EQ(LimitInForce(facts), Limit(Mebibytes(64)));
  facts.ancestors[0].limits.max = Limit(Mebibytes(16));
  EXPECT_EQ(LimitInForce(facts), Limit(Mebibytes(16)));
  EXPECT_EQ(BytesInForce(facts), Mebibytes(16));
}

TEST(LimitInForce, TheKernelsWordCountsBeforeThatOfConfigJson) {
  ContainerFacts facts = FactsOfAContainer();
  facts.configured_limit = Limit(Mebibytes(8));
  EXPECT_EQ(LimitInForce(facts), Limit(Mebibytes(64)));
  facts.cgroup.limits.max = std::nullopt;
  facts.ancestors.clear();
  EXPECT_EQ(LimitInForce(facts), Limit(Mebibytes(8)));
}

TEST(LimitInForce, UnlimitedIsNotTheSameAsNotKnown) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_EQ(LimitInForce(facts), Limit::Unlimited());
  EXPECT_EQ(BytesInForce(facts), std::nullopt);
  EXPECT_EQ(LimitInForce(ContainerFacts{}), std::nullopt);
  EXPECT_EQ(BytesInForce(ContainerFacts{}), std::nullopt);
}

TEST(PagesOf, RoundsDownToPagesAndNeverToNone) {
  EXPECT_EQ(PagesOf(Mebibytes(64), 0.5), Mebibytes(32));
  EXPECT_EQ(PagesOf(Bytes{30001}, 0.5), Bytes{12288});
  EXPECT_EQ(PagesOf(Bytes{1}, 1.0), Bytes{4096});
}

}  // namespace
}  // namespace headroom
