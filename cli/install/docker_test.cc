#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/install/testing/engine_test.h"

namespace headroom {
namespace {

using nlohmann::json;
using Files = std::map<std::string, std::string>;

constexpr const char* kFolder = "etc/docker";
constexpr const char* kDaemon = "etc/docker/daemon.json";

class InstallDocker : public EngineTest {
 protected:
  InstallDocker() : EngineTest("docker") {}

  [[nodiscard]] json Daemon() const { return json::parse(machine_.Read(kDaemon)); }
};

TEST_F(InstallDocker, UninstallIsTheInverseOfInstallToTheByte) {
  for (const char* text :
       {"", "\n", "{}", "{ }\n", "{\n}\n", R"({"bridge": "none", "iptables": false})",
        "{\n\t\"log-driver\":\t\"journald\"\n}\n", "{\r\n  \"debug\": true\r\n}\r\n",
        "\n {\"debug\":true} \n\n", R"({"a":1,"a":2})", R"({"runtimes":{}})",
        R"({"runtimes":null,"default-runtime":null})",
        R"({"runtimes":{"kata":{"path":"/k"}},"default-runtime":"runc"})"}) {
    for (const bool as_default : {false, true}) {
      machine_.Remove(kFolder);
      machine_.Write(kDaemon, text);
      ExpectSays(as_default ? Install({"--default"}) : Install(), 0, "systemctl reload docker");
      EXPECT_EQ(Daemon()["runtimes"]["headroom"]["path"], machine_.engines().runtime);
      EXPECT_EQ(Daemon().value("default-runtime", json()) == json("headroom"), as_default);
      const Files files = machine_.Files(kFolder);
      ExpectSays(as_default ? Install({"--default"}) : Install(), 0, "already registered");
      EXPECT_EQ(machine_.Files(kFolder), files);
      ExpectSays(Uninstall(), 0, "systemctl restart docker");
      EXPECT_EQ(machine_.Files(kFolder), (Files{{"daemon.json", text}}));
      ExpectSays(Uninstall(), 0, "not registered");
    }
  }
}

TEST_F(InstallDocker, AFileThatWasNotThereIsGoneAgain) {
  for (const char* more : {"", "--default"}) {
    ExpectSays(*more == '\0' ? Install() : Install({more}), 0, "registered as the runtime");
    EXPECT_EQ(machine_.Files(kFolder).size(), 1U) << "nothing was there to be kept";
    ExpectSays(Uninstall(), 0, "removed");
    EXPECT_EQ(machine_.Files(kFolder), Files{});
  }
}

TEST_F(InstallDocker, AsTheDefaultInASecondStepIsUndoneWithTheFirst) {
  machine_.Write(kDaemon, "{\n  \"debug\": true\n}\n");
  ASSERT_EQ(Install().status, 0);
  ExpectSays(Install({"--default"}), 0, "as the default");
  ASSERT_EQ(Uninstall().status, 0);
  EXPECT_EQ(machine_.Read(kDaemon), "{\n  \"debug\": true\n}\n");
}

TEST_F(InstallDocker, ADryRunShowsADiffAndWritesNothing) {
  machine_.Write(kDaemon, "{\n  \"debug\": true\n}\n");
  ExpectSays(Install({"--dry-run"}), 0, "-  \"debug\": true\n+  \"debug\": true,\n+  \"runtimes\"");
  EXPECT_EQ(machine_.Files(kFolder).size(), 1U);
  ASSERT_EQ(Install().status, 0);
  const Files files = machine_.Files(kFolder);
  ExpectSays(Uninstall({"--dry-run"}), 0, "+  \"debug\": true\n");
  EXPECT_EQ(machine_.Files(kFolder), files);
}

TEST_F(InstallDocker, WhatTheUserChangedSinceStaysAndIsKept) {
  machine_.Write(kDaemon, R"({"debug": true, "default-runtime": "runc"})");
  ASSERT_EQ(Install({"--default"}).status, 0);
  std::string text = machine_.Read(kDaemon);
  text.replace(text.find("true"), 4, "false");
  machine_.Write(kDaemon, text);
  ExpectSays(Uninstall(), 0, "kept what was there");
  EXPECT_EQ(machine_.Read(kDaemon), R"({"debug": false, "default-runtime": "runc"})");
}

TEST_F(InstallDocker, WritesThroughALinkAndLeavesIt) {
  machine_.Write("srv/daemon.json", "{}");
  machine_.Write("etc/docker/x", "");
  ASSERT_EQ(symlink(machine_.Path("srv/daemon.json").c_str(), machine_.Path(kDaemon).c_str()), 0);
  ASSERT_EQ(Install().status, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(machine_.Path(kDaemon)));
  EXPECT_NE(machine_.Read("srv/daemon.json"), "{}");
  ASSERT_EQ(Uninstall().status, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(machine_.Path(kDaemon)));
  EXPECT_EQ(machine_.Files("srv"), (Files{{"daemon.json", "{}"}}));
}

TEST_F(InstallDocker, WhatCannotBeReadIsOneErrorWithItsPlace) {
  for (const auto& [text, place] :
       {std::pair{"{\n  // no\n}", "line 2, column 3"}, std::pair{"{\"a\":1,}", "line 1, column 8"},
        std::pair{"\xef\xbb\xbf{}", "line 1, column 1"},
        std::pair{"{\"runtimes\":{},\n \"runtimes\":{}}", "line 2, column 2"}}) {
    machine_.Write(kDaemon, text);
    for (const auto& ran : {Install(), Uninstall()}) {
      ExpectSays(ran, 1, place);
      EXPECT_NE(ran.err.find(machine_.Path(kDaemon)), std::string::npos) << ran.err;
      EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    }
    EXPECT_EQ(machine_.Files(kFolder), (Files{{"daemon.json", text}}));
  }
}

TEST_F(InstallDocker, StandsBeforeTheRuntimeThatIsNamedOrWasTheDefault) {
  machine_.MakeProgram("bin/crun");
  ASSERT_EQ(Install({"--runtime", machine_.Path("bin/crun")}).status, 0);
  EXPECT_EQ(Daemon()["runtimes"]["headroom"]["runtimeArgs"],
            json({"--headroom-runtime", machine_.Path("bin/crun")}));
  ExpectSays(Install({"--runtime", "runc"}), 1, "uninstall docker first");
  ASSERT_EQ(Uninstall().status, 0);

  const std::string mine =
      json({{"default-runtime", "mine"},
            {"runtimes",
             {{"mine", {{"path", machine_.Path("bin/crun")}, {"runtimeArgs", {"--debug"}}}}}}})
          .dump();
  machine_.Write(kDaemon, mine);
  ASSERT_EQ(Install({"--default"}).status, 0);
  EXPECT_EQ(Daemon()["runtimes"]["headroom"]["runtimeArgs"],
            json({"--headroom-runtime", machine_.Path("bin/crun"), "--debug"}));
  ASSERT_EQ(Uninstall().status, 0);
  EXPECT_EQ(machine_.Read(kDaemon), mine);
  ASSERT_EQ(Install().status, 0);
  ExpectSays(Install({"--default"}), 1, "uninstall docker first");
}

TEST_F(InstallDocker, ADefaultThatHasNoPathIsNotTakenOverInSilence) {
  machine_.Write(kDaemon, R"({"default-runtime":"io.containerd.kata.v2"})");
  ExpectSays(Install({"--default"}), 1, "--runtime PATH");
  ASSERT_EQ(Install({"--default", "--runtime", machine_.Path("bin/runc")}).status, 0);
}

TEST_F(InstallDocker, ARuntimeThatCannotBeRunIsRefused) {
  ExpectSays(Install({"--runtime", "/nowhere/runc"}), 1, "/nowhere/runc");
  ExpectSays(Install({"--runtime", "runsc"}), 1, "no runtime on this machine");
  ExpectSays(Install({"--runtime", machine_.engines().runtime}), 1, "Headroom's own program");
  machine_.Remove("bin/runc");
  ExpectSays(Install(), 1, "runc");
  EXPECT_FALSE(machine_.Exists(kDaemon));
}

TEST_F(InstallDocker, WithoutHeadroomsProgramsOrDockerdNothingIsWritten) {
  machine_.Remove("lib/headroom-hook");
  ExpectSays(Install(), 1, "headroom-hook");
  machine_.MakeProgram("lib/headroom-hook");
  machine_.Remove("lib/headroom-runtime");
  ExpectSays(Install(), 1, "headroom-runtime");
  machine_.MakeProgram("lib/headroom-runtime");
  machine_.Remove("bin/dockerd");
  ExpectSays(Install(), 1, "--config FILE");
  EXPECT_FALSE(machine_.Exists(kDaemon));
  ASSERT_EQ(Install({"--config", machine_.Path("d.json")}).status, 0);
  EXPECT_TRUE(machine_.Exists("d.json"));
}

TEST_F(InstallDocker, ARuntimeOfOurNameThatIsAnothersStays) {
  const char* text = R"({"runtimes":{"headroom":{"path":"/opt/other"}}})";
  machine_.Write(kDaemon, text);
  ExpectSays(Install(), 1, "not Headroom's");
  ExpectSays(Uninstall(), 0, "not registered");
  EXPECT_EQ(machine_.Files(kFolder), (Files{{"daemon.json", text}}));
}

TEST_F(InstallDocker, GoesByWhatDockerdWasStartedWith) {
  const auto dockerd = [this](const std::string& flags) {
    machine_.Write("proc/7/comm", "dockerd\n");
    machine_.Write("proc/7/cmdline", std::string("dockerd\0", 8) + flags);
  };
  dockerd("--add-runtime=x=/x");
  ExpectSays(Install(), 1, "--add-runtime");
  dockerd("--default-runtime=x");
  ExpectSays(Install({"--default"}), 1, "--default-runtime");
  EXPECT_FALSE(machine_.Exists(kDaemon));
  dockerd("--config-file=" + machine_.Path("srv.json"));
  ASSERT_EQ(Install().status, 0);
  EXPECT_TRUE(machine_.Exists("srv.json"));
  ExpectSays(Install({"--config", machine_.Path("other.json")}), 0, "which is another file");
}

TEST_F(InstallDocker, UninstallRefusesWhileContainersDependOnIt) {
  machine_.Write(kDaemon, json({{"data-root", machine_.Path("data")}}).dump());
  ASSERT_EQ(Install().status, 0);
  const Files files = machine_.Files(kFolder);
  machine_.Write("data/containers/abc123/hostconfig.json", R"({"Runtime":"headroom"})");
  machine_.Write("data/containers/abc123/config.v2.json", R"({"Name":"/web"})");
  machine_.Write("data/containers/0123456789abcdef/hostconfig.json", R"({"Runtime":"headroom"})");
  ExpectSays(Uninstall(), 1, "docker rm --force 0123456789ab web");
  EXPECT_EQ(machine_.Files(kFolder), files);
  machine_.Remove("data/containers");
  ASSERT_EQ(Uninstall().status, 0);
}

TEST_F(InstallDocker, ADefaultWithoutItsRuntimeIsCleanedUp) {
  machine_.Write(kDaemon, R"({"default-runtime":"headroom","debug":true})");
  ASSERT_EQ(Uninstall().status, 0);
  EXPECT_EQ(machine_.Read(kDaemon), R"({"debug":true})");
}

TEST_F(InstallDocker, TakesRoot) {
  ExpectSays(machine_.Run({"install", "docker"}, /*root=*/false), 1, "takes root");
  ExpectSays(machine_.Run({"uninstall", "docker"}, /*root=*/false), 1, "takes root");
  EXPECT_FALSE(machine_.Exists(kDaemon));
  ExpectSays(machine_.Run({"install", "docker", "--dry-run"}, /*root=*/false), 0, "+++ ");
}

}  // namespace
}  // namespace headroom
