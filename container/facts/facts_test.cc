#include "container/facts/facts.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class FactsTest : public testing::Test {
 protected:
  ContainerFacts Collect() {
    const OciConfig config = FakeHost::config();
    auto facts = CollectFacts(host_.surroundings(), host_.state(), &config);
    EXPECT_TRUE(facts) << facts.error().Message();
    return facts.value_or(ContainerFacts{});
  }

  FakeHost host_;
};

TEST_F(FactsTest, TellWhoTheContainerIsAndWhatLimitsIt) {
  const ContainerFacts facts = Collect();
  EXPECT_EQ(facts.id, "web");
  EXPECT_EQ(facts.engine.engine, "runc");
  EXPECT_EQ(facts.boot_id, FakeHost::kBootId);
  EXPECT_EQ(facts.init, (ProcessId{FakeHost::kInit, FakeHost::kInitStart}));
  EXPECT_EQ(facts.bundle_dir, host_.bundle());
  EXPECT_EQ(facts.cgroup.path, FakeHost::kCgroup);
  EXPECT_NE(facts.cgroup.inode, 0U);
  EXPECT_EQ(facts.cgroup.limits.max, Limit(Mebibytes(64)));
  EXPECT_EQ(facts.cgroup.limits.high, Limit::Unlimited());
  EXPECT_EQ(facts.cgroup.events->max, 3U);
  EXPECT_EQ(facts.cgroup.local_events->oom_kill, 0U);
  ASSERT_EQ(facts.ancestors.size(), 1U);
  EXPECT_EQ(facts.ancestors[0].path, "/box.slice");
  EXPECT_TRUE(facts.own_cgroup) << facts.not_own_reason;
  EXPECT_FALSE(facts.supervisor_listening);
}

TEST_F(FactsTest, TheEffectiveLimitNamesTheLevelThatSetsIt) {
  EXPECT_EQ(Collect().EffectiveLimit()->path, FakeHost::kCgroup);
  host_.AddCgroup("/box.slice", "1048576", "max");
  EXPECT_EQ(Collect().EffectiveLimit()->path, "/box.slice");
  EXPECT_EQ(Collect().EffectiveLimit()->limit, Limit(Mebibytes(1)));
}

TEST_F(FactsTest, UnlimitedEverywhereIsNotTheSameAsNotKnown) {
  host_.AddCgroup(FakeHost::kCgroup, "max", "max");
  host_.SetProcs(FakeHost::kCgroup, "4321\n");
  ASSERT_TRUE(Collect().EffectiveLimit());
  EXPECT_TRUE(Collect().EffectiveLimit()->limit.unlimited());
  EXPECT_EQ(Collect().EffectiveLimit()->path, "");
  EXPECT_EQ(ContainerFacts{}.EffectiveLimit(), std::nullopt);
}

TEST_F(FactsTest, ACgroupWithoutTheMemoryControllerIsNormal) {
  host_.Write("cg/plain/cgroup.procs", "4321\n");
  host_.SetCgroup(FakeHost::kInit, "0::/plain\n");
  const ContainerFacts facts = Collect();
  EXPECT_EQ(facts.cgroup.path, "/plain");
  EXPECT_EQ(facts.cgroup.limits, MemoryLimits{});
  EXPECT_EQ(facts.cgroup.events, std::nullopt);
  EXPECT_EQ(facts.EffectiveLimit(), std::nullopt);
}

TEST_F(FactsTest, NoCgroupToBeFoundIsNormal) {
  host_.SetCgroup(FakeHost::kInit, "0::/not/there\n");
  const ContainerFacts facts = Collect();
  EXPECT_EQ(facts.cgroup.path, "");
  EXPECT_FALSE(facts.own_cgroup);
  EXPECT_NE(facts.not_own_reason, "");
}

TEST_F(FactsTest, AnUnreadableMembershipIsNormal) {
  host_.SetCgroup(FakeHost::kInit, "nonsense\n");
  EXPECT_EQ(Collect().cgroup.path, "");
}

