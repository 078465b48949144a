#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "tmpfs-sized";

TmpfsFacts Tmpfs(const char* destination, std::optional<Limit> size) {
  TmpfsFacts tmpfs;
  tmpfs.destination = destination;
  tmpfs.size = size;
  return tmpfs;
}

/// Beside the 32 MiB of /dev/shm, below a limit of 64 MiB.
ContainerFacts With(std::vector<TmpfsFacts> all) {
  ContainerFacts facts = FactsOfAContainer();
  facts.tmpfs = std::move(all);
  return facts;
}

ContainerFacts Unsized() { return With({Tmpfs("/run", std::nullopt)}); }

TEST(TmpfsSized, IsKeptByWhatDockerAndPodmanMountOfThemselves) {
  ContainerFacts facts = With({Tmpfs("/dev", Limit(Mebibytes(64)))});
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  facts.tmpfs.push_back(Tmpfs("/sys/firmware", std::nullopt));
  facts.tmpfs.back().read_only = true;
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  facts.shm->size = Limit(Mebibytes(128));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "that is for shm-sized to say";
}

TEST(TmpfsSized, ATmpfsWithoutASizeIsFoundWithAnyLimitOrNone) {
  const Violation violation = ViolationOf(Judge(kRule, Unsized()));
  EXPECT_EQ(violation.fact,
            "the tmpfs on /run has no size of its own, so up to half of the host's memory; the "
            "memory limit is 64 MiB");
  EXPECT_EQ(violation.advice, "docker run --tmpfs /run:size=32m ...");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "the policy names no \"fix_to_share\" for this rule");

  ContainerFacts facts = With({Tmpfs("/run", std::nullopt), Tmpfs("/tmp", Limit::Unlimited())});
  facts.cgroup.limits.max = Limit::Unlimited();
  facts.host.memory_total = Mebibytes(2048);
  const Violation unlimited = ViolationOf(Judge(kRule, facts, {{"fix_to_share", 0.25}}));
  EXPECT_EQ(unlimited.fact,
            "the tmpfs on /run and /tmp have no size of their own, so up to half of the host's "
            "memory (1 GiB) each; there is no memory limit");
  EXPECT_EQ(unlimited.advice, "docker run --tmpfs /run:size=64m --tmpfs /tmp:size=64m ...");
  EXPECT_TRUE(unlimited.fixes.empty());
  EXPECT_EQ(unlimited.no_fix_reason, "there is no memory limit to take a share of");
}

TEST(TmpfsSized, TheFrameOfTheHierarchiesOfV1IsNobodysToConfigure) {
  const Violation alone = ViolationOf(Judge(kRule, With({Tmpfs("/sys/fs/cgroup", std::nullopt)})));
  EXPECT_TRUE(alone.advice.starts_with("let the policy's tmpfs-sized fix that on /sys/fs/cgroup"))
      << alone.advice;
  const Violation both = ViolationOf(
      Judge(kRule, With({Tmpfs("/sys/fs/cgroup", std::nullopt), Tmpfs("/run", std::nullopt)})));
  EXPECT_TRUE(both.advice.starts_with("docker run --tmpfs /run:size=")) << both.advice;
  EXPECT_NE(both.advice.find(" ..., and let the policy's tmpfs-sized fix"), std::string::npos)
      << both.advice;
}

TEST(TmpfsSized, TheSumWithShmMayBeAllOfTheLimitAndNotAByteMore) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, With({Tmpfs("/run", Limit(Mebibytes(32)))}))));
  EXPECT_NE(
      ViolationOf(Judge(kRule, With({Tmpfs("/run", Limit(Bytes{Mebibytes(32).value + 1}))}))).fact,
      "");
  const Violation violation = ViolationOf(Judge(
      kRule, With({Tmpfs("/run", Limit(Mebibytes(48))), Tmpfs("/tmp", Limit(Mebibytes(16)))})));
  EXPECT_EQ(violation.fact,
            "all tmpfs together may hold 96 MiB (/run 48 MiB, /tmp 16 MiB and /dev/shm 32 MiB), "
            "150 % of the memory limit; policy accepts 64 MiB of the 64 MiB limit");
  EXPECT_EQ(violation.advice, "docker run --tmpfs /run:size=16m --tmpfs /tmp:size=16m ...");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "the policy does not say which of them is to be smaller");
}

