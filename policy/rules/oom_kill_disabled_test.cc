#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "oom-kill-disabled";

ContainerFacts On(CgroupVersion version, std::optional<bool> disabled) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup_version = version;
  facts.oom_kill_disabled = disabled;
  return facts;
}

TEST(OomKillDisabled, AContainerThatHangsAtItsLimitIsFound) {
  const Violation violation = ViolationOf(Judge(kRule, On(CgroupVersion::kV1, true)));
  EXPECT_EQ(violation.fact,
            "disableOOMKiller is true: at its memory limit the container is not killed, it hangs");
  EXPECT_EQ(violation.advice, "docker run without --oom-kill-disable");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "it is changed in config.json, before the runtime reads that");
  EXPECT_TRUE(IsSatisfied(Judge(kRule, On(CgroupVersion::kV1, false))));
}

TEST(OomKillDisabled, IsFixedInConfigJsonAlone) {
  ContainerFacts facts = On(CgroupVersion::kV1, true);
  facts.source = FactsSource::kConfig;
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_EQ(violation.fixes, Fixes({EnableOomKiller{}}));
  EXPECT_EQ(violation.no_fix_reason, "");
  facts.oom_kill_disabled = false;
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "a fix followed by a check is clean";
}

TEST(OomKillDisabled, OnCgroup2ItIsSaidToHaveNoEffect) {
  const Judgement judgement = Judge(kRule, On(CgroupVersion::kV2, true));
  ASSERT_TRUE(IsNotJudged(judgement));
  EXPECT_EQ(std::get<NotJudged>(judgement).reason,
            "disableOOMKiller is true, which has no effect on cgroup v2 (crun refuses to start "
            "with it)");
  EXPECT_TRUE(IsSatisfied(Judge(kRule, On(CgroupVersion::kV2, false))));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, On(CgroupVersion::kV2, std::nullopt))));
}

TEST(OomKillDisabled, IsNotJudgedWhereNobodyKnows) {
  EXPECT_TRUE(IsNotJudged(Judge(kRule, On(CgroupVersion::kV1, std::nullopt))));
  for (const std::optional<bool> disabled :
       {std::optional<bool>(true), std::optional<bool>(false), std::optional<bool>()}) {
    EXPECT_TRUE(IsNotJudged(Judge(kRule, On(CgroupVersion::kMissing, disabled))));
  }
}

TEST(OomKillDisabled, AdvisesInTheWordsOfTheEngine) {
  const auto advice = [](const char* engine, bool kubernetes = false) {
    ContainerFacts facts = On(CgroupVersion::kV1, true);
    facts.engine.engine = engine;
    facts.engine.kubernetes = kubernetes;
    return ViolationOf(Judge(kRule, facts)).advice;
  };
  EXPECT_EQ(advice("podman"), "podman run without --oom-kill-disable");
  EXPECT_EQ(advice("containerd"), "nerdctl run without --oom-kill-disable");
  EXPECT_EQ(advice("containerd", true),
            "set linux.resources.memory.disableOOMKiller to false in the base specification of the "
            "pod's runtime");
  EXPECT_EQ(advice("lxc"), "set lxc.cgroup.memory.oom_control = 0 in the container's config");
  for (const char* runtime : {"runc", "crun"}) {
    EXPECT_EQ(advice(runtime),
              "set linux.resources.memory.disableOOMKiller to false in config.json");
  }
}

}  // namespace
}  // namespace headroom
