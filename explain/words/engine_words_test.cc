#include "explain/words/engine_words.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace headroom {
namespace {

using Lines = std::vector<std::string>;

Enrolment Called(const char* engine, const char* name) {
  Enrolment container;
  container.engine = engine;
  container.id = "0123abc";
  container.name = name;
  return container;
}

TEST(Advice, SpeaksTheEnginesOwnWords) {
  const auto words = [](const char* engine, Limit swap) {
    return RaiseLimitWords(Called(engine, "web"), Mebibytes(128), swap, /*running=*/true);
  };
  const Limit none(Bytes{0});
  EXPECT_EQ(words("docker", none), Lines{"  docker update --memory 128m --memory-swap 128m web"});
  EXPECT_EQ(words("docker", Limit(Mebibytes(64))),
            Lines{"  docker update --memory 128m --memory-swap 192m web"});
  EXPECT_EQ(words("podman", Limit::Unlimited()),
            Lines{"  podman update --memory 128m --memory-swap -1 web"});
  EXPECT_EQ(words("lxc", none), Lines{"  lxc.cgroup2.memory.max = 128M"});
  EXPECT_EQ(words("cri-o", none), Lines{"of the container in its Pod (Kubernetes), "
                                        "resources.limits.memory: 128Mi"});
  EXPECT_EQ(words("something", none), Lines{"memory.max of its cgroup: 134217728"});
}

/// Both refuse a limit above the one of memory and swap together, and `update` keeps that one.
TEST(Advice, RuncAndCrunAreToldTheLimitOfMemoryAndSwapAsWell) {
  const auto words = [](const char* engine, std::optional<Limit> swap, bool running) {
    return RaiseLimitWords(Called(engine, ""), Mebibytes(128), swap, running);
  };
  for (const std::string engine : {"runc", "crun"}) {
    EXPECT_EQ(words(engine.c_str(), Limit(Bytes{0}), true),
              (Lines{"  " + engine + " update --memory 134217728 --memory-swap 134217728 0123abc",
                     "and from the next start on, in its config.json, "
                     "linux.resources.memory.limit: 134217728 and memory.swap: 134217728 (memory "
                     "and swap together)"}));
    EXPECT_TRUE(words(engine.c_str(), Limit(Mebibytes(64)), true)
                    .front()
                    .contains("--memory 134217728 --memory-swap 201326592 "));
    EXPECT_EQ(words(engine.c_str(), Limit::Unlimited(), true),
              (Lines{"  " + engine + " update --memory 134217728 0123abc",
                     "and from the next start on, in its config.json, "
                     "linux.resources.memory.limit: 134217728"}));
    const Lines not_known = words(engine.c_str(), std::nullopt, true);
    ASSERT_EQ(not_known.size(), 3U);
    EXPECT_TRUE(not_known[1].contains("was not recorded")) << not_known[1];
    EXPECT_TRUE(not_known[2].ends_with(", and memory.swap, where it is set, no less"));
  }
}

TEST(Advice, ACommandIsToBeStartedWithMoreAndRaisedByItsUnitWhileItRuns) {
  Enrolment command = Called("headroom", "job-7");
  command.cgroup.path = "/system.slice/headroom-run-job-7.scope";
  const auto words = [&](bool running) {
    return RaiseLimitWords(command, Mebibytes(128), Limit::Unlimited(), running);
  };
  EXPECT_EQ(words(false), Lines{"  headroom run --memory 128M -- COMMAND"});
  EXPECT_EQ(words(true),
            (Lines{"  systemctl set-property headroom-run-job-7.scope MemoryMax=128M",
                   "and from the next start on:", "  headroom run --memory 128M -- COMMAND"}));
  EXPECT_EQ(SizeShmWords(command, Mebibytes(64)), Lines{"  headroom run --shm 64M ... -- COMMAND"});
  EXPECT_TRUE(AllowSwapWords(command, Mebibytes(64), Mebibytes(64), false).empty());
  for (const std::string& line : LongerGraceWords(command, std::chrono::seconds(10))) {
    EXPECT_EQ(line.find("headroom kill"), std::string::npos) << line;
  }
}

TEST(Advice, SwapThatNobodyRecordedIsNotCalledNone) {
  const auto words = [](const char* engine, bool running) {
    return RaiseLimitWords(Called(engine, "web"), Mebibytes(128), std::nullopt, running);
  };
  for (const char* engine : {"docker", "podman"}) {
    ASSERT_EQ(words(engine, true).size(), 2U);
    EXPECT_EQ(words(engine, true)[0], fmt::format("  {} update --memory 128m web", engine));
    EXPECT_NE(words(engine, true)[1].find("was not recorded"), std::string::npos);
  }
  EXPECT_EQ(words("podman", false), Lines{"  podman run --memory 128m ..."});
  EXPECT_EQ(words("lxc", true), Lines{"  lxc.cgroup2.memory.max = 128M"});
}

TEST(Advice, NamesNoUpdateOfAContainerThatHasEndedWhereTheEngineHasNone) {
  const auto words = [](const char* engine) {
    return RaiseLimitWords(Called(engine, "web"), Mebibytes(128), Limit(Bytes{0}), false);
  };
  EXPECT_EQ(words("docker"), Lines{"  docker update --memory 128m --memory-swap 128m web"});
  EXPECT_EQ(words("podman"), Lines{"  podman run --memory 128m --memory-swap 128m ..."});
  EXPECT_EQ(words("runc"), Lines{"in its config.json, linux.resources.memory.limit: 134217728 and "
                                 "memory.swap: 134217728 (memory and swap together)"});
}

TEST(Advice, NeverPutsAHostileNameIntoACommand) {
  for (const char* name : {"a; rm -rf /", "$(reboot)", "-v", "a b", "\x1b[2J"}) {
    EXPECT_TRUE(RaiseLimitWords(Called("docker", name), Mebibytes(1), Limit(Bytes{0}), true)
                    .front()
                    .ends_with(" NAME"))
        << name;
  }
  EXPECT_EQ(RaiseCgroupWords("/a;reboot", Mebibytes(1)),
            Lines{"  echo 1048576 > /sys/fs/cgroup/PATH/memory.max"});
}

TEST(Advice, AUnitIsRaisedThroughTheManagerThatHasIt) {
  EXPECT_EQ(RaiseCgroupWords("/a.slice/b.slice", Mebibytes(128)),
            Lines{"  systemctl set-property b.slice MemoryMax=128M"});
  EXPECT_EQ(RaiseCgroupWords("/a.slice/x\\x2dy.service", Bytes{134217729}),
            Lines{"  systemctl set-property 'x\\x2dy.service' MemoryMax=129M"});
  EXPECT_EQ(
      RaiseCgroupWords("/user.slice/user-7.slice/user@7.service/app.slice", Mebibytes(1)),
      (Lines{"as the user with uid 7:", "  systemctl --user set-property app.slice MemoryMax=1M"}));
  EXPECT_EQ(RaiseCgroupWords("/user.slice/user-7.slice/user@7.service", Mebibytes(1)),
            Lines{"  systemctl set-property user@7.service MemoryMax=1M"});
  EXPECT_EQ(RaiseCgroupWords("/plain/group", Mebibytes(128)),
            Lines{"  echo 134217728 > /sys/fs/cgroup/plain/group/memory.max"});
}

TEST(Advice, WhatContainerdRunsForNoPodIsNotSaidToBeInOne) {
  const Enrolment by_ctr = Called("containerd", "web");
  EXPECT_EQ(RaiseLimitWords(by_ctr, Mebibytes(128), std::nullopt, /*running=*/false),
            Lines{"  ctr run --memory-limit 134217728 ..."});
  EXPECT_FALSE(LongerGraceWords(by_ctr, std::chrono::seconds(10)).front().contains("Pod"));
  EXPECT_FALSE(SizeShmWords(by_ctr, Mebibytes(128)).front().contains("emptyDir"));
}

TEST(Advice, APodsLimitIsTheKubeletsToSet) {
  const auto words = RaiseCgroupWords("/kubepods.slice/kubepods-pod1.slice", Mebibytes(1));
  ASSERT_EQ(words.size(), 1U);
  EXPECT_TRUE(words.front().contains("resources.limits.memory")) << words.front();
}

}  // namespace
}  // namespace headroom
