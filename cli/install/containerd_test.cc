#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "cli/install/testing/engine_test.h"

namespace headroom {
namespace {

using Files = std::map<std::string, std::string>;

constexpr const char* kFolder = "etc/containerd";
constexpr const char* kConfig = "etc/containerd/config.toml";

class InstallContainerd : public EngineTest {
 protected:
  InstallContainerd() : EngineTest("containerd") { machine_.MakeProgram("bin/containerd"); }
};

constexpr const char* kWithoutLastNewline = R"(version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2")";

TEST_F(InstallContainerd, UninstallIsTheInverseOfInstallToTheByte) {
  for (const char* text : {"", "\n", "# mine\n", "version = 2\n", "version = 3\r\n\r\n",
                           "version = 2", kWithoutLastNewline}) {
    machine_.Remove(kFolder);
    machine_.Write(kConfig, text);
    ExpectSays(Install(), 0, "systemctl restart containerd");
    EXPECT_NE(machine_.Read(kConfig).find(machine_.engines().runtime), std::string::npos);
    const Files files = machine_.Files(kFolder);
    ExpectSays(Install(), 0, "already registered");
    EXPECT_EQ(machine_.Files(kFolder), files);
    ExpectSays(Uninstall(), 0, "systemctl restart containerd");
    EXPECT_EQ(machine_.Files(kFolder), (Files{{"config.toml", text}}));
    ExpectSays(Uninstall(), 0, "not registered");
  }
}

TEST_F(InstallContainerd, UninstallRefusesWhileAPodOfItsHandlerIsThereAndNamesOthers) {
  machine_.Write(kConfig, "version = 2\n");
  ASSERT_EQ(Install().status, 0);
  const Files files = machine_.Files(kFolder);
  machine_.Write("tasks/k8s.io/1/runtime", machine_.engines().runtime);
  machine_.Write("tasks/k8s.io/1/config.json",
                 R"({"annotations":{"io.kubernetes.cri.sandbox-namespace":"shop",
                                    "io.kubernetes.cri.sandbox-name":"api-7f"}})");
  machine_.Write("tasks/default/web/runtime", machine_.engines().runtime);
  ExpectSays(Uninstall(), 1, "has 1 pod of the handler \"headroom\"");
  ExpectSays(Uninstall({"--dry-run"}), 1, "shop/api-7f");
  EXPECT_EQ(machine_.Files(kFolder), files);
  machine_.Remove("tasks/k8s.io/1");
  ExpectSays(Uninstall(), 0, "needs to stop: default/web");
}

TEST_F(InstallContainerd, AFileThatWasNotThereIsGoneAgain) {
  ExpectSays(Install(), 0, "wrote");
  EXPECT_EQ(machine_.Files(kFolder).size(), 1U) << "nothing was there to be kept";
  ExpectSays(Uninstall(), 0, "removed");
  EXPECT_EQ(machine_.Files(kFolder), Files{});
}

TEST_F(InstallContainerd, ADryRunShowsADiffAndWritesNothing) {
  machine_.Write(kConfig, "version = 2\n");
  ExpectSays(machine_.Run({"install", "containerd", "--dry-run"}, /*root=*/false), 0,
             " version = 2\n+\n+# containerd's own default");
  EXPECT_EQ(machine_.Files(kFolder).size(), 1U);
  ASSERT_EQ(Install().status, 0);
  const Files files = machine_.Files(kFolder);
  ExpectSays(Uninstall({"--dry-run"}), 0, "-    BinaryName");
  EXPECT_EQ(machine_.Files(kFolder), files);
}

TEST_F(InstallContainerd, WhatTheUserChangedSinceStaysAndIsKept) {
  machine_.Write(kConfig, "version = 2\n");
  ASSERT_EQ(Install().status, 0);
  machine_.Write(kConfig, machine_.Read(kConfig) + "\n[debug]\n  level = \"debug\"\n");
  ExpectSays(Uninstall(), 0, "kept what was there");
  EXPECT_EQ(machine_.Read(kConfig), "version = 2\n\n[debug]\n  level = \"debug\"\n");
}

