#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/install/testing/engine_machine.h"

namespace headroom {
namespace {

using nlohmann::json;
using Files = std::map<std::string, std::string>;

class InstallPodman : public testing::Test {
 protected:
  void ExpectSays(const EngineMachine::Ran& ran, int status, const std::string& words) const {
    EXPECT_EQ(ran.status, status) << ran.out << ran.err;
    EXPECT_NE((ran.out + ran.err).find(words), std::string::npos) << ran.out << ran.err;
  }
  EngineMachine machine_;
};

TEST_F(InstallPodman, MakesTwoFilesAndUninstallTakesThemAway) {
  ExpectSays(machine_.Run({"install", "podman"}), 0, "nothing is to be restarted");
  const Files files = machine_.Files("usr/hooks.d");
  ASSERT_EQ(files.size(), 2U);
  const json create = json::parse(files.at("headroom-create.json"));
  EXPECT_EQ(create["hook"]["path"], machine_.engines().hook);
  EXPECT_EQ(create["stages"], json({"createRuntime"}));
  EXPECT_EQ(json::parse(files.at("headroom-stop.json"))["stages"], json({"poststop"}));
  ExpectSays(machine_.Run({"uninstall", "podman"}), 0, "no longer registered");
  EXPECT_EQ(machine_.Files("usr/hooks.d"), Files{});
}

TEST_F(InstallPodman, ASecondTimeWritesNothing) {
  ASSERT_EQ(machine_.Run({"install", "podman"}).status, 0);
  const Files files = machine_.Files("usr/hooks.d");
  ExpectSays(machine_.Run({"install", "podman"}), 0, "already registered");
  EXPECT_EQ(machine_.Files("usr/hooks.d"), files);
  ASSERT_EQ(machine_.Run({"uninstall", "podman"}).status, 0);
  ExpectSays(machine_.Run({"uninstall", "podman"}), 0, "not registered");
}

TEST_F(InstallPodman, ADryRunShowsBothFilesAndWritesNone) {
  const auto ran = machine_.Run({"install", "podman", "--dry-run"}, /*root=*/false);
  ExpectSays(ran, 0, "--- /dev/null\n+++ " + machine_.Path("usr/hooks.d/headroom-create.json"));
  EXPECT_NE(ran.out.find("headroom-stop.json"), std::string::npos);
  EXPECT_FALSE(machine_.Exists("usr/hooks.d"));
  ASSERT_EQ(machine_.Run({"install", "podman"}).status, 0);
  ExpectSays(machine_.Run({"uninstall", "podman", "--dry-run"}), 0, "+++ /dev/null");
  EXPECT_EQ(machine_.Files("usr/hooks.d").size(), 2U);
}

TEST_F(InstallPodman, TheLastDirectoryThatPodmanReadsIsTaken) {
  machine_.SetHooksDirs(machine_.Path("one") + ",\"" + machine_.Path("two,x") + "\"");
  ASSERT_EQ(machine_.Run({"install", "podman"}).status, 0);
  EXPECT_EQ(machine_.Files("one"), Files{});
  EXPECT_EQ(machine_.Files("two,x").size(), 2U);
}

TEST_F(InstallPodman, APodmanThatReadsNoDirectoryIsTold) {
  machine_.SetHelp("      --hooks-dir strings   Set the OCI hooks directory path\n");
  const auto ran = machine_.Run({"install", "podman"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.err.find("hooks_dir is empty in a containers.conf file"), std::string::npos);
  EXPECT_FALSE(machine_.Exists("etc/hooks.d")) << "a hook there would be read by nobody";
  EXPECT_FALSE(machine_.Exists("usr/hooks.d"));
}

TEST_F(InstallPodman, ADirectoryCanBeNamed) {
  machine_.SetHelp("");
  ASSERT_EQ(machine_.Run({"install", "podman", "--hooks-dir", machine_.Path("named")}).status, 0);
  EXPECT_EQ(machine_.Files("named").size(), 2U);
  ASSERT_EQ(machine_.Run({"uninstall", "podman", "--hooks-dir", machine_.Path("named")}).status, 0);
  EXPECT_EQ(machine_.Files("named"), Files{});
}

TEST_F(InstallPodman, WithoutTheHooksProgramNothingIsWritten) {
  machine_.Remove("lib/headroom-hook");
  ExpectSays(machine_.Run({"install", "podman"}), 1, "install Headroom first");
  machine_.Write("lib/headroom-hook", "no program");
  ASSERT_EQ(chmod(machine_.engines().hook.c_str(), 0644), 0);
  ExpectSays(machine_.Run({"install", "podman"}), 1, "no executable file");
  ASSERT_EQ(chmod(machine_.engines().hook.c_str(), 0777), 0);
  ExpectSays(machine_.Run({"install", "podman"}), 1, "by anybody");
  EXPECT_FALSE(machine_.Exists("usr/hooks.d"));
}

TEST_F(InstallPodman, WithoutAPodmanThatAnswersNothingIsWritten) {
  machine_.SetHelp("Usage: something else\n");
  ExpectSays(machine_.Run({"install", "podman"}), 1, "--hooks-dir DIR");
  machine_.engines().podman_help = {};
  ExpectSays(machine_.Run({"install", "podman"}), 1, "is not on this machine");
  EXPECT_FALSE(machine_.Exists("usr/hooks.d"));
}

TEST_F(InstallPodman, UninstallNeedsNeitherPodmanNorTheProgram) {
  ASSERT_EQ(machine_.Run({"install", "podman"}).status, 0);
  machine_.engines().podman_help = {};
  machine_.Remove("lib/headroom-hook");
  ExpectSays(machine_.Run({"uninstall", "podman"}), 0, "no longer registered");
  EXPECT_EQ(machine_.Files("usr/hooks.d"), Files{});
}

TEST_F(InstallPodman, AnOrdinaryUserRegistersInAFolderOfTheirOwn) {
  ASSERT_EQ(mkdir(machine_.Path("system").c_str(), 0755), 0);
  if (chown(machine_.Path("system").c_str(), 65534, 65534) != 0) GTEST_SKIP() << "not root";
  machine_.SetHooksDirs(machine_.Path("home/hooks.d") + "," + machine_.Path("system/hooks.d"));
  ExpectSays(machine_.Run({"install", "podman"}, /*root=*/false), 0, "systemctl --user enable");
  EXPECT_EQ(machine_.Files("home/hooks.d").size(), 2U);
  EXPECT_FALSE(machine_.Exists("system/hooks.d"));
  ExpectSays(machine_.Run({"uninstall", "podman"}, /*root=*/false), 0, "no longer registered");
  EXPECT_EQ(machine_.Files("home/hooks.d"), Files{});
}

TEST_F(InstallPodman, AUserUndoesTheirOwnAndLeavesWhatRootHasRegistered) {
  machine_.Write("system/hooks.d/x", "");
  machine_.SetHooksDirs(machine_.Path("home/hooks.d") + "," + machine_.Path("system/hooks.d"));
  ASSERT_EQ(machine_.Run({"install", "podman"}).status, 0);
  const Files registered = machine_.Files("system/hooks.d");
  if (chown(machine_.Path("system/hooks.d").c_str(), 65534, 65534) != 0) GTEST_SKIP() << "not root";
  ExpectSays(machine_.Run({"uninstall", "podman"}, /*root=*/false), 0, "not registered");
  EXPECT_EQ(machine_.Files("system/hooks.d"), registered);
}

TEST_F(InstallPodman, AUserWithoutAFolderOfTheirOwnIsToldHowToHaveOne) {
  ASSERT_EQ(mkdir(machine_.Path("system").c_str(), 0755), 0);
  if (chown(machine_.Path("system").c_str(), 65534, 65534) != 0) GTEST_SKIP() << "not root";
  machine_.SetHooksDirs(machine_.Path("system/hooks.d"));
  ExpectSays(machine_.Run({"install", "podman"}, /*root=*/false), 1, "containers.conf");
  EXPECT_FALSE(machine_.Exists("system/hooks.d"));
}

TEST_F(InstallPodman, AHookOfOursUnderAnotherNameIsRegisteredAlready) {
  machine_.Write("usr/hooks.d/50-mine.json", json({{"version", "1.0.0"},
                                                   {"hook", {{"path", machine_.engines().hook}}},
                                                   {"stages", {"prestart", "poststop"}}})
                                                 .dump());
  ExpectSays(machine_.Run({"install", "podman"}), 0, "already registered");
  ExpectSays(machine_.Run({"uninstall", "podman"}), 1, "50-mine.json");
  EXPECT_EQ(machine_.Files("usr/hooks.d").size(), 1U);
}

TEST_F(InstallPodman, OnlyTheStageThatIsMissingIsAdded) {
  ASSERT_EQ(machine_.Run({"install", "podman"}).status, 0);
  machine_.Remove("usr/hooks.d/headroom-create.json");
  ExpectSays(machine_.Run({"install", "podman"}), 0, "wrote");
  EXPECT_EQ(machine_.Files("usr/hooks.d").size(), 2U);
}

TEST_F(InstallPodman, ARegisteredHookWhoseProgramIsGoneIsSaid) {
  machine_.Write("usr/hooks.d/headroom-create.json",
                 R"({"hook":{"path":"/nowhere/headroom-hook"},"stages":["createRuntime"]})");
  ExpectSays(machine_.Run({"install", "podman"}), 1, "starts no container");
}

TEST_F(InstallPodman, FilesOfOthersStay) {
  machine_.Write("usr/hooks.d/nvidia.json", "{broken");
  machine_.Write("usr/hooks.d/headroom-create.json",
                 R"({"hook":{"path":"/usr/bin/other"},"stages":["createRuntime"]})");
  const Files before = machine_.Files("usr/hooks.d");
  ExpectSays(machine_.Run({"install", "podman"}), 1, "no hook of Headroom's");
  ExpectSays(machine_.Run({"uninstall", "podman"}), 0, "not registered");
  EXPECT_EQ(machine_.Files("usr/hooks.d"), before);
}

TEST_F(InstallPodman, AFileThatWasChangedSinceIsKeptOutOfPodmansSight) {
  ASSERT_EQ(machine_.Run({"install", "podman"}).status, 0);
  json hook = json::parse(machine_.Read("usr/hooks.d/headroom-create.json"));
  hook["hook"]["args"].push_back("--on-error");
  machine_.Write("usr/hooks.d/headroom-create.json", hook.dump());
  ExpectSays(machine_.Run({"uninstall", "podman"}), 0, "was changed since");
  const Files left = machine_.Files("usr/hooks.d");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_FALSE(left.begin()->first.ends_with(".json"));
  EXPECT_EQ(left.begin()->second, hook.dump());
}

TEST_F(InstallPodman, ALinkInThePlaceOfAFileIsRefused) {
  machine_.Write("elsewhere", "kept");
  machine_.Write("usr/hooks.d/x", "");
  ASSERT_EQ(symlink(machine_.Path("elsewhere").c_str(),
                    machine_.Path("usr/hooks.d/headroom-create.json").c_str()),
            0);
  ExpectSays(machine_.Run({"install", "podman"}), 1, "symbolic link");
  EXPECT_EQ(machine_.Read("elsewhere"), "kept");
  EXPECT_FALSE(machine_.Exists("usr/hooks.d/headroom-stop.json"));
}

TEST_F(InstallPodman, AFolderThatCannotBeMadeIsOneClearError) {
  machine_.Write("file", "no folder");
  const auto ran = machine_.Run({"install", "podman", "--hooks-dir", machine_.Path("file/dir")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  EXPECT_NE(ran.err.find("file"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace headroom
