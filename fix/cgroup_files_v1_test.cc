#include <gtest/gtest.h>

#include "base/file.h"
#include "container/testing/fake_host_v1.h"
#include "fix/fix.h"

namespace headroom {
namespace {

class FixOnCgroupV1 : public testing::Test {
 protected:
  FixOnCgroupV1() {
    const OciConfig config = FakeHost::config();
    facts_ = CollectFacts(host_.surroundings(), host_.state(), &config).value();
  }
  FixOutcome Apply(const Fix& fix) {
    FixContext context;
    context.host = host_.view();
    return FixCgroupFile(context, Mode::kTripwire, fix, facts_);
  }
  std::vector<FixOutcome> Fixed(const Fix& fix) {
    FixContext context;
    context.host = host_.view();
    Finding finding;
    finding.fixes = {fix};
    return FixFinding(context, Mode::kTripwire, finding, facts_);
  }
  static std::string Own(const std::string& file) {
    return std::string("memory") + FakeHost::kCgroup + "/" + file;
  }
  void SetLimit(const std::string& value) const {
    host_.Write(Own("memory.limit_in_bytes"), value);
  }
  void SetBoth(const std::string& value) const {
    host_.Write(Own("memory.memsw.limit_in_bytes"), value);
  }

  FakeHostV1 host_;
  ContainerFacts facts_;
};

TEST_F(FixOnCgroupV1, TheLimitIsSetInItsOwnFile) {
  SetLimit("9223372036854771712\n");
  const FixOutcome outcome = Apply(SetMemoryMax{Mebibytes(32)});
  EXPECT_EQ(outcome.text, "fixed: memory.limit_in_bytes is now 32 MiB");
  EXPECT_EQ(outcome.before, "max");
  EXPECT_EQ(facts_.cgroup.limits.max, Limit(Mebibytes(32)));
}

TEST_F(FixOnCgroupV1, ALowerLimitLetsNoMoreSwapIn) {
  SetBoth("67108864\n");  // as docker run -m 64m --memory-swap 64m
  facts_.cgroup.limits.swap_max = Limit(Bytes{0});
  const auto outcomes = Fixed(SetMemoryMax{Mebibytes(32)});
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[1].text, "fixed: memory.memsw.limit_in_bytes is now 32 MiB");
  EXPECT_EQ(outcomes[1].setting, "memory.memsw.limit_in_bytes");
  EXPECT_EQ(outcomes[1].before, "67108864");
  EXPECT_EQ(outcomes[1].after, "33554432");
  EXPECT_EQ(facts_.cgroup.limits.swap_max, Limit(Bytes{0}));
}

TEST_F(FixOnCgroupV1, SwapThatWasAllowedStaysAllowed) {
  const auto outcomes = Fixed(SetMemoryMax{Mebibytes(32)});
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[1].text, "fixed: memory.memsw.limit_in_bytes is now 64 MiB");
  EXPECT_EQ(facts_.cgroup.limits.swap_max, Limit(Mebibytes(32)));
}

TEST_F(FixOnCgroupV1, WhereThatMuchIsInUseItIsSaidHowMuchMoreMayBeSwapped) {
  host_.Write(Own("memory.memsw.usage_in_bytes"), "67108865\n");
  const auto outcomes = Fixed(SetMemoryMax{Mebibytes(32)});
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_TRUE(outcomes[0].fixed());
  EXPECT_TRUE(outcomes[1].text.starts_with("not fixed: memory.memsw.usage_in_bytes"))
      << outcomes[1].text;
  EXPECT_TRUE(outcomes[1].text.ends_with("; 64 MiB may be swapped now, where 32 MiB might before"))
      << outcomes[1].text;
  EXPECT_EQ(facts_.cgroup.limits.swap_max, Limit(Mebibytes(64)));
}

TEST_F(FixOnCgroupV1, WithoutALimitOfBothOrALowerOneThereIsNothingToKeep) {
  SetBoth("9223372036854771712\n");
  EXPECT_EQ(Fixed(SetMemoryMax{Mebibytes(32)}).size(), 1U);
  EXPECT_EQ(Fixed(SetMemoryMax{Mebibytes(32)}).size(), 1U) << "already";
  EXPECT_EQ(Fixed(SetMemoryMax{Kibibytes(4)}).size(), 1U) << "not fixed";
  SetBoth("much\n");
  EXPECT_EQ(Fixed(SetMemoryMax{Mebibytes(16)}).size(), 1U);
}

TEST_F(FixOnCgroupV1, NothingIsLoosenedOrSetBelowWhatIsInUse) {
  EXPECT_TRUE(Apply(SetMemoryMax{Mebibytes(64)}).already());
  EXPECT_FALSE(Apply(SetMemoryMax{Kibibytes(4)}).fixed()) << "1 MiB is in use";
}

TEST_F(FixOnCgroupV1, WhatV1DoesNotHaveIsNotFixed) {
  for (const Fix& fix : {Fix(SetOomGroup{}), Fix(SetSwapMax{Bytes{0}}), Fix(SetMemoryLow{})}) {
    const FixOutcome outcome = Apply(fix);
    EXPECT_FALSE(outcome.fixed() || outcome.already());
    EXPECT_NE(outcome.text.find("cgroup v1"), std::string::npos) << outcome.text;
  }
}

}  // namespace
}  // namespace headroom
