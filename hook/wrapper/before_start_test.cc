#include "hook/wrapper/before_start.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/file.h"
#include "container/testing/fake_host.h"
#include "evidence/store.h"

namespace headroom {
namespace {

using nlohmann::json;

class RecordingReporter : public Reporter {
 public:
  void ToUser(std::string_view line) override { user.emplace_back(line); }
  void ToJournal(LogLevel /*level*/, std::string_view line) override { journal.emplace_back(line); }
  [[nodiscard]] bool JournalSays(std::string_view part) const {
    for (const std::string& line : journal) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }
  std::vector<std::string> user;
  std::vector<std::string> journal;
};

constexpr const char* kConfig = R"({"root":{"path":"rootfs"}, "x" : 1.0,
  "mounts":[{"destination":"/dev/shm","type":"tmpfs","options":["nosuid","size=65536k"]}],
  "linux":{"resources":{"memory":{"limit":67108864}}}})";

class BeforeStartTest : public testing::Test {
 protected:
  BeforeStartTest() {
    environment_.host = host_.view();
    environment_.paths = {.run_dir = host_.path() + "/run",
                          .store_dir = host_.path() + "/store",
                          .config_dir = host_.path() + "/etc"};
    host_.Write("lib/headroom-hook", "#!/bin/sh\n");
    environment_.hook_path = host_.path() + "/lib/headroom-hook";
    EXPECT_EQ(chmod(environment_.hook_path.c_str(), 0755), 0);
    host_.Write("bundle/config.json", kConfig);
    call_.command = "create";
    call_.bundle = host_.bundle();
    call_.id = "web";
    call_.log = host_.path() + "/log.json";
    call_.json_log = true;
  }

  std::optional<int> Run() {
    reporter_ = {};
    return BeforeStart(call_, environment_, reporter_);
  }
  /// In that cgroup, without a limit of any kind.
  void StartIn(const std::string& cgroups_path) {
    host_.Write(
        "bundle/config.json",
        json{{"root", {{"path", "rootfs"}}}, {"linux", {{"cgroupsPath", cgroups_path}}}}.dump());
  }
  [[nodiscard]] std::string Text(const std::string& name = "bundle/config.json") const {
    return ReadFileAt(AT_FDCWD, host_.path() + "/" + name, 1U << 20U).value_or("");
  }
  [[nodiscard]] json Config() const { return json::parse(Text()); }
  void SetPolicy(const std::string& text) { host_.Write("etc/policy.json", text); }

  FakeHost host_;
  WrapperEnvironment environment_;
  RuntimeCall call_;
  RecordingReporter reporter_;
};

TEST_F(BeforeStartTest, RegistersItsHooksAndLeavesAllElseAsItIs) {
  EXPECT_EQ(Run(), std::nullopt);
  json config = Config();
  EXPECT_EQ(config["hooks"]["createRuntime"][0]["path"], environment_.hook_path);
  EXPECT_EQ(config["hooks"]["poststop"].size(), 1U);
  config.erase("hooks");
  EXPECT_EQ(config, json::parse(kConfig));
  EXPECT_NE(Text().find("\"x\" : 1.0,"), std::string::npos);
  EXPECT_TRUE(reporter_.user.empty()) << "standard error may be the container's";
  EXPECT_EQ(Text("log.json"), "");
}

TEST_F(BeforeStartTest, FixesWhatPolicySaysAndASecondStartChangesNothing) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","at_most":"32M","fix_to":"32M"},
                         "shm-sized":{"action":"fix","max_share":0.25}}})");
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_EQ(Config()["linux"]["resources"]["memory"]["limit"], 33554432);
  EXPECT_EQ(Config()["mounts"][0]["options"][1], "size=8192k") << "by the limit that it has now";
  EXPECT_TRUE(reporter_.JournalSays("fixed: linux.resources.memory.limit is now 33554432"));
  const auto identity = [this] {
    struct stat info{};
    EXPECT_EQ(stat((host_.bundle() + "/config.json").c_str(), &info), 0);
    return info.st_ino;
  };
  const std::string settled = Text();
  const ino_t inode = identity();
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_EQ(Text(), settled);
  EXPECT_EQ(identity(), inode) << "not even written again";
  EXPECT_FALSE(reporter_.JournalSays("fixed: ")) << "an edit, judged again, is clean";
}