TEST(TmpfsSized, TheShareOfAllIsPolicys) {
  const ContainerFacts facts = With({Tmpfs("/run", Limit(Mebibytes(16)))});
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, {{"max_share", 0.75}})));
  const Violation violation = ViolationOf(Judge(kRule, facts, {{"max_share", 0.74}}));
  EXPECT_TRUE(violation.fact.ends_with("policy accepts 47.4 MiB of the 64 MiB limit"))
      << violation.fact;
}

TEST(TmpfsSized, MeasuresAgainstTheSmallestLimitOnTheWayUp) {
  ContainerFacts facts = With({Tmpfs("/run", Limit(Mebibytes(32)))});
  facts.ancestors[0].limits.max = Limit(Mebibytes(48));
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
}

TEST(TmpfsSized, EachIsOnlyMeasuredWherePolicyNamesAShareForIt) {
  const ContainerFacts facts =
      With({Tmpfs("/run", Limit(Mebibytes(16))), Tmpfs("/tmp", Limit(Mebibytes(8)))});
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, {{"each_at_most", 0.25}})));
  const Violation violation = ViolationOf(Judge(kRule, facts, {{"each_at_most", 0.125}}));
  EXPECT_EQ(violation.fact,
            "the tmpfs on /run (16 MiB) may hold more than the 8 MiB that policy accepts for each "
            "of them");
  EXPECT_EQ(violation.advice, "docker run --tmpfs /run:size=8m ...");
  EXPECT_EQ(violation.fixes, Fixes({SetTmpfsSize{"/run", Mebibytes(8)}}));
}

TEST(TmpfsSized, FixesEveryOneWithoutASizeToTheShareThatPolicyNames) {
  const ContainerFacts facts = With({Tmpfs("/run", std::nullopt), Tmpfs("/tmp", std::nullopt)});
  const Violation violation = ViolationOf(Judge(kRule, facts, {{"fix_to_share", 0.125}}));
  EXPECT_EQ(violation.fixes,
            Fixes({SetTmpfsSize{"/run", Mebibytes(8)}, SetTmpfsSize{"/tmp", Mebibytes(8)}}));
  EXPECT_EQ(violation.no_fix_reason, "");
  EXPECT_EQ(violation.advice, "docker run --tmpfs /run:size=8m --tmpfs /tmp:size=8m ...");
}

TEST(TmpfsSized, AFixFollowedByACheckIsClean) {
  ContainerFacts facts = With({Tmpfs("/run", std::nullopt), Tmpfs("/big", Limit(Mebibytes(64))),
                               Tmpfs("/tmp", Limit(Mebibytes(1)))});
  const ParameterValues values = {{"fix_to_share", 0.125}, {"each_at_most", 0.25}};
  const Violation violation = ViolationOf(Judge(kRule, facts, values));
  ASSERT_EQ(violation.fixes.size(), 2U);
  for (const Fix& fix : violation.fixes) {
    const auto& size = std::get<SetTmpfsSize>(fix);
    for (TmpfsFacts& tmpfs : facts.tmpfs) {
      if (tmpfs.destination == size.destination) tmpfs.size = Limit(size.value);
    }
  }
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts, values)));
}

TEST(TmpfsSized, MakesNoFixThatWouldStillBeTooMuch) {
  const ContainerFacts facts = With({Tmpfs("/run", std::nullopt), Tmpfs("/tmp", std::nullopt)});
  const Violation violation = ViolationOf(Judge(kRule, facts, {{"fix_to_share", 0.5}}));
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason,
            "with the sizes that policy names all of them together would hold 96 MiB, more than "
            "the 64 MiB that it accepts");
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, {{"fix_to_share", 0.25}})).fixes.size(), 2U);
}

TEST(TmpfsSized, LeavesAPodsVolumesToItsKubelet) {
  ContainerFacts facts = Unsized();
  facts.engine.engine = "containerd";
  facts.engine.kubernetes = true;
  const Violation violation = ViolationOf(Judge(kRule, facts, {{"fix_to_share", 0.25}}));
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "a pod's volumes belong to its kubelet");
}

