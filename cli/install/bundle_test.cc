#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/install/testing/engine_machine.h"

namespace headroom {
namespace {

using nlohmann::json;
using Files = std::map<std::string, std::string>;

constexpr const char* kConfig =
    "{\n\t\"ociVersion\": \"1.0.2-dev\",\n\t\"process\": {\"args\": [\"sh\"], \"cwd\": \"/\"},\n"
    "\t\"root\": {\"path\": \"rootfs\"},\n\t\"x\": 1.50e1\n}\n";

class InstallBundle : public testing::Test {
 protected:
  InstallBundle() { machine_.Write("web/config.json", kConfig); }
  [[nodiscard]] EngineMachine::Ran Run(const std::string& verb,
                                       std::vector<std::string> more = {}) const {
    std::vector<std::string> words{verb, "bundle", machine_.Path("web")};
    words.insert(words.end(), more.begin(), more.end());
    return machine_.Run(std::move(words), /*root=*/false);
  }
  void ExpectSays(const EngineMachine::Ran& ran, int status, const std::string& words) const {
    EXPECT_EQ(ran.status, status) << ran.out << ran.err;
    EXPECT_NE((ran.out + ran.err).find(words), std::string::npos) << ran.out << ran.err;
  }
  [[nodiscard]] json Config() const { return json::parse(machine_.Read("web/config.json")); }
  EngineMachine machine_;
};

TEST_F(InstallBundle, AddsTheHooksAndUninstallPutsTheVeryFileBack) {
  const std::string path = machine_.Path("web/config.json");
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  struct stat before{};
  ASSERT_EQ(stat(path.c_str(), &before), 0);
  ExpectSays(Run("install"), 0, "kept what was there");
  EXPECT_EQ(Config()["hooks"]["createRuntime"][0]["path"], machine_.engines().hook);
  EXPECT_EQ(Config()["hooks"]["poststop"].size(), 1U);
  EXPECT_TRUE(machine_.Read("web/config.json").starts_with(std::string(kConfig).substr(0, 60)));
  ExpectSays(Run("uninstall"), 0, "restored");
  struct stat after{};
  ASSERT_EQ(stat(path.c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(machine_.Files("web"), (Files{{"config.json", kConfig}})) << "no backup is left";
}

TEST_F(InstallBundle, ASecondTimeWritesNothing) {
  ASSERT_EQ(Run("install").status, 0);
  const Files files = machine_.Files("web");
  ExpectSays(Run("install"), 0, "already registered");
  EXPECT_EQ(machine_.Files("web"), files);
  ASSERT_EQ(Run("uninstall").status, 0);
  ExpectSays(Run("uninstall"), 0, "not registered");
}

TEST_F(InstallBundle, ADryRunShowsTheChangeAndWritesNothing) {
  ExpectSays(Run("install", {"--dry-run"}), 0, "\n+\t\"hooks\": {\"createRuntime\"");
  EXPECT_EQ(machine_.Files("web"), (Files{{"config.json", kConfig}}));
}

TEST_F(InstallBundle, WhatTheUserChangedSinceStays) {
  ASSERT_EQ(Run("install").status, 0);
  std::string text = machine_.Read("web/config.json");
  text.replace(text.find("1.50e1"), 6, "2.5");
  machine_.Write("web/config.json", text);
  ExpectSays(Run("uninstall"), 0, "wrote");
  std::string expected = kConfig;
  expected.replace(expected.find("1.50e1"), 6, "2.5");
  EXPECT_EQ(machine_.Read("web/config.json"), expected);
}

TEST_F(InstallBundle, WithoutTheBackupOnlyOurHooksGo) {
  ASSERT_EQ(Run("install").status, 0);
  for (const auto& [name, text] : machine_.Files("web")) {
    if (name != "config.json") machine_.Remove("web/" + name);
  }
  ASSERT_EQ(Run("uninstall").status, 0);
  EXPECT_EQ(machine_.Read("web/config.json"), kConfig);
}

TEST_F(InstallBundle, HooksOfOthersStayBeforeOurs) {
  machine_.Write("web/config.json", R"({"hooks":{"createRuntime":[{"path":"/n"}]}})");
  ASSERT_EQ(Run("install").status, 0);
  EXPECT_EQ(Config()["hooks"]["createRuntime"].size(), 2U);
  EXPECT_EQ(Config()["hooks"]["createRuntime"][0]["path"], "/n");
  ASSERT_EQ(Run("uninstall").status, 0);
  EXPECT_EQ(machine_.Read("web/config.json"), R"({"hooks":{"createRuntime":[{"path":"/n"}]}})");
}

TEST_F(InstallBundle, WhatCannotBeReadIsOneErrorWithItsPlace) {
  for (const auto& [text, place] :
       {std::pair{"{\n \"a\": 1,\n}", "line 3, column 1"},
        std::pair{"{\n // why\n}", "line 2, column 2"}, std::pair{"", "line 1, column 1"},
        std::pair{"{\"hooks\":{},\n\"hooks\":{}}", "line 2, column 1"}}) {
    machine_.Write("web/config.json", text);
    for (const char* verb : {"install", "uninstall"}) {
      const auto ran = Run(verb);
      ExpectSays(ran, 1, place);
      EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
      EXPECT_EQ(machine_.Files("web"), (Files{{"config.json", text}}));
    }
  }
}

TEST_F(InstallBundle, AFolderWithoutOneIsSaidToBeNoBundle) {
  machine_.Remove("web/config.json");
  ExpectSays(Run("install"), 1, "is not there");
  machine_.Remove("web");
  ExpectSays(Run("install"), 1, "is not there");
  EXPECT_FALSE(machine_.Exists("web"));
  EXPECT_EQ(machine_.Run({"install", "bundle"}).status, 2);
}

TEST_F(InstallBundle, ALinkIsRefusedAsTheFolderMayBeSomebodyElses) {
  machine_.Write("elsewhere.json", kConfig);
  machine_.Remove("web/config.json");
  ASSERT_EQ(
      symlink(machine_.Path("elsewhere.json").c_str(), machine_.Path("web/config.json").c_str()),
      0);
  ExpectSays(Run("install"), 1, "symbolic link");
  EXPECT_EQ(machine_.Read("elsewhere.json"), kConfig);
}

TEST_F(InstallBundle, WithoutTheHooksProgramNothingIsWritten) {
  machine_.Remove("lib/headroom-hook");
  ExpectSays(Run("install"), 1, "install Headroom first");
  EXPECT_EQ(machine_.Files("web"), (Files{{"config.json", kConfig}}));
}

}  // namespace
}  // namespace headroom