TEST_F(BeforeStartTest, WarnsOnlyThroughTheHookThatComesLater) {
  SetPolicy(R"({"rules":{"shm-sized":{"action":"warn","max_share":0.25}}})");
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_TRUE(reporter_.journal.empty());
}

TEST_F(BeforeStartTest, DeniesWithOneLineInTheLogAndTheSameOnStandardError) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"deny","at_most":"32M"}}})");
  EXPECT_EQ(Run(), 1);
  EXPECT_EQ(Text(), kConfig);
  ASSERT_EQ(reporter_.user.size(), 1U);
  EXPECT_TRUE(reporter_.user[0].starts_with("headroom: denied: memory-max-required: "));
  const json line = json::parse(Text("log.json"));
  EXPECT_EQ(line.at("level"), "error");
  EXPECT_EQ(line.at("msg"), reporter_.user[0]);
  EXPECT_EQ(line.size(), 3U);
  EXPECT_EQ(reporter_.journal.at(0), reporter_.user[0]);
}

TEST_F(BeforeStartTest, KeepsEachDenialForWhoeverAsksWhy) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"deny","at_most":"32M"}}})");
  EXPECT_EQ(Run(), 1);
  EXPECT_EQ(Run(), 1);
  const auto bundles = Store(environment_.paths.store_dir).List();
  ASSERT_TRUE(bundles) << bundles.error().Message();
  ASSERT_EQ(bundles->size(), 2U) << "each start that was refused";
  EXPECT_EQ(bundles->front().kind, BundleKind::kDenied);
  const auto record = ReadFileAt(AT_FDCWD, bundles->front().path + "/container.json", 1 << 20);
  const auto kept = ParseEnrolment(record.value(), "container.json");
  EXPECT_TRUE(kept) << kept.error().Message();
  EXPECT_TRUE(reporter_.JournalSays("the decision is kept in"));
}

TEST_F(BeforeStartTest, ADenialThatCannotBeKeptIsOneAllTheSame) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"deny","at_most":"32M"}}})");
  host_.Write("a-file", "");
  environment_.paths.store_dir = host_.path() + "/a-file/store";
  EXPECT_EQ(Run(), 1);
  EXPECT_TRUE(reporter_.JournalSays("could not be kept"));
}

TEST_F(BeforeStartTest, ADeniedContainerIsNotFixedEither) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","at_most":"32M","fix_to":"32M"},
                         "shm-sized":{"action":"deny","max_share":0.25}}})");
  EXPECT_EQ(Run(), 1);
  EXPECT_EQ(Text(), kConfig);
}

TEST_F(BeforeStartTest, AFixThatBreaksWhatARuleDeniesIsADenialAndNothingIsWritten) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","at_most":"32M","fix_to":"32M"},
                         "shm-sized":{"action":"deny","max_share":1.0}}})");
  EXPECT_EQ(Run(), 1) << "64 MiB of /dev/shm fitted the limit of before";
  EXPECT_EQ(Text(), kConfig);
}

TEST_F(BeforeStartTest, ThatItIsDeniedIsDecidedBeforeAnybodyIsTold) {
  int denied = 0;
  environment_.denied = [&] {
    ++denied;
    EXPECT_TRUE(reporter_.user.empty());
  };
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_EQ(denied, 0);
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"deny","at_most":"32M"}}})");
  EXPECT_EQ(Run(), 1);
  EXPECT_EQ(denied, 1);
}

TEST_F(BeforeStartTest, ALogThatCannotBeWrittenDeniesStill) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"deny","at_most":"32M"}}})");
  call_.log = host_.path() + "/not/there";
  EXPECT_EQ(Run(), 1);
  EXPECT_EQ(reporter_.user.size(), 1U);
  EXPECT_TRUE(reporter_.JournalSays("/not/there"));
}

