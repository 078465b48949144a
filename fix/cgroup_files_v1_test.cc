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
  void SetLimit(const std::string& value) const {
    host_.Write(std::string("memory") + FakeHost::kCgroup + "/memory.limit_in_bytes", value);
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
