#include <gtest/gtest.h>

#include <algorithm>

#include "cli/install/testing/engine_test.h"

namespace headroom {
namespace {

using Files = std::map<std::string, std::string>;

constexpr const char* kCommon = "usr/common.conf.d";
constexpr const char* kCommonFile = "usr/common.conf.d/50-headroom.conf";

class InstallLxc : public EngineTest {
 protected:
  InstallLxc() : EngineTest("lxc") { machine_.MakeProgram("bin/lxc-start"); }
};

TEST_F(InstallLxc, MakesAFileThatTheCommonConfigurationIncludesAndRemovesIt) {
  machine_.Write("usr/common.conf.d/README", "theirs");
  ExpectSays(Install(), 0, "every container that includes the common configuration");
  const std::string text = machine_.Read(kCommonFile);
  for (const char* stage : {"start-host", "stop", "post-stop"}) {
    EXPECT_NE(text.find("lxc.hook." + std::string(stage) + " = " + machine_.engines().hook +
                        " lxc " + stage + "\n"),
              std::string::npos)
        << text;
  }
  ExpectSays(Install(), 0, "already registered");
  ExpectSays(Uninstall(), 0, "no longer registered");
  EXPECT_EQ(machine_.Files(kCommon), (Files{{"README", "theirs"}}));
  ExpectSays(Uninstall(), 0, "not registered");
}

TEST_F(InstallLxc, UninstallRefusesWhileAContainerIncludesTheFileByItsName) {
  ASSERT_EQ(Install().status, 0);
  machine_.Write("lxc/web/config", "# mine\nlxc.include = " + machine_.Path(kCommonFile) + "\n");
  machine_.Write("lxc/db/config", "lxc.include = " + machine_.Path(kCommon) + "\n=\n");
  ExpectSays(Uninstall(), 1, "would not start without it: web;");
  EXPECT_TRUE(machine_.Exists(kCommonFile));
  machine_.Remove("lxc/web");
  ExpectSays(Uninstall(), 0, "no longer registered");
}

TEST_F(InstallLxc, OneContainerIsUndoneToTheByte) {
  for (const char* text :
       {"lxc.rootfs.path = dir:/srv/web\n", "# no line end", "", "\n\n", "lxc.uts.name=web\r\n"}) {
    machine_.Remove("lxc");
    machine_.Write("lxc/web/config", text);
    ExpectSays(Install({"web"}), 0, "web is registered");
    const Files files = machine_.Files("lxc/web");
    ExpectSays(Install({"web"}), 0, "already registered");
    EXPECT_EQ(machine_.Files("lxc/web"), files);
    ExpectSays(Uninstall({"web"}), 0, "no longer registered");
    EXPECT_EQ(machine_.Files("lxc/web"), (Files{{"config", text}}));
  }
  EXPECT_FALSE(machine_.Exists(kCommonFile));
}

TEST_F(InstallLxc, WhatTheUserChangedSinceStaysAndIsKept) {
  machine_.Write("lxc/web/config", "a = 1\n");
  ASSERT_EQ(Install({"web"}).status, 0);
  machine_.Write("lxc/web/config", machine_.Read("lxc/web/config") + "b = 2\n");
  ExpectSays(Uninstall({"web"}), 0, "kept what was there");
  EXPECT_EQ(machine_.Read("lxc/web/config"), "a = 1\nb = 2\n");
}

TEST_F(InstallLxc, ADryRunShowsADiffAndWritesNothing) {
  machine_.Write("lxc/web/config", "a = 1\n");
  ExpectSays(machine_.Run({"install", "lxc", "web", "--dry-run"}, /*root=*/false), 0,
             "+lxc.hook.start-host");
  ExpectSays(machine_.Run({"install", "lxc", "--dry-run"}, /*root=*/false), 0, "--- /dev/null");
  EXPECT_EQ(machine_.Files("lxc/web").size(), 1U);
  EXPECT_FALSE(machine_.Exists(kCommonFile));
}

TEST_F(InstallLxc, NamesContainersThatHaveTheHooksByThemselves) {
  machine_.Write("lxc/web/config", "a = 1\n");
  ASSERT_EQ(Install({"web"}).status, 0);
  ASSERT_EQ(Install().status, 0);
  ExpectSays(Uninstall(), 0, "headroom uninstall lxc web");
  ASSERT_EQ(Uninstall({"web"}).status, 0);
}

TEST_F(InstallLxc, AnotherPlaceOfContainersIsTaken) {
  machine_.Write("srv/web/config", "a = 1\n");
  ASSERT_EQ(Install({"web", "--lxcpath", machine_.Path("srv")}).status, 0);
  EXPECT_NE(machine_.Read("srv/web/config"), "a = 1\n");
  ASSERT_EQ(Uninstall({"web", "-P", machine_.Path("srv")}).status, 0);
  EXPECT_EQ(machine_.Read("srv/web/config"), "a = 1\n");
}

TEST_F(InstallLxc, WhatIsNoContainerIsRefused) {
  ExpectSays(Install({"none"}), 1, "lxc-ls names them");
  for (const char* name : {"..", ".", "../web", "a/b"}) {
    ExpectSays(Install({name}), 1, "is no name of a container");
  }
  machine_.Write("lxc/bad/config", "a = 1\nnonsense\n");
  for (const auto& ran : {Install({"bad"}), Uninstall({"bad"})}) {
    ExpectSays(ran, 1, "config: line 2 is \"nonsense\"");
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  }
  machine_.Write("elsewhere", "kept");
  machine_.Write("lxc/led/x", "");
  ASSERT_EQ(symlink(machine_.Path("elsewhere").c_str(), machine_.Path("lxc/led/config").c_str()),
            0);
  ExpectSays(Install({"led"}), 1, "symbolic link");
  EXPECT_EQ(machine_.Read("elsewhere"), "kept");
}

TEST_F(InstallLxc, WithoutProgramsNothingIsWritten) {
  machine_.Remove("lib/headroom-hook");
  ExpectSays(Install(), 1, "headroom-hook");
  machine_.MakeProgram("lib/headroom-hook");
  machine_.Remove("bin/lxc-start");
  ExpectSays(Install(), 1, "headroom install lxc NAME");
  EXPECT_FALSE(machine_.Exists(kCommonFile));
}

TEST_F(InstallLxc, TakesRoot) {
  ExpectSays(machine_.Run({"install", "lxc"}, /*root=*/false), 1, "takes root");
  ExpectSays(machine_.Run({"uninstall", "lxc"}, /*root=*/false), 1, "takes root");
}

}  // namespace
}  // namespace headroom
