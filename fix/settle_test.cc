#include "fix/settle.h"

#include <algorithm>

#include "fix/testing/tmpfs_fixture.h"
#include "policy/layers/load.h"
#include "policy/layers/resolve.h"

namespace headroom {
namespace {

class SettleTest : public TmpfsFixture {
 protected:
  SettleTest() : TmpfsFixture("/scratch") { Named("/scratch").size = Bytes{0}; }

  Settled SettleUnder(const std::string& policy_text) {
    const auto loaded = CombineSources({{.path = "policy.json", .text = policy_text}});
    EXPECT_TRUE(loaded) << loaded.error().Message();
    const Policy policy = Resolve(loaded->layer, SubjectOf(facts_)).policy;
    return Settle(context_, policy, Decide(facts_, policy), facts_);
  }
};

const FindingRecord& Of(const Settled& settled, std::string_view rule) {
  const auto found = std::ranges::find(settled.records, rule, &FindingRecord::rule);
  EXPECT_NE(found, settled.records.end()) << rule;
  return *found;
}

TEST_F(SettleTest, WhatHadNoFixIsFixedOnceAnotherFixHasMadeRoomForIt) {
  // /dev/shm as it was and what /scratch is to get are more than the limit together.
  const Settled settled = SettleUnder(R"({"rules":{
      "shm-sized":{"action":"fix","max_share":0.5},
      "tmpfs-sized":{"action":"fix","fix_to_share":0.125}}})");
  EXPECT_EQ(Of(settled, "shm-sized").fix_outcome, "fixed: /dev/shm is now 32 MiB");
  EXPECT_EQ(Of(settled, "tmpfs-sized").fix_outcome, "fixed: /scratch is now 8 MiB");
  EXPECT_EQ(Named("/scratch").size, Mebibytes(8));
}

TEST_F(SettleTest, AReasonWhyNothingWasFixedIsTheLastOne) {
  const Settled settled = SettleUnder(R"({"rules":{
      "shm-sized":{"action":"fix","max_share":0.75},
      "tmpfs-sized":{"action":"fix","fix_to_share":0.5}}})");
  EXPECT_TRUE(Of(settled, "tmpfs-sized").fix_outcome.find("would hold 80 MiB") != std::string::npos)
      << Of(settled, "tmpfs-sized").fix_outcome;
  EXPECT_EQ(Named("/scratch").size, Bytes{0});
}

}  // namespace
}  // namespace headroom