TEST_F(InstallContainerd, WhatCannotBeReadIsOneErrorWithItsPlace) {
  for (const auto& [text, place] : {std::pair{"version = 2\n[plugins\n", "line 2, column"},
                                    std::pair{"a = 1\na = 2\n", "line 2, column"}}) {
    machine_.Write(kConfig, text);
    for (const auto& ran : {Install(), Uninstall()}) {
      ExpectSays(ran, 1, place);
      EXPECT_NE(ran.err.find(machine_.Path(kConfig)), std::string::npos) << ran.err;
      EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    }
    EXPECT_EQ(machine_.Files(kFolder), (Files{{"config.toml", text}}));
  }
}

TEST_F(InstallContainerd, AVersionWithoutThatTableIsRefused) {
  machine_.Write(kConfig, "disabled_plugins = [\"cri\"]\n");
  ExpectSays(Install(), 1, "has version 1, expected 2, 3 or 4");
  EXPECT_EQ(machine_.Files(kFolder).size(), 1U);
}

TEST_F(InstallContainerd, AHandlerOfOurNameThatIsAnothersStays) {
  const char* text =
      "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.headroom.options]\n"
      "BinaryName = \"/opt/other\"\n";
  machine_.Write(kConfig, text);
  ExpectSays(Install(), 1, "starts /opt/other, not Headroom's: rename it first");
  ExpectSays(Uninstall(), 0, "not registered");
  EXPECT_EQ(machine_.Files(kFolder), (Files{{"config.toml", text}}));
}

TEST_F(InstallContainerd, TellsWhatElseMatters) {
  machine_.Write(
      kConfig,
      "version = 2\nimports = [\"/x\"]\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n"
      "[plugins.\"io.containerd.grpc.v1.cri\".containerd]\ndefault_runtime_name = \"nvidia\"\n"
      "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.nvidia]\nruntime_type = "
      "\"io.containerd.runc.v2\"\noptions = {BinaryName = \"/usr/bin/nvidia-runtime\"}\n");
  const auto ran = Install();
  ExpectSays(ran, 0, "ctr run --runc-binary " + machine_.engines().runtime);
  ExpectSays(ran, 0, "disabled_plugins");
  ExpectSays(ran, 0, "containerd config dump");
  ExpectSays(ran, 0, "/usr/bin/nvidia-runtime");
}

TEST_F(InstallContainerd, GoesByWhatContainerdWasStartedWith) {
  const auto containerd = [this](const std::string& pid, const std::string& flags) {
    machine_.Write("proc/" + pid + "/comm", "containerd\n");
    machine_.Write("proc/" + pid + "/cmdline", std::string("containerd\0", 11) + flags);
  };
  containerd("7", std::string("--config\0/var/run/docker/containerd/containerd.toml", 51));
  ExpectSays(Install(), 1, "made anew");
  containerd("8", std::string("-c\0", 3) + machine_.Path("srv.toml"));
  ASSERT_EQ(Install().status, 0);
  EXPECT_TRUE(machine_.Exists("srv.toml"));
  EXPECT_FALSE(machine_.Exists(kConfig));
}

TEST_F(InstallContainerd, WithoutProgramsOrContainerdNothingIsWritten) {
  machine_.Remove("lib/headroom-hook");
  ExpectSays(Install(), 1, "headroom-hook");
  machine_.MakeProgram("lib/headroom-hook");
  machine_.Remove("bin/runc");
  ExpectSays(Install(), 1, "no runtime to become");
  machine_.MakeProgram("bin/runc");
  machine_.Remove("bin/containerd");
  ExpectSays(Install(), 1, "--config FILE");
  EXPECT_FALSE(machine_.Exists(kConfig));
  ASSERT_EQ(Install({"--config", machine_.Path("c.toml")}).status, 0);
  EXPECT_TRUE(machine_.Exists("c.toml"));
}

TEST_F(InstallContainerd, TakesRoot) {
  ExpectSays(machine_.Run({"install", "containerd"}, /*root=*/false), 1, "takes root");
  ExpectSays(machine_.Run({"uninstall", "containerd"}, /*root=*/false), 1, "takes root");
  EXPECT_FALSE(machine_.Exists(kConfig));
}

}  // namespace
}  // namespace headroom