TEST_F(BeforeStartTest, WhatIsBrokenStopsAContainerOnlyWhenCalledClosed) {
  const std::vector<std::function<void()>> breaks = {
      [this] { host_.Write("bundle/config.json", "{ broken"); },
      [this] { host_.Write("bundle/config.json", R"({"linux":7})"); },
      [this] {
        std::filesystem::remove(host_.bundle() + "/config.json");
        EXPECT_EQ(symlink("/etc/hostname", (host_.bundle() + "/config.json").c_str()), 0);
      },
      [this] { std::filesystem::remove(host_.bundle() + "/config.json"); },
      [this] { call_.bundle = "/not/there"; }};
  for (const auto& break_it : breaks) {
    break_it();
    call_.on_error = OnError::kOpen;
    EXPECT_EQ(Run(), std::nullopt);
    EXPECT_TRUE(reporter_.user.empty());
    EXPECT_TRUE(reporter_.JournalSays("headroom: warning: "));
    call_.on_error = OnError::kClosed;
    EXPECT_EQ(Run(), 1);
    ASSERT_EQ(reporter_.user.size(), 1U);
    EXPECT_TRUE(reporter_.user[0].starts_with("headroom: error: ")) << reporter_.user[0];
    EXPECT_EQ(reporter_.user[0].find("No such file or directory"), std::string::npos)
        << "an engine would take it for another failure: " << reporter_.user[0];
  }
}

TEST_F(BeforeStartTest, ABrokenPolicyStopsAContainerOnlyWhenCalledClosed) {
  SetPolicy("{ broken");
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_TRUE(reporter_.JournalSays("policy.json"));
  call_.on_error = OnError::kClosed;
  EXPECT_EQ(Run(), 1);
}

TEST_F(BeforeStartTest, AHookThatIsNotThereIsNotRegistered) {
  environment_.hook_path = host_.path() + "/lib/missing";
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_EQ(Text(), kConfig) << "every start would fail";
  EXPECT_TRUE(reporter_.JournalSays("unwatched"));
}

TEST_F(BeforeStartTest, CrunsOtherNameOfTheConfigIsUsed) {
  host_.Write("elsewhere/other.json", kConfig);
  call_.config = host_.path() + "/elsewhere/other.json";
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_EQ(Text(), kConfig);
  EXPECT_NE(Text("elsewhere/other.json"), kConfig);
}

constexpr const char* kDenyUnlimited =
    R"({"rules":{"memory-max-required":{"action":"deny"},"pids-bounded":{"action":"deny"}}})";

TEST_F(BeforeStartTest, ALimitOfTheSliceThatConfigJsonNamesIsOneOfTheContainers) {
  SetPolicy(kDenyUnlimited);
  host_.AddCgroup("/agents.slice", "268435456", "max");
  host_.Write("cg/agents.slice/pids.max", "500\n");
  StartIn("agents.slice:docker:web");
  EXPECT_EQ(Run(), std::nullopt);
  StartIn("/agents.slice/web");
  EXPECT_EQ(Run(), std::nullopt);
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","fix_to":"32M"},
                         "pids-bounded":{"action":"fix","fix_to":100}}})");
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_FALSE(Config()["linux"].contains("resources")) << "nobody needs a limit more";
}

TEST_F(BeforeStartTest, WhereTheSliceHasNoLimitEitherItIsDeniedAndToldSo) {
  SetPolicy(kDenyUnlimited);
  host_.AddCgroup("/agents.slice", "max", "max");
  StartIn("agents.slice:docker:web");
  EXPECT_EQ(Run(), 1);
  EXPECT_NE(reporter_.user.at(0).find("on the container and on 1 cgroup above it"),
            std::string::npos)
      << reporter_.user.at(0);
}

