#include "container/facts/facts_of_config.h"

#include <gtest/gtest.h>

#include "base/result.h"

namespace headroom {
namespace {

OciConfig Parsed(const std::string& text) {
  auto config = ParseOciConfig(text, "config.json");
  EXPECT_TRUE(config) << config.error().Message();
  return config.value_or(OciConfig{});
}

ContainerFacts FactsOf(const std::string& text, const ConfigSubject& subject = {}) {
  return FactsOfConfig(Parsed(text), subject);
}

ContainerFacts OfResources(const std::string& resources) {
  return FactsOf(R"({"linux":{"resources":)" + resources + "}}");
}

TEST(FactsOfConfig, WhatIsNotAskedForIsUnlimitedAndUnprotected) {
  const ContainerFacts facts = FactsOf("{}");
  EXPECT_EQ(facts.source, FactsSource::kConfig);
  EXPECT_EQ(facts.init.pid, 0);
  EXPECT_EQ(facts.cgroup.path, "");
  EXPECT_TRUE(facts.ancestors.empty());
  EXPECT_FALSE(facts.AncestorsKnown());
  EXPECT_FALSE(facts.HookFollows());
  EXPECT_EQ(facts.config->asked_cgroup, "");
  EXPECT_EQ(facts.cgroup.limits, (MemoryLimits{.max = Limit::Unlimited(),
                                               .high = Limit::Unlimited(),
                                               .swap_max = Limit::Unlimited(),
                                               .oom_group = false}));
  EXPECT_EQ(facts.memory_min, Limit(Bytes{0}));
  EXPECT_EQ(facts.memory_low, Limit(Bytes{0}));
  ASSERT_TRUE(facts.pids);
  EXPECT_EQ(facts.pids->count, std::nullopt);
  EXPECT_TRUE(facts.hugetlb.empty());
  EXPECT_FALSE(facts.shm);
  EXPECT_TRUE(facts.tmpfs.empty());
  EXPECT_EQ(facts.process.memlock, std::nullopt);
  EXPECT_EQ(facts.host.memory_total, std::nullopt);
  EXPECT_FALSE(facts.own_cgroup);
  EXPECT_NE(facts.not_own_reason, "");
  EXPECT_TRUE(facts.EffectiveLimit()->limit.unlimited());
}

TEST(FactsOfConfig, SwapIsWhatExceedsTheLimit) {
  const auto swap = [](const std::string& memory) {
    return OfResources(R"({"memory":)" + memory + "}").cgroup.limits.swap_max;
  };
  EXPECT_EQ(swap(R"({"limit":67108864,"swap":134217728})"), Limit(Mebibytes(64)));
  EXPECT_EQ(swap(R"({"limit":67108864,"swap":67108864})"), Limit(Bytes{0}));
  EXPECT_EQ(swap(R"({"limit":67108864,"swap":-1})"), Limit::Unlimited());
  EXPECT_EQ(swap(R"({"limit":67108864})"), Limit::Unlimited());
  EXPECT_EQ(swap(R"({"limit":-1,"swap":67108864})"), Limit::Unlimited());
  EXPECT_EQ(swap(R"({"swap":67108864})"), Limit::Unlimited());
}

TEST(FactsOfConfig, AReservationIsProtection) {
  EXPECT_EQ(OfResources(R"({"memory":{"reservation":1048576}})").memory_low, Limit(Mebibytes(1)));
}

TEST(FactsOfConfig, UnifiedKeysWin) {
  const ContainerFacts facts = OfResources(
      R"({"memory":{"limit":67108864,"swap":67108864,"reservation":1},"pids":{"limit":100},
          "hugepageLimits":[{"pageSize":"2MB","limit":0}],
          "unified":{"memory.max":"33554432","memory.high":"16777216","memory.swap.max":"max",
                     "memory.low":"4096","memory.min":"8192","memory.oom.group":"1",
                     "pids.max":"7","hugetlb.2MB.max":"2097152","hugetlb.1GB.max":"max"}})");
  EXPECT_EQ(facts.cgroup.limits, (MemoryLimits{.max = Limit(Mebibytes(32)),
                                               .high = Limit(Mebibytes(16)),
                                               .swap_max = Limit::Unlimited(),
                                               .oom_group = true}));
  EXPECT_EQ(facts.configured_limit, Limit(Mebibytes(64)));
  EXPECT_EQ(facts.memory_low, Limit(Bytes{4096}));
  EXPECT_EQ(facts.memory_min, Limit(Bytes{8192}));
  EXPECT_EQ(facts.pids->count, 7U);
  ASSERT_EQ(facts.hugetlb.size(), 2U);
  EXPECT_EQ(facts.hugetlb[0].page_size, Mebibytes(2));
  EXPECT_EQ(facts.hugetlb[0].max, Limit(Mebibytes(2)));
  EXPECT_EQ(facts.hugetlb[1].max, Limit::Unlimited());
}

TEST(FactsOfConfig, AUnifiedValueThatTheKernelRefusesIsAsIfAbsent) {
  const ContainerFacts facts = OfResources(
      R"({"memory":{"limit":4096},"pids":{"limit":5},
          "unified":{"memory.max":"64M","pids.max":"some","hugetlb.3XB.max":"1"}})");
  EXPECT_EQ(facts.cgroup.limits.max, Limit(Bytes{4096}));
  EXPECT_EQ(facts.pids->count, 5U);
  EXPECT_TRUE(facts.hugetlb.empty());
}

