#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "shm-sized";

ContainerFacts WithShm(std::optional<Limit> size) {
  ContainerFacts facts = FactsOfAContainer();
  facts.shm->size = size;
  return facts;
}

TEST(ShmSized, HalfOfTheLimitIsStillAccepted) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithShm(Limit(Mebibytes(32))))));
  const Violation violation = ViolationOf(Judge(kRule, WithShm(Limit(Mebibytes(64)))));
  EXPECT_EQ(violation.fact,
            "/dev/shm may hold 64 MiB, 100 % of the memory limit; policy accepts 32 MiB of the 64 "
            "MiB limit");
  EXPECT_EQ(violation.advice, "docker run --shm-size 32m ...");
  EXPECT_EQ(violation.fixes, Fixes({SetTmpfsSize{"/dev/shm", Mebibytes(32)}}));
  EXPECT_FALSE(
      ViolationOf(Judge(kRule, WithShm(Limit(Bytes{Mebibytes(32).value + 1})))).fixes.empty());
}

TEST(ShmSized, TheShareIsPolicys) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithShm(Limit(Mebibytes(64))), {{"max_share", 1.0}})));
  const Violation violation =
      ViolationOf(Judge(kRule, WithShm(Limit(Mebibytes(32))), {{"max_share", 0.25}}));
  EXPECT_EQ(violation.fixes, Fixes({SetTmpfsSize{"/dev/shm", Mebibytes(16)}}));
}

TEST(ShmSized, MeasuresAgainstTheSmallestLimitOnTheWayUp) {
  ContainerFacts facts = WithShm(Limit(Mebibytes(32)));
  facts.ancestors[0].limits.max = Limit(Mebibytes(16));
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fixes,
            Fixes({SetTmpfsSize{"/dev/shm", Mebibytes(8)}}));
}

TEST(ShmSized, FixesToWholePagesAndNeverToNone) {
  ContainerFacts facts = WithShm(Limit(Mebibytes(32)));
  facts.cgroup.limits.max = Limit(Bytes{30001});
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fixes,
            Fixes({SetTmpfsSize{"/dev/shm", Bytes{12288}}}));
  facts.cgroup.limits.max = Limit(Bytes{1});
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fixes, Fixes({SetTmpfsSize{"/dev/shm", Bytes{4096}}}));
}

TEST(ShmSized, ATmpfsWithoutASizeIsTooLarge) {
  const Violation unstated = ViolationOf(Judge(kRule, WithShm(std::nullopt)));
  EXPECT_NE(unstated.fact.find("half of the host's memory"), std::string::npos);
  EXPECT_EQ(unstated.fixes, Fixes({SetTmpfsSize{"/dev/shm", Mebibytes(32)}}));
  const Violation endless = ViolationOf(Judge(kRule, WithShm(Limit::Unlimited())));
  EXPECT_NE(endless.fact.find("no size limit"), std::string::npos);
}

TEST(ShmSized, LeavesTheHostsOwnToTheRuleThatIsAboutIt) {
  ContainerFacts facts = WithShm(Limit(Mebibytes(1024)));
  facts.shm->host_shared = true;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
}

TEST(ShmSized, WhatOtherContainersShareIsReportedAndNeverFixed) {
  ContainerFacts facts = WithShm(Limit(Mebibytes(64)));
  facts.shm->bind_mounted = true;
  facts.engine.engine = "containerd";
  facts.engine.kubernetes = true;
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_EQ(violation.fact,
            "/dev/shm, mounted elsewhere too, may hold 64 MiB, 100 % of the memory limit; "
            "policy accepts 32 MiB of the 64 MiB limit");
  EXPECT_EQ(violation.advice,
            "mount an emptyDir with medium: Memory and sizeLimit: 32Mi on /dev/shm in the pod's "
            "manifest");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "it is mounted elsewhere too, and would shrink there as well");
  facts.shm->size = Limit(Mebibytes(32));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
}

TEST(ShmSized, ABindMountIsOnlyMeasuredOnceItIsMounted) {
  ContainerFacts facts = WithShm(std::nullopt);
  facts.shm->type = "bind";
  facts.source = FactsSource::kConfig;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.shm->type = "tmpfs";
  facts.shm->bind_mounted = true;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.source = FactsSource::kContainer;
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
}

TEST(ShmSized, OneWhoseSizeCannotBeToldIsNotHeldAgainstIt) {
  ContainerFacts facts = WithShm(std::nullopt);
  facts.config.emplace().unread_sizes["/dev/shm"] = "size=1%";
  const Judgement judgement = Judge(kRule, facts);
  ASSERT_TRUE(IsNotJudged(judgement));
  EXPECT_EQ(std::get<NotJudged>(judgement).reason,
            "how large /dev/shm (size=1%) is cannot be told from that");
}

TEST(ShmSized, JudgesConfigJsonAlone) {
  ContainerFacts facts = WithShm(Limit(Mebibytes(64)));
  facts.source = FactsSource::kConfig;
  facts.ancestors.clear();
  facts.own_cgroup = false;
  facts.engine.engine = "runc";
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_EQ(violation.fixes, Fixes({SetTmpfsSize{"/dev/shm", Mebibytes(32)}}));
  EXPECT_EQ(violation.advice,
            "set size=32m among the options of the mount on /dev/shm in config.json");
}

TEST(ShmSized, FilesThatAreNoMemoryAreNoConcern) {
  ContainerFacts facts = WithShm(std::nullopt);
  facts.shm->type = "ext4";
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
}

TEST(ShmSized, WithoutAMountOrALimitThereIsNothingToMeasure) {
  ContainerFacts facts = FactsOfAContainer();
  facts.shm = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts = WithShm(Limit(Mebibytes(64)));
  facts.cgroup.limits.max = Limit::Unlimited();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.cgroup.limits.max = std::nullopt;
  facts.ancestors.clear();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.configured_limit = Limit(Mebibytes(64));
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fixes,
            Fixes({SetTmpfsSize{"/dev/shm", Mebibytes(32)}}));
}

}  // namespace
}  // namespace headroom