TEST(TmpfsSized, AdvisesInTheWordsOfTheEngine) {
  const auto advice = [](const char* engine, bool kubernetes = false) {
    ContainerFacts facts = With({Tmpfs("/run", std::nullopt), Tmpfs("/tmp", std::nullopt)});
    facts.engine.engine = engine;
    facts.engine.kubernetes = kubernetes;
    return ViolationOf(Judge(kRule, facts)).advice;
  };
  EXPECT_EQ(advice("docker"), "docker run --tmpfs /run:size=16m --tmpfs /tmp:size=16m ...");
  EXPECT_EQ(advice("podman"), "podman run --tmpfs /run:size=16m --tmpfs /tmp:size=16m ...");
  EXPECT_EQ(advice("containerd"), "nerdctl run --tmpfs /run:size=16m --tmpfs /tmp:size=16m ...");
  EXPECT_EQ(advice("cri-o", true),
            "set sizeLimit: 16Mi on the emptyDir with medium: Memory on /run and /tmp in the "
            "pod's manifest");
  EXPECT_EQ(advice("lxc"),
            "set lxc.mount.entry = tmpfs run tmpfs rw,nosuid,nodev,size=16m,create=dir 0 0, and "
            "likewise for /tmp");
  for (const char* runtime : {"runc", "crun"}) {
    EXPECT_EQ(advice(runtime),
              "set size=16m among the options of the mount on /run and /tmp in config.json");
  }
  ContainerFacts lxc_dev = With({Tmpfs("/dev", std::nullopt)});
  lxc_dev.engine.engine = "lxc";
  EXPECT_EQ(ViolationOf(Judge(kRule, lxc_dev)).advice,
            "set lxc.autodev.tmpfs.size = 33554432 in the container's config");
}

TEST(TmpfsSized, ALineStaysALineWithAHundredMounts) {
  std::vector<TmpfsFacts> all;
  all.reserve(100);
  for (int number = 0; number < 100; ++number) {
    all.push_back(Tmpfs(("/" + std::to_string(number)).c_str(), std::nullopt));
  }
  const Violation violation = ViolationOf(Judge(kRule, With(std::move(all))));
  EXPECT_TRUE(violation.fact.starts_with("the tmpfs on /0, /1, /2, /3 and 96 more have no size"))
      << violation.fact;
  EXPECT_LT(violation.advice.size(), 200U);
}

TEST(TmpfsSized, JudgesConfigJsonAlone) {
  ContainerFacts facts = Unsized();
  facts.source = FactsSource::kConfig;
  facts.ancestors.clear();
  facts.own_cgroup = false;
  facts.engine.engine = "runc";
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, {{"fix_to_share", 0.25}})).fixes,
            Fixes({SetTmpfsSize{"/run", Mebibytes(16)}}));
}

TEST(TmpfsSized, OneWhoseSizeCannotBeToldIsNeitherUnsizedNorFixed) {
  ContainerFacts facts = With({Tmpfs("/x", std::nullopt)});
  facts.config.emplace().unread_sizes["/x"] = "size=1%";
  const Judgement judgement = Judge(kRule, facts, {{"fix_to_share", 0.25}});
  ASSERT_TRUE(IsNotJudged(judgement));
  EXPECT_EQ(std::get<NotJudged>(judgement).reason,
            "how large the tmpfs on /x (size=1%) is cannot be told from that");
  facts.tmpfs.push_back(Tmpfs("/run", std::nullopt));
  EXPECT_EQ(ViolationOf(Judge(kRule, facts, {{"fix_to_share", 0.25}})).fixes,
            Fixes({SetTmpfsSize{"/run", Mebibytes(16)}}));
}

TEST(TmpfsSized, WithoutAKnownLimitOnlyAMissingSizeIsFound) {
  ContainerFacts facts = With({Tmpfs("/run", Limit(Mebibytes(512)))});
  facts.cgroup.limits.max = std::nullopt;
  facts.ancestors.clear();
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
  facts.configured_limit = Limit(Mebibytes(64));
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "") << "cgroup v1: config.json says it";
  facts.configured_limit = Limit::Unlimited();
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  facts.configured_limit = std::nullopt;
  facts.tmpfs[0].size = std::nullopt;
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
}

TEST(TmpfsSized, SharesThatCannotAllBeMeantAreTold) {
  const auto contradiction = [](const ParameterValues& values) {
    const Rule* rule = FindRule(kRule);
    return rule->contradiction(Parameters(rule->parameters, values));
  };
  EXPECT_EQ(contradiction({}), "");
  EXPECT_EQ(contradiction({{"fix_to_share", 0.25}, {"each_at_most", 0.25}}), "");
  EXPECT_EQ(contradiction({{"fix_to_share", 0.5}, {"each_at_most", 0.25}}),
            "\"fix_to_share\" is above \"each_at_most\"");
  EXPECT_EQ(contradiction({{"fix_to_share", 0.5}, {"max_share", 0.5}}), "");
  EXPECT_EQ(contradiction({{"fix_to_share", 0.5}, {"max_share", 0.25}}),
            "\"fix_to_share\" is above \"max_share\"");
}

}  // namespace
}  // namespace headroom