TEST_F(FactsTest, ACgroupOfV1ThatIsNotFoundIsNormal) {
  host_.Write("cg/cgroup.controllers", "cpu pids\n");
  host_.Write(std::string("cg") + FakeHost::kCgroup + "/cgroup.controllers", "cpu pids\n");
  host_.Write("proc/mounts", "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n");
  const ContainerFacts facts = Collect();
  EXPECT_EQ(facts.cgroup_version, CgroupVersion::kV1);
  EXPECT_EQ(facts.cgroup.path, "");
  EXPECT_FALSE(facts.own_cgroup);
  EXPECT_NE(facts.not_own_reason.find("v1"), std::string::npos);
}

TEST_F(FactsTest, WithoutAProcessThereIsNothingToLookAt) {
  OciState state = host_.state();
  state.pid = std::nullopt;
  EXPECT_EQ(CollectFacts(host_.surroundings(), state, nullptr).error().code, ErrorCode::kMalformed);
  state.pid = 99999;
  EXPECT_EQ(CollectFacts(host_.surroundings(), state, nullptr).error().code, ErrorCode::kGone);
}

TEST_F(FactsTest, AnAnnotationOfTheStateWinsOverThatOfConfigJson) {
  OciConfig config = FakeHost::config();
  config.annotations = {{"a", "config"}, {"b", "config"}};
  OciState state = host_.state();
  state.annotations = {{"a", "state"}};
  EXPECT_EQ(CollectFacts(host_.surroundings(), state, &config)->annotations,
            (Annotations{{"a", "state"}, {"b", "config"}}));
}

TEST_F(FactsTest, TellWhatConfigJsonAloneKnows) {
  OciConfig config = FakeHost::config();
  config.memory_limit = Limit(Mebibytes(64));
  config.kmem_limit = Limit(Mebibytes(1));
  config.disable_oom_killer = true;
  config.process.args = {"java"};
  const auto facts = CollectFacts(host_.surroundings(), host_.state(), &config);
  EXPECT_EQ(facts->configured_limit, Limit(Mebibytes(64)));
  EXPECT_EQ(facts->kmem_limit, Limit(Mebibytes(1)));
  EXPECT_EQ(facts->oom_kill_disabled, true);
  EXPECT_EQ(facts->process.args, std::vector<std::string>{"java"});
  EXPECT_EQ(Collect().kmem_limit, std::nullopt);
  EXPECT_EQ(Collect().oom_kill_disabled, std::nullopt);
}

TEST_F(FactsTest, TellTheUnitWhoseCgroupIsTheContainers) {
  host_.AddCgroup("/box.slice/web.scope", "max", "max");
  host_.SetCgroup(FakeHost::kInit, "0::/box.slice/web.scope\n");
  const ContainerFacts facts = Collect();
  ASSERT_TRUE(facts.unit);
  EXPECT_EQ(facts.unit->name, "web.scope");
  EXPECT_EQ(facts.unit->sets_swap_max, std::nullopt);
}

TEST_F(FactsTest, TellTheHostAndTheOtherTmpfs) {
  host_.SetMounts(FakeHost::kInit,
                  {FakeHost::RootMount("8:1"), host_.ShmMount("0:77", "rw,size=65536k"),
                   fmt::format("91 21 0:78 / {}/rootfs/tmp rw - tmpfs t rw", host_.bundle())});
  const ContainerFacts facts = Collect();
  EXPECT_EQ(facts.source, FactsSource::kContainer);
  EXPECT_EQ(facts.host.memory_total, Mebibytes(2048));
  EXPECT_FALSE(facts.unit);
  ASSERT_EQ(facts.tmpfs.size(), 1U);
  EXPECT_EQ(facts.tmpfs[0].destination, "/tmp");
  EXPECT_EQ(facts.pids->count, std::nullopt);
  EXPECT_EQ(facts.memory_low, Limit(Bytes{0}));
}

TEST_F(FactsTest, ABundleThatIsTheRootIsNoBundle) {
  OciState state = host_.state();
  state.bundle = "/";
  EXPECT_EQ(CollectFacts(host_.surroundings(), state, nullptr)->bundle_dir, "");
}

