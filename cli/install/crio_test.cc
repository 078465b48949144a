#include <gtest/gtest.h>

#include "cli/install/testing/engine_test.h"

namespace headroom {
namespace {

using Files = std::map<std::string, std::string>;

/// CRI-O's files only: it is not among Debian 12's packages.
class InstallCrio : public EngineTest {
 protected:
  InstallCrio() : EngineTest("crio") { machine_.MakeProgram("bin/crio"); }

  void SetHooksDir(const std::string& file, const std::string& dir) const {
    machine_.Write(file, "[crio.runtime]\nhooks_dir = [\"" + machine_.Path(dir) + "\"]\n");
  }
};

TEST_F(InstallCrio, TakesItsDefaultWhereNoFileSaysWhere) {
  machine_.Write("etc/crio/crio.conf", "[crio.runtime]\n# hooks_dir = []\n");
  ExpectSays(Install(), 0, "crio: registered; nothing is to be restarted");
  EXPECT_EQ(machine_.Files("usr/hooks.d").size(), 2U);
  ExpectSays(Install(), 0, "crio: already registered");
  ExpectSays(Uninstall(), 0, "crio: no longer registered");
  EXPECT_EQ(machine_.Files("usr/hooks.d"), Files{});
  ExpectSays(Uninstall(), 0, "crio: not registered");
}

TEST_F(InstallCrio, TheLastFileThatSaysWhereCounts) {
  SetHooksDir("etc/crio/crio.conf", "one");
  SetHooksDir("etc/crio/crio.conf.d/10-a.conf", "two");
  SetHooksDir("etc/crio/crio.conf.d/20-b.conf", "three");
  machine_.Write("etc/crio/crio.conf.d/30-c.conf", "[crio]\nroot = \"/x\"\n");
  ASSERT_EQ(Install().status, 0);
  EXPECT_EQ(machine_.Files("three").size(), 2U);
  EXPECT_FALSE(machine_.Exists("one"));
  ASSERT_EQ(Uninstall().status, 0);
  EXPECT_EQ(machine_.Files("three"), Files{});
}

TEST_F(InstallCrio, GoesByWhatCrioWasStartedWith) {
  const auto crio = [this](const std::string& flags) {
    machine_.Write("proc/7/comm", "crio\n");
    machine_.Write("proc/7/cmdline", std::string("crio\0", 5) + flags);
  };
  SetHooksDir("etc/crio/crio.conf", "one");
  SetHooksDir("srv/crio.conf", "two");
  crio(std::string("--config\0", 9) + machine_.Path("srv/crio.conf"));
  ASSERT_EQ(Install().status, 0);
  EXPECT_EQ(machine_.Files("two").size(), 2U);
  crio("--hooks-dir=" + machine_.Path("three") + "," + machine_.Path("four"));
  ASSERT_EQ(Install().status, 0);
  EXPECT_EQ(machine_.Files("four").size(), 2U);
}

TEST_F(InstallCrio, WhereNoHookIsReadNothingIsWritten) {
  machine_.Write("etc/crio/crio.conf", "[crio.runtime]\nhooks_dir = []\n");
  ExpectSays(Install(), 1, "has an empty hooks_dir");
  EXPECT_FALSE(machine_.Exists("usr/hooks.d"));
}

TEST_F(InstallCrio, WhatCannotBeReadIsOneErrorWithItsPlace) {
  machine_.Write("etc/crio/crio.conf", "[crio.runtime]\nhooks_dir = [\n");
  ExpectSays(Install(), 1, "crio.conf: line ");
  machine_.Write("etc/crio/crio.conf", "[crio.runtime]\nhooks_dir = [\"here\"]\n");
  ExpectSays(Install(), 1, "is no list of absolute paths");
  EXPECT_FALSE(machine_.Exists("usr/hooks.d"));
}

TEST_F(InstallCrio, WhatRegistersPodmanRegistersItWhereBothReadTheSame) {
  ASSERT_EQ(machine_.Run({"install", "podman"}).status, 0);
  ExpectSays(Install(), 0, "already registered");
  ExpectSays(Uninstall(), 0, "nor is any other engine that reads the same directory");
  ExpectSays(machine_.Run({"uninstall", "podman"}), 0, "not registered");
}

TEST_F(InstallCrio, AMissingProgramOfAHookThatIsThereIsNamedWithItsCure) {
  ASSERT_EQ(Install().status, 0);
  machine_.Write("usr/hooks.d/headroom-create.json",
                 R"({"hook":{"path":"/gone/headroom-hook"},"stages":["createRuntime"]})");
  ExpectSays(Install(), 1, "without which CRI-O starts no container: headroom uninstall crio");
}

TEST_F(InstallCrio, WithoutItNothingIsWrittenUnlessADirectoryIsNamed) {
  machine_.Remove("bin/crio");
  ExpectSays(Install(), 1, "--hooks-dir DIR");
  EXPECT_FALSE(machine_.Exists("usr/hooks.d"));
  ASSERT_EQ(machine_.Run({"install", "crio", "--hooks-dir", machine_.Path("x")}).status, 0);
  EXPECT_EQ(machine_.Files("x").size(), 2U);
}

TEST_F(InstallCrio, TakesRoot) {
  ExpectSays(machine_.Run({"install", "crio"}, /*root=*/false), 1, "takes root");
}

}  // namespace
}  // namespace headroom
