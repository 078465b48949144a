#include "policy/policy.h"

#include <gtest/gtest.h>

#include "policy/advice/advice.h"
#include "policy/advice/limit_advice.h"
#include "policy/advice/process_advice.h"

namespace headroom {
namespace {

TEST(Action, HasANameAndBack) {
  for (const Action action : {Action::kOff, Action::kWarn, Action::kFix, Action::kDeny}) {
    EXPECT_EQ(ParseAction(ActionName(action)), action);
  }
  EXPECT_EQ(ParseAction("ignore"), std::nullopt);
}

TEST(Advice, SpeaksTheLanguageOfTheEngine) {
  const Bytes size = Mebibytes(32);
  const auto engine = [](const char* name, bool kubernetes = false) {
    EngineIdentity identity;
    identity.engine = name;
    identity.kubernetes = kubernetes;
    return identity;
  };
  EXPECT_EQ(SetMemoryMaxAdvice(engine("docker"), size), "docker run --memory 32m ...");
  EXPECT_EQ(SetMemoryMaxAdvice(engine("podman"), size), "podman run --memory 32m ...");
  EXPECT_EQ(SetMemoryMaxAdvice(engine("containerd"), size), "nerdctl run --memory 32m ...");
  EXPECT_EQ(SetMemoryMaxAdvice(engine("containerd", true), size),
            "set resources.limits.memory: 32Mi for the container in the pod's manifest");
  for (const char* runtime : {"runc", "crun"}) {
    EXPECT_EQ(SetMemoryMaxAdvice(engine(runtime), size),
              "set linux.resources.memory.limit to 33554432 in config.json");
  }
  EXPECT_EQ(SetMemoryMaxAdvice(engine("lxc"), size),
            "set lxc.cgroup2.memory.max = 33554432 in the container's config");
  EXPECT_EQ(SetMemoryMaxAdvice(engine("lxc"), size, CgroupVersion::kV1),
            "set lxc.cgroup.memory.limit_in_bytes = 33554432 in the container's config");
  EXPECT_EQ(SetMemoryMaxAdvice(engine("headroom"), size), "headroom run --memory 32m ...");
  EXPECT_EQ(SizeShmAdvice(engine("headroom"), size), "headroom run --shm 32m ...");
  EXPECT_EQ(SizeShmAdvice(engine("podman"), Bytes{12288}), "podman run --shm-size 12k ...");
  EXPECT_EQ(SizeShmAdvice(engine("runc"), Bytes{5}),
            "set size=5 among the options of the mount on /dev/shm in config.json");
  EXPECT_NE(SizeShmAdvice(engine("cri-o", true), size).find("sizeLimit: 32Mi"), std::string::npos);
  EXPECT_NE(SizeShmAdvice(engine("lxc"), size).find("size=32m"), std::string::npos);
  EXPECT_EQ(SizeShmAdvice(engine("systemd"), size),
            "set size=32m where the unit mounts its /dev/shm, for example "
            "TemporaryFileSystem=/dev/shm:size=32m,mode=1777")
      << "by mount(8) it would be the host's";
  EXPECT_NE(SetMemoryHighAdvice(engine("crun"), size).find("unified"), std::string::npos);
  EXPECT_NE(SetMemoryHighAdvice(engine("lxc"), size).find("memory.high"), std::string::npos);
  EXPECT_NE(SetMemoryHighAdvice(engine("docker"), size).find("headroomd"), std::string::npos);
  EXPECT_NE(SetMemoryHighAdvice(engine("headroom"), size).find("headroomd"), std::string::npos);
}

/// All that may be advised about `facts`.
std::vector<std::string> AllAdvice(const ContainerFacts& facts) {
  return {SetMemoryHighAdvice(facts.engine, Mebibytes(32)),
          SetSwapMaxAdvice(facts.engine, Mebibytes(64), Bytes{0}, facts.cgroup_version),
          LastingSwapMaxAdvice(facts, *facts.unit, Bytes{0}),
          SetOomGroupAdvice(facts, true),
          SetOomGroupAdvice(facts, false),
          SetMemoryLowAdvice(facts, Bytes{0}),
          SetMemoryMinAdvice(facts, Bytes{0}),
          SetHugetlbMaxAdvice(facts.engine, Mebibytes(2), Bytes{0}),
          SetPidsMaxAdvice(facts.engine, Count{100}),
          SetOomScoreAdjAdvice(facts.engine, 0),
          SetMemlockAdvice(facts.engine, Kibibytes(64)),
          SizeShmAdvice(facts.engine, Mebibytes(32)),
          MoveMemoryHighAdvice(facts, Mebibytes(32))};
}

/// A command has no config.json, and `headroom run` few options.
TEST(Advice, NeverSendsTheUserOfACommandToAConfigJson) {
  ContainerFacts facts;
  facts.engine.engine = kCommandEngine;
  facts.cgroup.path = "/system.slice/headroom-run-job-7.scope";
  facts.unit = UnitFacts{.name = "headroom-run-job-7.scope", .sets_swap_max = false};
  for (const std::string& advice : AllAdvice(facts)) {
    EXPECT_EQ(advice.find("config.json"), std::string::npos) << advice;
    EXPECT_EQ(advice.find("--cgroup-conf"), std::string::npos) << advice;
  }
}

TEST(Advice, SpeaksOfAUnitInSystemdsWords) {
  ContainerFacts facts;
  facts.engine.engine = kUnitEngine;
  facts.engine.name = "web.service";
  facts.cgroup.path = "/system.slice/web.service";
  facts.unit = UnitFacts{.name = "web.service", .sets_swap_max = false};
  for (const std::string& advice : AllAdvice(facts)) {
    EXPECT_EQ(advice.find("config.json"), std::string::npos) << advice;
    EXPECT_EQ(advice.find("/sys/fs/cgroup"), std::string::npos)
        << advice << ": systemd would write it anew";
  }
  EXPECT_EQ(SetMemoryMaxAdvice(facts.engine, Mebibytes(64)),
            "systemctl set-property web.service MemoryMax=67108864");
  EXPECT_EQ(SetSwapMaxAdvice(facts.engine, Mebibytes(64), Bytes{0}, facts.cgroup_version),
            "systemctl set-property web.service MemorySwapMax=0");
  EXPECT_EQ(SetOomGroupAdvice(facts, true),
            "put OOMPolicy=kill below [Service] (systemctl edit web.service), then start it again");
  facts.engine.name = "dev-disk\\x2dby.service";
  EXPECT_EQ(SetPidsMaxAdvice(facts.engine, Count{7}),
            "systemctl set-property 'dev-disk\\x2dby.service' TasksMax=7");
}

}  // namespace
}  // namespace headroom