class OwnCgroupTest : public FactsTest {
 protected:
  void ExpectNotOwn(const std::string& because) {
    const ContainerFacts facts = Collect();
    EXPECT_FALSE(facts.own_cgroup);
    EXPECT_NE(facts.not_own_reason.find(because), std::string::npos) << facts.not_own_reason;
  }
};

TEST_F(OwnCgroupTest, IsOursAlsoWhenTheInitHasForked) {
  host_.AddProcess(4400, "child", FakeHost::kInit, 5, FakeHost::kCgroup);
  host_.AddProcess(4401, "grandchild", 4400, 6, FakeHost::kCgroup);
  host_.SetProcs(FakeHost::kCgroup, "4321\n4400\n4401\n");
  EXPECT_TRUE(Collect().own_cgroup);
}

TEST_F(OwnCgroupTest, IsNotOursWithAForeignProcessInIt) {
  host_.AddProcess(4400, "stranger", 1, 5, FakeHost::kCgroup);
  host_.SetProcs(FakeHost::kCgroup, "4321\n4400\n");
  ExpectNotOwn("process 4400");
}

TEST_F(OwnCgroupTest, AProcessThatHasJustEndedIsNobodys) {
  host_.SetProcs(FakeHost::kCgroup, "4321\n4400\n");
  EXPECT_TRUE(Collect().own_cgroup);
}

TEST_F(OwnCgroupTest, IsNotOursWhereTheHookRuntimeOrEngineLive) {
  const std::string below = std::string("cg") + FakeHost::kCgroup + "/below/cgroup.events";
  for (const pid_t pid : {FakeHost::kHook, FakeHost::kRuntime, FakeHost::kEngine}) {
    host_.SetCgroup(pid, "0::" + std::string(FakeHost::kCgroup) + "\n");
    host_.SetProcs(FakeHost::kCgroup, fmt::format("{}\n4321\n", pid));
    ExpectNotOwn(fmt::format("(process {})", pid));
    host_.SetCgroup(pid, "0::" + std::string(FakeHost::kCgroup) + "/below\n");
    host_.SetProcs(FakeHost::kCgroup, "4321\n");
    host_.Write(below, "populated 1\n");
    ExpectNotOwn(fmt::format("(process {})", pid));
    host_.SetCgroup(pid, "0::/engine.service\n");
    ExpectNotOwn("below");
    host_.Write(below, "populated 0\n");
    EXPECT_TRUE(Collect().own_cgroup);
  }
}

TEST_F(OwnCgroupTest, TheRootIsNobodys) {
  host_.SetCgroup(FakeHost::kInit, "0::/\n");
  ExpectNotOwn("root cgroup");
}

TEST_F(OwnCgroupTest, IsNotOursWithProcessesInACgroupBelow) {
  host_.Write(std::string("cg") + FakeHost::kCgroup + "/inner/cgroup.events", "populated 0\n");
  EXPECT_TRUE(Collect().own_cgroup);
  host_.Write(std::string("cg") + FakeHost::kCgroup + "/inner/cgroup.events",
              "populated 1\nfrozen 0\n");
  ExpectNotOwn("inner");
  host_.Write(std::string("cg") + FakeHost::kCgroup + "/cgroup.stat", "nr_descendants 0\n");
  EXPECT_TRUE(Collect().own_cgroup) << "the kernel's count decides where it is offered";
}

TEST_F(OwnCgroupTest, WhatCannotBeToldIsNotOurs) {
  host_.SetProcs(FakeHost::kCgroup, "not a number\n");
  ExpectNotOwn("cannot be listed");
}

TEST_F(FactsTest, FindsShmBelowTheRootfsBeforeThePivot) {
  const ContainerFacts facts = Collect();
  ASSERT_TRUE(facts.shm);
  EXPECT_EQ(facts.shm->mount_point, host_.bundle() + "/rootfs/dev/shm");
  EXPECT_EQ(facts.shm->type, "tmpfs");
  EXPECT_EQ(facts.shm->size, Limit(Mebibytes(64)));
  EXPECT_EQ(facts.shm->device, makedev(0, 77));
  EXPECT_FALSE(facts.shm->host_shared);
}