TEST(FactsOfConfig, NoLimitOfProcessesIsWrittenInThreeWays) {
  for (const char* pids : {R"({"pids":{"limit":0}})", R"({"pids":{"limit":-1}})",
                           R"({"unified":{"pids.max":"max"},"pids":{"limit":5}})"}) {
    EXPECT_EQ(OfResources(pids).pids->count, std::nullopt) << pids;
  }
  EXPECT_EQ(OfResources(R"({"pids":{"limit":200}})").pids->count, 200U);
}

TEST(FactsOfConfig, MountsAreWhatWouldBeMounted) {
  const ContainerFacts facts = FactsOf(
      R"({"mounts":[
        {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["size=65536k"]},
        {"destination":"/dev/shm","type":"tmpfs","source":"shm","options":["size=67108864"]},
        {"destination":"/old","type":"tmpfs","source":"tmpfs"},
        {"destination":"//old/","type":"bind","source":"/x","options":["bind"]},
        {"destination":"/bound","type":"tmpfs","source":"/x","options":["rbind"]},
        {"destination":"/tmp/","type":"tmpfs","source":"tmpfs","options":["ro"]},
        {"destination":"/all","type":"tmpfs","source":"tmpfs","options":["size=0"]}]})");
  ASSERT_TRUE(facts.shm);
  EXPECT_EQ(facts.shm->type, "tmpfs");
  EXPECT_EQ(facts.shm->size, Limit(Mebibytes(64)));
  EXPECT_EQ(facts.shm->mount_point, "");
  EXPECT_FALSE(facts.shm->bind_mounted);
  ASSERT_EQ(facts.tmpfs.size(), 3U);
  EXPECT_EQ(facts.tmpfs[0].destination, "/dev");
  EXPECT_EQ(facts.tmpfs[0].size, Limit(Mebibytes(64)));
  EXPECT_EQ(facts.tmpfs[1].destination, "/tmp");
  EXPECT_TRUE(facts.tmpfs[1].read_only);
  EXPECT_EQ(facts.tmpfs[1].size, std::nullopt);
  EXPECT_EQ(facts.tmpfs[1].mount_point, "");
  EXPECT_EQ(facts.tmpfs[2].size, Limit::Unlimited());
}

