#include "cli/install/needed_by.h"

#include <gtest/gtest.h>

#include "cli/install/testing/engine_machine.h"

namespace headroom {
namespace {

class UninstallAlone : public testing::Test {
 protected:
  /// It ends with 1 and says all of that.
  void ExpectNeeded(const std::vector<std::string>& said) const {
    const auto ran = machine_.Run({"uninstall"});
    EXPECT_EQ(ran.status, 1) << ran.out;
    for (const std::string& piece : said) {
      EXPECT_NE(ran.err.find(piece), std::string::npos) << ran.err;
    }
  }
  void ExpectFree() const {
    const auto ran = machine_.Run({"uninstall"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("can be removed"), std::string::npos) << ran.out;
  }

  EngineMachine machine_;
};

TEST_F(UninstallAlone, SaysThatTheProgramsCanBeRemovedWhereNothingIsRegistered) { ExpectFree(); }

TEST_F(UninstallAlone, NamesTheEnginesThatAreRegistered) {
  ASSERT_EQ(machine_.Run({"install", "podman"}).status, 0);
  ASSERT_EQ(machine_.Run({"install", "docker"}).status, 0);
  ASSERT_EQ(machine_.Run({"install", "cdi"}).status, 0);
  ExpectNeeded({"podman, registered in", "headroom uninstall podman", "headroom uninstall docker",
                "headroom uninstall cdi"});
  for (const char* engine : {"podman", "docker", "cdi"}) {
    ASSERT_EQ(machine_.Run({"uninstall", engine}).status, 0);
  }
  ExpectFree();
}

TEST_F(UninstallAlone, NamesContainersThatAreStartedOrEndedWithOurPrograms) {
  machine_.Write("docker/containers/aaa/hostconfig.json", R"({"Runtime":"headroom"})");
  machine_.Write("docker/containers/aaa/config.v2.json", R"({"Name":"/web"})");
  machine_.Write("tasks/default/job/runtime", machine_.engines().runtime);
  ExpectNeeded({"the container web of docker", "the container default/job of containerd"});
  machine_.Remove("docker/containers");
  machine_.Remove("tasks");
  ExpectFree();
}

TEST_F(UninstallAlone, WhatCannotBeReadIsNoReasonToSayThatNothingIsThere) {
  machine_.Write("etc/docker/daemon.json", "{");
  ExpectNeeded({"docker, perhaps: ", "see to that first"});
}

}  // namespace
}  // namespace headroom
