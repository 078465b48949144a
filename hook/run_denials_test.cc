#include "hook/run.h"

#include <algorithm>

#include "evidence/evidence.h"
#include "evidence/store.h"
#include "hook/testing/hook_fixture.h"

namespace headroom {
namespace {

TEST_F(HookTest, DeniesWithExactlyOneLineAndItsExitStatus) {
  SetPolicy(kDenyUnlimited);
  Unlimit();
  EXPECT_EQ(Create(), 78);
  EXPECT_EQ(decided_, 78);
  ASSERT_EQ(reporter_.user.size(), 1U);
  EXPECT_EQ(reporter_.user[0],
            "headroom: denied: memory-max-required: memory.max of the container itself is max (no "
            "limit); set linux.resources.memory.limit to 536870912 in config.json");
  ASSERT_FALSE(reporter_.journal.empty());
  EXPECT_EQ(reporter_.journal[0].second, reporter_.user[0]);
  EXPECT_TRUE(Enrolled().empty());
}

TEST_F(HookTest, ADenialIsKeptAsABundle) {
  SetPolicy(kDenyUnlimited);
  Unlimit();
  EXPECT_EQ(Create(), 78);
  EXPECT_EQ(Create(), 78) << "once more, for the other stage";
  const auto bundles = Store(environment_.paths.store_dir).List();
  ASSERT_TRUE(bundles);
  ASSERT_EQ(bundles->size(), 1U);
  EXPECT_EQ(bundles->at(0).kind, BundleKind::kDenied);
  const auto evidence = ReadBundle(bundles->at(0).path);
  ASSERT_TRUE(evidence) << evidence.error().Message();
  EXPECT_EQ(evidence->container.findings.at(0).action, "deny");
  EXPECT_TRUE(reporter_.JournalSays(bundles->at(0).path));
}

TEST_F(HookTest, AStoreThatCannotBeWrittenDeniesStill) {
  SetPolicy(kDenyUnlimited);
  Unlimit();
  host_.Write("store", "a file");
  EXPECT_EQ(Create(), 78);
  EXPECT_TRUE(reporter_.JournalSays("could not be kept"));
}

TEST_F(HookTest, ADeniedContainerIsNotFixedEither) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","at_most":"32M","fix_to":"32M"},
                         "shm-sized":{"action":"deny"}}})");
  const auto before = TreeOf(host_.path() + "/cg");
  EXPECT_EQ(Create(), 78);
  EXPECT_EQ(TreeOf(host_.path() + "/cg"), before);
}

TEST_F(HookTest, WhatALowerLimitBreaksIsRefusedWherePolicyRefusesIt) {
  SetPolicy(R"({"rules":{
      "memory-max-required":{"action":"fix","fix_to":"32M","ancestor_counts":false},
      "shm-sized":{"action":"deny"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 78);
  EXPECT_EQ(decided_, 78);
  ASSERT_EQ(reporter_.user.size(), 1U);
  EXPECT_TRUE(reporter_.user[0].starts_with("headroom: denied: shm-sized: /dev/shm may hold "));
  EXPECT_TRUE(Enrolled().empty());
  const auto bundles = Store(environment_.paths.store_dir).List();
  ASSERT_TRUE(bundles && bundles->size() == 1);
  const auto evidence = ReadBundle(bundles->at(0).path);
  ASSERT_TRUE(evidence) << evidence.error().Message();
  const auto& findings = evidence->container.findings;
  const auto of = [&findings](std::string_view rule) {
    return std::ranges::find(findings, rule, &FindingRecord::rule);
  };
  ASSERT_NE(of("shm-sized"), findings.end());
  EXPECT_EQ(of("shm-sized")->action, "deny");
  ASSERT_NE(of("memory-max-required"), findings.end());
  EXPECT_EQ(of("memory-max-required")->fixes.at(0).after, "33554432");
}

TEST_F(HookTest, ADeniedContainersBundleHasTheDecisionToo) {
  SetPolicy(kDenyUnlimited);
  Unlimit();
  EXPECT_EQ(Create(), 78);
  const auto bundles = Store(environment_.paths.store_dir).List();
  ASSERT_TRUE(bundles && bundles->size() == 1);
  const auto evidence = ReadBundle(bundles->at(0).path);
  ASSERT_TRUE(evidence) << evidence.error().Message();
  ASSERT_TRUE(evidence->container.policy);
  EXPECT_FALSE(evidence->container.policy->rules.empty());
  EXPECT_EQ(evidence->container.policy->fixes_us, std::nullopt) << "nothing was fixed";
}

}  // namespace
}  // namespace headroom
