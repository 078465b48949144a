#include <gtest/gtest.h>

#include "cli/install/testing/engine_machine.h"

namespace headroom {
namespace {

using Files = std::map<std::string, std::string>;
constexpr const char* kFolder = "etc/systemd/system/web.service.d";

class InstallSystemd : public testing::Test {
 protected:
  void ExpectSays(const EngineMachine::Ran& ran, int status, const std::string& words) const {
    EXPECT_EQ(ran.status, status) << ran.out << ran.err;
    EXPECT_NE((ran.out + ran.err).find(words), std::string::npos) << ran.out << ran.err;
  }
  EngineMachine machine_;
};

TEST_F(InstallSystemd, MakesADropInAndUninstallTakesItAway) {
  ExpectSays(machine_.Run({"install", "systemd", "web"}), 0, "systemctl daemon-reload");
  const Files files = machine_.Files(kFolder);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_NE(
      files.at("50-headroom.conf")
          .find("[Service]\nExecStartPost=-+" + machine_.engines().headroom + " watch --unit %n\n"),
      std::string::npos)
      << files.at("50-headroom.conf");
  ExpectSays(machine_.Run({"uninstall", "systemd", "web.service"}), 0, "no longer registered");
  EXPECT_FALSE(machine_.Exists(kFolder));
}

TEST_F(InstallSystemd, ASecondTimeWritesNothingAndOtherDropInsStay) {
  machine_.Write(std::string(kFolder) + "/override.conf", "[Service]\n");
  ASSERT_EQ(machine_.Run({"install", "systemd", "web"}).status, 0);
  const Files files = machine_.Files(kFolder);
  ExpectSays(machine_.Run({"install", "systemd", "web"}), 0, "registered already");
  EXPECT_EQ(machine_.Files(kFolder), files);
  ASSERT_EQ(machine_.Run({"uninstall", "systemd", "web"}).status, 0);
  EXPECT_EQ(machine_.Files(kFolder), (Files{{"override.conf", "[Service]\n"}}));
  ExpectSays(machine_.Run({"uninstall", "systemd", "web"}), 0, "is not registered");
}

TEST_F(InstallSystemd, ADryRunShowsTheFileAndWritesNone) {
  ExpectSays(machine_.Run({"install", "systemd", "web", "--dry-run"}, /*root=*/false), 0,
             "+ExecStartPost=-+");
  EXPECT_FALSE(machine_.Exists("etc/systemd"));
  ASSERT_EQ(machine_.Run({"install", "systemd", "web"}).status, 0);
  ExpectSays(machine_.Run({"uninstall", "systemd", "web", "--dry-run"}), 0, "+++ /dev/null");
  EXPECT_EQ(machine_.Files(kFolder).size(), 1U);
}

TEST_F(InstallSystemd, AFileThatSomebodyChangedStays) {
  machine_.Write(std::string(kFolder) + "/50-headroom.conf", "[Service]\n# mine\n");
  ExpectSays(machine_.Run({"uninstall", "systemd", "web"}), 1, "remove it by hand");
  EXPECT_EQ(machine_.Files(kFolder).at("50-headroom.conf"), "[Service]\n# mine\n");
}

TEST_F(InstallSystemd, OneThatSomebodyElseWroteIsRefusedAndStaysAsItIs) {
  const Files mine = {{"50-headroom.conf", "[Service]\nMemoryMax=1G\n"}};
  machine_.Write(std::string(kFolder) + "/50-headroom.conf", mine.at("50-headroom.conf"));
  for (const char* dry_run : {"", "--dry-run"}) {
    std::vector<std::string> words = {"install", "systemd", "web"};
    if (*dry_run != '\0') words.emplace_back(dry_run);
    ExpectSays(machine_.Run(words), 1, "50-headroom.conf: is there already");
    EXPECT_EQ(machine_.Files(kFolder), mine);
  }
  ExpectSays(machine_.Run({"uninstall", "systemd", "web"}), 1, "remove it by hand");
  EXPECT_EQ(machine_.Files(kFolder), mine);
}

TEST_F(InstallSystemd, WhatWasBesideItIsThereToTheByteBehindUninstall) {
  const Files mine = {{"10-mine.conf", "[Service]\n# mine\n"},
                      {"50-headroom.conf.headroom-20200101T000000Z", "an older one\n"}};
  for (const auto& [name, text] : mine) {
    machine_.Write(std::string(kFolder) + "/" + name, text);
  }
  ASSERT_EQ(machine_.Run({"install", "systemd", "web"}).status, 0);
  ASSERT_EQ(machine_.Run({"uninstall", "systemd", "web"}).status, 0);
  EXPECT_EQ(machine_.Files(kFolder), mine);
}

TEST_F(InstallSystemd, RefusesWhatHasNoFileAndWhatWouldNotRun) {
  ExpectSays(machine_.Run({"install", "systemd", "run-1.scope"}), 1, "headroom watch --unit");
  ExpectSays(machine_.Run({"install", "systemd", "../x"}), 1, "is no name of a unit");
  ExpectSays(machine_.Run({"install", "systemd", "web"}, /*root=*/false), 1, "sudo");
  machine_.Remove("bin/headroom");
  ExpectSays(machine_.Run({"install", "systemd", "web"}), 1, "install Headroom first");
  EXPECT_FALSE(machine_.Exists("etc/systemd"));
}

}  // namespace
}  // namespace headroom
