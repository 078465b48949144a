#include "container/running/running_facts.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::string_literals;

class RunningFactsTest : public testing::Test {
 protected:
  RunningFactsTest() {
    host_.SetMounts(FakeHost::kInit, {FakeHost::RootMount("0:99"),
                                      "30 21 0:77 / /dev/shm rw - tmpfs shm rw,size=1024k",
                                      "31 21 0:78 / /tmp rw - tmpfs tmpfs rw"});
    host_.Write("bundle/config.json",
                R"({"root":{"path":"rootfs"},"annotations":{"a":"1"},
                    "process":{"args":["java"],"oomScoreAdj":7}})");
  }
  [[nodiscard]] RunningContainer container() const {
    return {.id = "web",
            .init = {.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart},
            .bundle_dir = host_.bundle(),
            .runtime = "crun"};
  }
  ContainerFacts Collect(const Enrolment* enrolment = nullptr) {
    auto facts = CollectRunningFacts(host_.surroundings(), container(), enrolment);
    EXPECT_TRUE(facts) << facts.error().Message();
    return facts.value_or(ContainerFacts{});
  }
  /// A process of the container's pid namespace that is no child of its init.
  void AddExeced(pid_t pid) const {
    host_.AddProcess(pid, "sh", FakeHost::kEngine, 5, FakeHost::kCgroup);
    Join(pid, FakeHost::kInit);
  }
  /// Puts `pid` into the pid namespace of `other`.
  void Join(pid_t pid, pid_t other) const {
    host_.Write(fmt::format("proc/{}/ns/x", pid), "");
    EXPECT_EQ(link(NamespaceOf(other).c_str(), NamespaceOf(pid).c_str()), 0);
  }
  [[nodiscard]] std::string NamespaceOf(pid_t pid) const {
    return fmt::format("{}/proc/{}/ns/pid", host_.path(), pid);
  }
  void SeparateNamespaces() const {
    host_.Write(fmt::format("proc/{}/ns/pid", FakeHost::kInit), "");
    host_.Write(fmt::format("proc/{}/ns/pid", FakeHost::kHook), "");
  }

  FakeHost host_;
};

TEST_F(RunningFactsTest, AreReadLiveAndFromTheBundle) {
  const ContainerFacts facts = Collect();
  EXPECT_EQ(facts.source, FactsSource::kContainer);
  EXPECT_EQ(facts.id, "web");
  EXPECT_EQ(facts.engine.engine, "crun");
  EXPECT_EQ(facts.bundle_dir, host_.bundle());
  EXPECT_EQ(facts.annotations, (Annotations{{"a", "1"}}));
  EXPECT_EQ(facts.cgroup.limits.max, Limit(Mebibytes(64)));
  EXPECT_EQ(facts.process.args, std::vector<std::string>{"java"});
  EXPECT_EQ(facts.process.oom_score_adj, -5) << "what it has now";
  EXPECT_EQ(facts.shm->size, Limit(Mebibytes(1)));
  ASSERT_EQ(facts.tmpfs.size(), 1U);
  EXPECT_EQ(facts.tmpfs[0].destination, "/tmp");
  EXPECT_TRUE(facts.own_cgroup) << facts.not_own_reason;
}

TEST_F(RunningFactsTest, WithoutABundleTheProcessTells) {
  host_.Write("proc/4321/cmdline", "redis\0"s);
  RunningContainer unknown = container();
  unknown.bundle_dir = "";
  const auto facts = CollectRunningFacts(host_.surroundings(), unknown);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->process.args, std::vector<std::string>{"redis"});
  EXPECT_EQ(facts->bundle_dir, "");
}

TEST_F(RunningFactsTest, AProcessNumberThatIsAnothersByNowIsNoContainer) {
  RunningContainer old = container();
  old.init.start_ticks = 5;
  EXPECT_EQ(CollectRunningFacts(host_.surroundings(), old).error().code, ErrorCode::kGone);
  old.init = {.pid = 99999, .start_ticks = 0};
  EXPECT_EQ(CollectRunningFacts(host_.surroundings(), old).error().code, ErrorCode::kGone);
  old.init = {.pid = FakeHost::kInit, .start_ticks = 0};
  EXPECT_TRUE(CollectRunningFacts(host_.surroundings(), old)) << "start not known";
}

TEST_F(RunningFactsTest, ProcessesOfDockerExecAreTheContainers) {
  SeparateNamespaces();
  AddExeced(4400);
  host_.AddProcess(4401, "child", 4400, 6, FakeHost::kCgroup);
  host_.SetProcs(FakeHost::kCgroup, "4321\n4400\n4401\n99999\n");
  EXPECT_TRUE(Collect().own_cgroup) << Collect().not_own_reason;
}

