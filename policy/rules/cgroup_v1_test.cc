#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "cgroup-v1";

ContainerFacts On(CgroupVersion version) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup_version = version;
  return facts;
}

TEST(CgroupV1, IsKeptOnCgroup2) {
  ContainerFacts facts = On(CgroupVersion::kV2);
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts)));
  facts.kmem_limit = Limit(Mebibytes(16));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, facts))) << "nothing there takes that limit";
}

TEST(CgroupV1, SaysWhatIsLostThere) {
  const Violation violation = ViolationOf(Judge(kRule, On(CgroupVersion::kV1)));
  EXPECT_EQ(violation.fact,
            "the memory controller is on cgroup v1: no memory.high, so no tripwire; no "
            "memory.oom.group, memory.min or memory.low; no memory.pressure; and writers are not "
            "held back before their dirty pages fill the limit");
  EXPECT_EQ(violation.advice,
            "boot the host with systemd.unified_cgroup_hierarchy=1 on its kernel's command line");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "the hierarchy is chosen when the host boots");
}

TEST(CgroupV1, ALimitOfKernelMemoryIsSaidToFailOrToBeIgnored) {
  ContainerFacts facts = On(CgroupVersion::kV1);
  facts.kmem_limit = Limit(Mebibytes(16));
  const Violation violation = ViolationOf(Judge(kRule, facts));
  EXPECT_TRUE(violation.fact.ends_with(
      "; its kernel memory is limited to 16 MiB: before Linux 5.16 system calls beyond that fail "
      "with ENOMEM, and later kernels ignore the limit"))
      << violation.fact;
  EXPECT_TRUE(
      violation.advice.ends_with(", and leave linux.resources.memory.kernel (--kernel-memory) out"))
      << violation.advice;
  const std::string without = ViolationOf(Judge(kRule, On(CgroupVersion::kV1))).fact;
  facts.kmem_limit = Limit::Unlimited();
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fact, without);
}

TEST(CgroupV1, AKernelWithoutTheControllerIsFoundToo) {
  const Violation violation = ViolationOf(Judge(kRule, On(CgroupVersion::kMissing)));
  EXPECT_EQ(violation.fact, "this kernel offers no memory controller, so no memory limit holds");
  EXPECT_EQ(violation.advice,
            "boot the host with cgroup_enable=memory on its kernel's command line, and without "
            "cgroup_disable=memory");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "the controllers are chosen when the host boots");
}

TEST(CgroupV1, SpeaksOfTheHostAndSoTheSameForEveryEngineAndForConfigJsonAlone) {
  ContainerFacts facts = On(CgroupVersion::kV1);
  const std::string advice = ViolationOf(Judge(kRule, facts)).advice;
  for (const char* engine : {"podman", "containerd", "cri-o", "lxc", "runc"}) {
    facts.engine.engine = engine;
    facts.source = FactsSource::kConfig;
    EXPECT_EQ(ViolationOf(Judge(kRule, facts)).advice, advice) << engine;
  }
}

}  // namespace
}  // namespace headroom
