#include "container/facts/host_facts.h"

#include <gtest/gtest.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

TEST(CollectHost, TellsWhatTheHostHas) {
  const FakeHost host;
  const HostFacts facts = CollectHost(host.view());
  EXPECT_EQ(facts.memory_total, Mebibytes(2048));
  EXPECT_EQ(facts.swap_total, Bytes{0});
  EXPECT_EQ(facts.hugetlb_total, Bytes{0});
  EXPECT_EQ(facts.dirty_bytes, std::nullopt);
  EXPECT_EQ(facts.dirty_ratio, 20U);
  EXPECT_EQ(facts.dirty_background_ratio, 10U);
}

TEST(CollectHost, WhatCannotBeReadIsNotKnown) {
  const HostFacts facts = CollectHost({.proc = "/nonexistent"});
  EXPECT_EQ(facts.memory_total, std::nullopt);
  EXPECT_EQ(facts.swap_total, std::nullopt);
  EXPECT_EQ(facts.hugetlb_total, std::nullopt);
  EXPECT_EQ(facts.dirty_ratio, std::nullopt);
}

}  // namespace
}  // namespace headroom
