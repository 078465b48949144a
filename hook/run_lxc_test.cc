#include <gtest/gtest.h>

#include "hook/testing/hook_fixture.h"

namespace headroom {
namespace {

constexpr const char* kPayload = "/lxc.payload.web";

/// The container of HookTest as LXC has it: it tells who it is in the environment, and there is no
/// bundle.
class LxcHookTest : public HookTest {
 protected:
  LxcHookTest() {
    host_.AddCgroup(kPayload, "67108864", "max");
    host_.SetCgroup(FakeHost::kInit, std::string("0::") + kPayload + "\n");
    host_.SetProcs(kPayload, std::to_string(FakeHost::kInit) + "\n");
    host_.Write("lxc/web/config", "lxc.cgroup2.memory.max = 64M\n");
    environment_.lxc = {.name = "web",
                        .pid = std::to_string(FakeHost::kInit),
                        .config_file = host_.path() + "/lxc/web/config"};
  }
  /// Nothing is on its standard input, and nothing may be waited for there.
  int RunLxc(Stage stage, OnError on_error = OnError::kOpen) { return Run(stage, "", on_error); }
};

TEST_F(LxcHookTest, EnrolsTheContainerByItsNameAtStartHost) {
  EXPECT_EQ(RunLxc(Stage::kLxcStartHost), HookStatus::kAllowed);
  const auto enrolled = Enrolled();
  ASSERT_EQ(enrolled.size(), 1U);
  EXPECT_EQ(enrolled[0].engine, "lxc");
  EXPECT_EQ(enrolled[0].name, "web");
  EXPECT_EQ(enrolled[0].id, "web");
  EXPECT_EQ(enrolled[0].cgroup.path, kPayload);
  EXPECT_EQ(enrolled[0].cgroup.limits.max, Limit(Mebibytes(64)));
  EXPECT_TRUE(enrolled[0].own_cgroup) << enrolled[0].not_own_reason;
}

TEST_F(LxcHookTest, IsLxcsAlsoInACgroupOfAnotherName) {
  host_.SetCgroup(FakeHost::kInit, std::string("0::") + FakeHost::kCgroup + "\n");
  ASSERT_EQ(RunLxc(Stage::kLxcStartHost), HookStatus::kAllowed);
  ASSERT_EQ(Enrolled().size(), 1U);
  EXPECT_EQ(Enrolled()[0].engine, "lxc");
}

TEST_F(LxcHookTest, ADenialNamesTheKeyOfItsConfiguration) {
  SetPolicy(kDenyUnlimited);
  host_.Write(std::string("cg") + kPayload + "/memory.max", "max\n");
  EXPECT_EQ(RunLxc(Stage::kLxcStartHost), HookStatus::kDenied);
  ASSERT_EQ(reporter_.user.size(), 1U);
  EXPECT_NE(reporter_.user[0].find("lxc.cgroup2.memory.max"), std::string::npos)
      << reporter_.user[0];
  EXPECT_TRUE(Enrolled().empty());
}

TEST_F(LxcHookTest, WithoutItsConfigurationItIsEnrolledAllTheSame) {
  environment_.lxc.config_file = host_.path() + "/lxc/none";
  EXPECT_EQ(RunLxc(Stage::kLxcStartHost), HookStatus::kAllowed);
  EXPECT_EQ(Enrolled().size(), 1U);
  EXPECT_TRUE(reporter_.JournalSays("continuing without what it says"));
  environment_.lxc.config_file.reset();
  EXPECT_EQ(RunLxc(Stage::kLxcStartHost), HookStatus::kAllowed);
}

TEST_F(LxcHookTest, WithoutAnEnvironmentOfLxcsTheContainerStartsUnwatched) {
  environment_.lxc = {};
  EXPECT_EQ(RunLxc(Stage::kLxcStartHost), HookStatus::kAllowed);
  ASSERT_EQ(reporter_.user.size(), 1U);
  EXPECT_NE(reporter_.user[0].find("LXC_NAME"), std::string::npos);
  EXPECT_EQ(RunLxc(Stage::kLxcStartHost, OnError::kClosed), HookStatus::kInternalError);
  EXPECT_EQ(RunLxc(Stage::kLxcStop), HookStatus::kAllowed);
}

TEST_F(LxcHookTest, StopAndPostStopMarkAContainerWhoseInitIsDead) {
  for (const Stage stage : {Stage::kLxcStop, Stage::kLxcPostStop}) {
    ASSERT_EQ(RunLxc(Stage::kLxcStartHost), HookStatus::kAllowed);
    const RegistryDir registry(environment_.paths.run_dir);
    EXPECT_EQ(RunLxc(stage), HookStatus::kAllowed);
    EXPECT_FALSE(registry.IsStopped(registry.List()->front())) << "its init lives";
    host_.AddProcess(FakeHost::kInit, "sh", 1, FakeHost::kInitStart, kPayload, 'Z');
    EXPECT_EQ(RunLxc(stage), HookStatus::kAllowed);
    EXPECT_TRUE(registry.IsStopped(registry.List()->front()));
    ASSERT_TRUE(registry.Remove(registry.List()->front()));
    host_.AddProcess(FakeHost::kInit, "init", FakeHost::kRuntime, FakeHost::kInitStart, kPayload);
  }
}

}  // namespace
}  // namespace headroom