TEST_F(RunningFactsTest, AProcessFromOutsideIsNot) {
  SeparateNamespaces();
  host_.AddProcess(4400, "stranger", 1, 5, FakeHost::kCgroup);
  host_.SetProcs(FakeHost::kCgroup, "4321\n4400\n");
  EXPECT_FALSE(Collect().own_cgroup);
  EXPECT_NE(Collect().not_own_reason.find("process 4400"), std::string::npos);
}

TEST_F(RunningFactsTest, TheHostsPidNamespaceMakesNobodyAMember) {
  host_.Write(fmt::format("proc/{}/ns/pid", FakeHost::kInit), "");
  Join(FakeHost::kHook, FakeHost::kInit);
  AddExeced(4400);
  host_.SetProcs(FakeHost::kCgroup, "4321\n4400\n");
  EXPECT_FALSE(Collect().own_cgroup) << "--pid=host";
}

TEST_F(RunningFactsTest, CgroupsThatTheContainerMadeBelowItsOwnAreItsOwn) {
  host_.AddProcess(4400, "service", FakeHost::kInit, 5, FakeHost::kCgroup);
  host_.AddProcess(4401, "stranger", 1, 5, FakeHost::kCgroup);
  const std::string below = std::string(FakeHost::kCgroup) + "/init.scope/deep";
  host_.SetProcs(std::string(FakeHost::kCgroup) + "/init.scope", "");
  host_.SetProcs(below, "4400\n");
  EXPECT_TRUE(Collect().own_cgroup);
  host_.SetProcs(below, "4400\n4401\n");
  EXPECT_FALSE(Collect().own_cgroup);
}

TEST_F(RunningFactsTest, AnInitThatWentOnIntoACgroupBelowIsStillInTheRuntimesOwn) {
  const std::string below = std::string(FakeHost::kCgroup) + "/init.scope";
  host_.AddCgroup(below, "max", "max");
  host_.SetProcs(FakeHost::kCgroup, "");
  host_.SetProcs(below, "4321\n");
  host_.SetCgroup(FakeHost::kInit, "0::" + below + "\n");
  RunningContainer system = container();
  EXPECT_EQ(CollectRunningFacts(host_.surroundings(), system)->cgroup.path, below);
  system.cgroup = FakeHost::kCgroup;
  const auto facts = CollectRunningFacts(host_.surroundings(), system);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->cgroup.path, FakeHost::kCgroup);
  EXPECT_EQ(facts->cgroup.limits.max, Limit(Mebibytes(64)));
  EXPECT_TRUE(facts->own_cgroup) << facts->not_own_reason;
}

TEST_F(RunningFactsTest, AnInitThatMovedItselfElsewhereHasNoCgroupOfItsOwn) {
  host_.AddCgroup("/other.slice", "max", "max");
  host_.SetCgroup(FakeHost::kInit, "0::/other.slice\n");
  RunningContainer moved = container();
  moved.cgroup = FakeHost::kCgroup;
  const auto facts = CollectRunningFacts(host_.surroundings(), moved);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->cgroup.path, "");
  EXPECT_FALSE(facts->own_cgroup);
  EXPECT_EQ(facts->not_own_reason,
            "its init is in cgroup /other.slice, not in /box.slice/web which its runtime made for "
            "it");
}

TEST_F(RunningFactsTest, TheEnrolmentKnowsWhoseTheCgroupWas) {
  host_.AddProcess(4400, "stranger", 1, 5, FakeHost::kCgroup);
  host_.SetProcs(FakeHost::kCgroup, "4321\n4400\n");
  Enrolment enrolment;
  enrolment.engine = "podman";
  enrolment.name = "shop";
  enrolment.image = "shop:1";
  enrolment.boot_id = FakeHost::kBootId;
  enrolment.own_cgroup = true;
  enrolment.cgroup.inode = Collect().cgroup.inode;
  const ContainerFacts facts = Collect(&enrolment);
  EXPECT_TRUE(facts.own_cgroup);
  EXPECT_EQ(facts.engine.engine, "podman");
  EXPECT_EQ(facts.engine.name, "shop");
  EXPECT_EQ(facts.engine.image, "shop:1");
  enrolment.cgroup.inode += 1;
  EXPECT_FALSE(Collect(&enrolment).own_cgroup) << "of another cgroup it says nothing";
}

TEST(RunningContainerOf, TakesTheEnrolmentsProcessAndBundle) {
  Enrolment enrolment;
  enrolment.id = "web";
  enrolment.engine = "crun";
  enrolment.init = {.pid = 7, .start_ticks = 8};
  enrolment.bundle_dir = "/b";
  EXPECT_EQ(RunningContainerOf(enrolment).init, enrolment.init);
  EXPECT_EQ(RunningContainerOf(enrolment).bundle_dir, "/b");
  EXPECT_EQ(RunningContainerOf(enrolment).runtime, "crun");
  enrolment.engine = "docker";
  EXPECT_EQ(RunningContainerOf(enrolment).runtime, "");
}

}  // namespace
}  // namespace headroom