TEST(FactsOfConfig, ASizeInPercentIsOneOfTheHostsMemory) {
  const std::string text = R"({"mounts":[
      {"destination":"/dev/shm","type":"tmpfs","options":["size=1%"]},
      {"destination":"/x","type":"tmpfs","options":["size=0x1000000"]},
      {"destination":"/y/","type":"tmpfs","options":["size=some"]},
      {"destination":"/z","type":"tmpfs","options":["size=any"]},
      {"destination":"/z","type":"tmpfs","options":["size=1m"]}]})";
  HostFacts host;
  host.memory_total = Mebibytes(6400);
  const ContainerFacts facts = FactsOf(text, {.host = host});
  EXPECT_EQ(facts.shm->size, Limit(Mebibytes(64)));
  EXPECT_EQ(facts.tmpfs.at(0).size, Limit(Mebibytes(16)));
  EXPECT_EQ(facts.tmpfs.at(1).size, std::nullopt);
  using Unread = std::map<std::string, std::string, std::less<>>;
  EXPECT_EQ(facts.config->unread_sizes, (Unread{{"/y", "size=some"}}));
  const ContainerFacts anywhere = FactsOf(text);
  EXPECT_EQ(anywhere.shm->size, std::nullopt);
  EXPECT_EQ(anywhere.config->unread_sizes, (Unread{{"/dev/shm", "size=1%"}, {"/y", "size=some"}}));
}

TEST(FactsOfConfig, WhatABoundShmHoldsCannotBeTold) {
  const auto shm = [](const std::string& source) {
    return *FactsOf(R"({"mounts":[{"destination":"/dev/shm","type":"bind","source":")" + source +
                        R"("}]})",
                    {.id = "3f1c9a"})
                .shm;
  };
  EXPECT_EQ(shm("/x/3f1c9a/userdata/shm").type, "bind");
  EXPECT_EQ(shm("/x/3f1c9a/userdata/shm").size, std::nullopt);
  EXPECT_FALSE(shm("/x/3f1c9a/userdata/shm").bind_mounted);
  EXPECT_TRUE(shm("/x/77aa/userdata/shm").bind_mounted);
  EXPECT_FALSE(shm("/x/77aa/userdata/shm").host_shared);
  EXPECT_TRUE(shm("/dev//shm").host_shared);
}

TEST(FactsOfConfig, TheEngineAndTheNameComeFromAnnotationsAndTheCgroupsPath) {
  const ContainerFacts pod = FactsOf(
      R"({"annotations":{"io.kubernetes.cri.container-name":"web"},
          "linux":{"cgroupsPath":"kubepods-pod1.slice:cri-containerd:3f1c9a"}})");
  EXPECT_EQ(pod.engine.engine, "containerd");
  EXPECT_TRUE(pod.engine.kubernetes);
  EXPECT_EQ(pod.id, "3f1c9a");
  EXPECT_EQ(pod.config->asked_cgroup,
            "/kubepods.slice/kubepods-pod1.slice/cri-containerd-3f1c9a.scope");
  EXPECT_EQ(pod.annotations.size(), 1U);
  EXPECT_EQ(FactsOf(R"({"linux":{"cgroupsPath":"/docker/77aa"}})").engine.engine, "docker");
  EXPECT_EQ(FactsOf(R"({"linux":{"cgroupsPath":"/docker/77aa"}})").id, "77aa");
  EXPECT_EQ(FactsOf("{}", {.id = "x", .bundle_dir = "/b"}).bundle_dir, "/b");
}

TEST(FactsOfConfig, TheProcessAndTheHostAreTakenOver) {
  HostFacts host;
  host.memory_total = Mebibytes(1024);
  const ContainerFacts facts = FactsOf(R"({"process":{"args":["java"],"env":["A=1"],"oomScoreAdj":5,
                  "rlimits":[{"type":"RLIMIT_MEMLOCK","soft":1,"hard":1}]},
                  "linux":{"resources":{"memory":{"kernel":9,"disableOOMKiller":false}}}})",
                                       {.host = host});
  EXPECT_EQ(facts.process.args.size(), 1U);
  EXPECT_EQ(facts.process.Env("A"), "1");
  EXPECT_EQ(facts.process.oom_score_adj, 5);
  EXPECT_EQ(facts.process.memlock, Limit(Bytes{1}));
  EXPECT_EQ(facts.kmem_limit, Limit(Bytes{9}));
  EXPECT_EQ(facts.oom_kill_disabled, false);
  EXPECT_EQ(facts.host.memory_total, Mebibytes(1024));
}

}  // namespace
}  // namespace headroom
