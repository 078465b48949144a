#include <gtest/gtest.h>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

constexpr const char* kRule = "host-shm";

ContainerFacts WithHostShm(const char* engine = "docker", bool kubernetes = false) {
  ContainerFacts facts = FactsOfAContainer();
  facts.shm->host_shared = true;
  facts.shm->size = Limit(Mebibytes(1024));
  facts.engine.engine = engine;
  facts.engine.kubernetes = kubernetes;
  return facts;
}

ContainerFacts WithSharedShm(const char* engine = "docker", bool kubernetes = false) {
  ContainerFacts facts = WithHostShm(engine, kubernetes);
  facts.shm->host_shared = false;
  facts.shm->bind_mounted = true;
  facts.shm->size = Limit(Mebibytes(64));
  return facts;
}

TEST(HostShm, IsKeptByATmpfsOfTheContainersOwn) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, FactsOfAContainer())));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, FactsOfAContainer(), {{"shared_ok", false}})));
}

TEST(HostShm, TheHostsOwnIsAFindingWhateverPolicySaysOfSharing) {
  for (const bool shared_ok : {true, false}) {
    const Violation violation =
        ViolationOf(Judge(kRule, WithHostShm(), {{"shared_ok", shared_ok}}));
    EXPECT_EQ(violation.fact,
              "/dev/shm is the host's own of 1 GiB, shared with every process on it");
    EXPECT_TRUE(violation.fixes.empty());
    EXPECT_EQ(violation.no_fix_reason, "the host's /dev/shm is never changed");
  }
}

TEST(HostShm, NeedsNoLimitAndNoSizeToBeWrong) {
  ContainerFacts facts = WithHostShm();
  facts.cgroup.limits.max = Limit::Unlimited();
  facts.shm->size = std::nullopt;
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fact,
            "/dev/shm is the host's own, shared with every process on it");
  facts.shm->size = Limit::Unlimited();
  EXPECT_EQ(ViolationOf(Judge(kRule, facts)).fact,
            "/dev/shm is the host's own without a size limit, shared with every process on it");
}

TEST(HostShm, WhatOtherContainersShareIsAcceptedUnlessPolicySaysOtherwise) {
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSharedShm())));
  EXPECT_TRUE(IsSatisfied(Judge(kRule, WithSharedShm(), {{"shared_ok", true}})));
  const Violation violation = ViolationOf(Judge(kRule, WithSharedShm(), {{"shared_ok", false}}));
  EXPECT_EQ(violation.fact,
            "/dev/shm of 64 MiB is mounted elsewhere too, and whoever has it there can fill it");
  EXPECT_TRUE(violation.fixes.empty());
  EXPECT_EQ(violation.no_fix_reason, "what is mounted elsewhere too is never changed");
}

TEST(HostShm, AdvisesInTheWordsOfTheEngine) {
  struct Case {
    const char* engine;
    bool kubernetes;
    const char* against_host;
    const char* against_shared;
  };
  constexpr const char* kMount =
      "give the mount on /dev/shm in config.json type tmpfs and size=64m among its options, and "
      "linux.namespaces an entry of type ipc without a path";
  const Case cases[] = {
      {"docker", false, "docker run --ipc=private ..., without -v /dev/shm:/dev/shm",
       "docker run --ipc=private ..."},
      {"podman", false, "podman run --ipc=private ..., without -v /dev/shm:/dev/shm",
       "podman run --ipc=private ..."},
      {"containerd", true,
       "set hostIPC: false in the pod's manifest, and mount no hostPath on /dev/shm",
       "mount an emptyDir with medium: Memory and a sizeLimit, used by this container alone, on "
       "/dev/shm in the pod's manifest"},
      {"lxc", false, "remove the lxc.mount.entry that binds the host's /dev/shm",
       "remove the lxc.mount.entry that binds a shared /dev/shm"},
      {"runc", false, kMount, kMount},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(ViolationOf(Judge(kRule, WithHostShm(c.engine, c.kubernetes))).advice,
              c.against_host);
    EXPECT_EQ(
        ViolationOf(Judge(kRule, WithSharedShm(c.engine, c.kubernetes), {{"shared_ok", false}}))
            .advice,
        c.against_shared);
  }
}

TEST(HostShm, JudgesConfigJsonAlone) {
  ContainerFacts facts = WithHostShm("runc");
  facts.source = FactsSource::kConfig;
  facts.shm->type = "bind";
  facts.shm->size = std::nullopt;
  EXPECT_NE(ViolationOf(Judge(kRule, facts)).fact, "");
}

TEST(HostShm, WithoutAMountThereIsNothingToSay) {
  ContainerFacts facts = FactsOfAContainer();
  facts.shm = std::nullopt;
  EXPECT_TRUE(IsNotJudged(Judge(kRule, facts)));
}

}  // namespace
}  // namespace headroom