TEST_F(BeforeStartTest, WhatOnlyTheCgroupsAboveCouldTellIsLeftToTheHook) {
  host_.Write("proc/meminfo", "MemTotal: 2097152 kB\nSwapTotal: 1048576 kB\n");
  for (const char* policy : {kDenyUnlimited,
                             R"({"rules":{"memory-max-required":{"action":"fix","fix_to":"32M"},
                     "pids-bounded":{"action":"fix","fix_to":100}}})",
                             R"({"rules":{"swap-bounded":{"action":"deny","at_most":0}}})"}) {
    SetPolicy(policy);
    for (const char* path : {"", "not-there-yet.slice:docker:web", "relative/web"}) {
      StartIn(path);
      EXPECT_EQ(Run(), std::nullopt) << policy << path;
      EXPECT_FALSE(Config()["linux"].contains("resources")) << policy << path;
    }
  }
}

TEST_F(BeforeStartTest, ALimitOfItsOwnIsAskedForWhateverStandsAbove) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"deny","ancestor_counts":false}}})");
  StartIn("not-there-yet.slice:docker:web");
  EXPECT_EQ(Run(), 1);
}

TEST_F(BeforeStartTest, AnOverrideForASliceHoldsByTheCgroupThatConfigJsonNames) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"deny","ancestor_counts":false}},
                "overrides":[{"match":{"cgroup_prefix":"/agents.slice"},"profile":"advise"}]})");
  for (const char* path :
       {"agents.slice:docker:web", "agents-web.slice:docker:web", "/agents.slice/web"}) {
    StartIn(path);
    EXPECT_EQ(Run(), std::nullopt) << path;
  }
  for (const char* path : {"batch.slice:docker:web", "agents2.slice:docker:web", "/docker/web"}) {
    StartIn(path);
    EXPECT_EQ(Run(), 1) << path;
  }
}

TEST_F(BeforeStartTest, WhereTheCgroupCannotBeToldItsOverridesRulesAreLeftToTheHook) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"deny","ancestor_counts":false},
                         "memlock-bounded":{"action":"fix","at_most":"1M"}},
                "overrides":[{"match":{"cgroup_prefix":"/agents.slice"},
                              "rules":{"memory-max-required":{"action":"off"}}}]})");
  StartIn("");
  EXPECT_EQ(Run(), std::nullopt);
  StartIn("agents.slice:docker:web");
  environment_.uid = 1000;  // its own systemd has its slices at some other place
  EXPECT_EQ(Run(), std::nullopt);
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"deny","ancestor_counts":false}},
                "overrides":[{"match":{"cgroup_prefix":"/agents.slice","name":"no"},
                              "rules":{"memory-max-required":{"action":"off"}}},
                             {"match":{"cgroup_prefix":"/agents.slice"},
                              "rules":{"pids-bounded":{"action":"off"}}}]})");
  EXPECT_EQ(Run(), 1) << "one does not hold whatever its cgroup is, one says nothing of it";
}

TEST_F(BeforeStartTest, WithoutAHookThatFollowsOnlyAClosedCallGoesByConfigJsonAlone) {
  SetPolicy(kDenyUnlimited);
  environment_.hook_path = host_.path() + "/lib/missing";
  StartIn("not-there-yet.slice:docker:web");
  EXPECT_EQ(Run(), std::nullopt) << "a container starts also when Headroom is broken";
  EXPECT_TRUE(reporter_.JournalSays("unwatched"));
  EXPECT_TRUE(reporter_.JournalSays("judged by nobody"));
  call_.on_error = OnError::kClosed;
  EXPECT_EQ(Run(), 1);
  EXPECT_NE(reporter_.user.at(0).find("not known"), std::string::npos) << reporter_.user.at(0);
}

TEST_F(BeforeStartTest, NothingIsSaidOrDoneTwiceWhenTheHookIsThereAlready) {
  EXPECT_EQ(Run(), std::nullopt);
  const std::string once = Text();
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_EQ(Text(), once);
}

}  // namespace
}  // namespace headroom