TEST_F(FactsTest, TheHostsOwnDevShmInTheSameNamespaceIsNotTheContainers) {
  host_.SetMounts(FakeHost::kInit,
                  {FakeHost::RootMount("8:1"), "30 21 0:25 / /dev/shm rw - tmpfs tmpfs rw"});
  EXPECT_FALSE(Collect().shm);
}

TEST_F(FactsTest, AfterThePivotShmIsAtItsOwnPlace) {
  host_.SetMounts(FakeHost::kInit, {FakeHost::RootMount("0:99"),
                                    "30 21 0:77 / /dev/shm rw - tmpfs shm rw,size=1024k"});
  const ContainerFacts facts = Collect();
  ASSERT_TRUE(facts.shm);
  EXPECT_EQ(facts.shm->mount_point, "/dev/shm");
  EXPECT_EQ(facts.shm->size, Limit(Mebibytes(1)));
}

TEST_F(FactsTest, KnowsTheHostsShmByItsDevice) {
  mkdir((host_.path() + "/host-shm").c_str(), 0700);
  struct stat info{};
  ASSERT_EQ(stat((host_.path() + "/host-shm").c_str(), &info), 0);
  const std::string device = fmt::format("{}:{}", major(info.st_dev), minor(info.st_dev));
  host_.SetMounts(FakeHost::kInit,
                  {FakeHost::RootMount("8:1"), host_.ShmMount(device, "rw,size=65536k")});
  EXPECT_TRUE(Collect().shm->host_shared);
}

TEST_F(FactsTest, AShmWithoutAStatedSizeIsAskedForItsSize) {
  host_.SetMounts(FakeHost::kInit, {FakeHost::RootMount("8:1"), host_.ShmMount("0:77", "rw")});
  EXPECT_EQ(Collect().shm->size, std::nullopt) << "nothing to ask here";
  // The file system below /proc/PID/root answers.
  host_.Write("proc/4321/root" + host_.bundle() + "/rootfs/dev/shm/x", "");
  EXPECT_TRUE(Collect().shm->size.has_value());
}

TEST_F(FactsTest, ABindMountFromADiskIsNoMemory) {
  host_.SetMounts(
      FakeHost::kInit,
      {FakeHost::RootMount("8:1"),
       fmt::format("90 21 8:1 /x {}/rootfs/dev/shm rw - ext4 /dev/sda1 rw", host_.bundle())});
  const ContainerFacts facts = Collect();
  EXPECT_EQ(facts.shm->type, "ext4");
  EXPECT_EQ(facts.shm->size, std::nullopt);
}

/// Where a pod's first container starts, its /dev/shm is that of all that will follow.
TEST_F(FactsTest, ABoundShmIsAPodsWhateverItsFolderIsNamedAfter) {
  const std::string folder = "/run/sandboxes/web/shm";
  host_.SetMounts(FakeHost::kInit,
                  {FakeHost::RootMount("8:1"), host_.ShmMount("0:77", "rw,size=65536k"),
                   fmt::format("33 21 0:77 / {} rw - tmpfs shm rw,size=65536k", folder)});
  OciConfig config = FakeHost::config();
  config.shm =
      OciMount{.destination = "/dev/shm", .type = "bind", .source = folder, .options = {"rbind"}};
  const auto shared = [&](const OciState& state) {
    const auto facts = CollectFacts(host_.surroundings(), state, &config);
    return facts && facts->shm && facts->shm->bind_mounted;
  };
  OciState state = host_.state();
  EXPECT_FALSE(shared(state));
  state.annotations = {{"io.kubernetes.cri.container-type", "sandbox"}};
  EXPECT_TRUE(shared(state));

  const std::string pod = "/machine.slice/machine-libpod_pod_77aa.slice/libpod-web.scope";
  host_.AddCgroup(pod, "67108864", "max");
  host_.SetCgroup(FakeHost::kInit, "0::" + pod + "\n");
  EXPECT_TRUE(shared(host_.state()));
}

TEST_F(FactsTest, NoMountsToReadIsNoShm) {
  host_.SetMounts(FakeHost::kInit, {"broken"});
  EXPECT_FALSE(Collect().shm);
}

}  // namespace
}  // namespace headroom
