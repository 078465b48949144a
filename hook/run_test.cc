#include "hook/run.h"

#include <algorithm>
#include <filesystem>

#include "hook/testing/hook_fixture.h"

namespace headroom {
namespace {

TEST_F(HookTest, EnrolsAContainerWithWhatItFound) {
  EXPECT_EQ(Create(), 0);
  const auto enrolled = Enrolled();
  ASSERT_EQ(enrolled.size(), 1U);
  EXPECT_EQ(enrolled[0].id, "web");
  EXPECT_EQ(enrolled[0].init.start_ticks, FakeHost::kInitStart);
  EXPECT_EQ(enrolled[0].cgroup.path, FakeHost::kCgroup);
  EXPECT_EQ(enrolled[0].cgroup.events->max, 3U) << "the baseline";
  EXPECT_EQ(enrolled[0].mode, Mode::kTripwire);
  EXPECT_TRUE(enrolled[0].own_cgroup);
  EXPECT_EQ(enrolled[0].bundle_dir, host_.bundle());
  EXPECT_GT(enrolled[0].enrolled_wall.count(), 0);
}

TEST_F(HookTest, WarnsInOneLineEachWithNumbersAndAdvice) {
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(std::ranges::count(
                reporter_.user,
                "headroom: warning: shm-sized: /dev/shm may hold 64 MiB, 100 % of the memory "
                "limit; policy accepts 32 MiB of the 64 MiB limit; set size=32m among the options "
                "of the mount on /dev/shm in config.json"),
            1);
  EXPECT_TRUE(reporter_.JournalSays("container web (runc)"));
  EXPECT_EQ(Enrolled().at(0).findings.size(), reporter_.user.size());
}

TEST_F(HookTest, PrestartAndCreateRuntimeTogetherEnrolAndWarnOnce) {
  EXPECT_EQ(Run(Stage::kPrestart, StateText()), 0);
  EXPECT_FALSE(reporter_.user.empty());
  EXPECT_EQ(Create(), 0);
  EXPECT_TRUE(reporter_.user.empty());
  EXPECT_EQ(Enrolled().size(), 1U);
}

TEST_F(HookTest, AFullRunDirectoryCostsTheWatcherAndNotTheContainer) {
  std::filesystem::remove_all(environment_.paths.run_dir);
  host_.Write("run", "a file, so nothing fits below");
  for (const OnError on_error : {OnError::kOpen, OnError::kClosed}) {
    EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(), on_error), 0);
    EXPECT_TRUE(reporter_.JournalSays("unwatched"));
  }
}

TEST_F(HookTest, AContainerThatSharesItsCgroupIsEnrolledToBeObserved) {
  host_.SetCgroup(FakeHost::kEngine, "0::" + std::string(FakeHost::kCgroup) + "\n");
  host_.SetProcs(FakeHost::kCgroup, fmt::format("{}\n{}\n", FakeHost::kEngine, FakeHost::kInit));
  EXPECT_EQ(Create(), 0);
  EXPECT_FALSE(Enrolled().at(0).own_cgroup);
  EXPECT_NE(Enrolled().at(0).not_own_reason, "");
}

TEST_F(HookTest, WithoutItsCgroupOfV1ItIsEnrolledAndSaidSo) {
  host_.Write("cg/cgroup.controllers", "cpu\n");
  host_.Write(std::string("cg") + FakeHost::kCgroup + "/cgroup.controllers", "cpu\n");
  host_.Write("proc/mounts", "cgroup /x cgroup rw,memory 0 0\n");
  EXPECT_EQ(Create(), 0);
  EXPECT_FALSE(Enrolled().at(0).own_cgroup);
  EXPECT_NE(Enrolled().at(0).not_own_reason.find("v1"), std::string::npos);
  EXPECT_TRUE(
      reporter_.JournalSays("is not watched: its cgroup of the memory controller, which is on v1"));
}

TEST_F(HookTest, WhatIsBrokenStopsAContainerOnlyWhenInstalledClosed) {
  const std::string broken[] = {"",
                                "{",
                                "[]",
                                R"({"id":7})",
                                R"({"id":"web"})",
                                R"({"id":"web","pid":99999})",
                                std::string(2U << 10U, '['),
                                std::string("{\0}", 3)};
  for (const std::string& state : broken) {
    EXPECT_EQ(Run(Stage::kCreateRuntime, state, OnError::kOpen), 0) << state;
    ASSERT_EQ(reporter_.user.size(), 1U) << state;
    EXPECT_TRUE(reporter_.user[0].starts_with("headroom: warning: ")) << reporter_.user[0];
    EXPECT_EQ(Run(Stage::kCreateRuntime, state, OnError::kClosed), 70) << state;
    ASSERT_EQ(reporter_.user.size(), 1U) << state;
    EXPECT_TRUE(reporter_.user[0].starts_with("headroom: error: ")) << reporter_.user[0];
    EXPECT_EQ(reporter_.user[0].find('\n'), std::string::npos);
  }
  EXPECT_TRUE(Enrolled().empty());
}

TEST_F(HookTest, ABrokenConfigJsonIsAWarning) {
  host_.Write("bundle/config.json", "{ broken");
  EXPECT_EQ(Create(), 0);
  EXPECT_NE(reporter_.user.at(0).find("config.json"), std::string::npos);
  EXPECT_EQ(Enrolled().size(), 1U);
}

TEST_F(HookTest, ABundleThatIsTheRootIsQuietlyNone) {
  EXPECT_EQ(Run(Stage::kCreateRuntime, R"({"id":"web","pid":4321,"bundle":"/"})"), 0);
  EXPECT_EQ(Enrolled().at(0).bundle_dir, "");
  EXPECT_FALSE(std::filesystem::exists("/headroom"));
}

TEST_F(HookTest, NothingThatATerminalObeysComesOut) {
  EXPECT_EQ(Run(Stage::kCreateRuntime,
                R"({"id":"\u001b[31m\u000aweb","pid":4321,"bundle":"/\u001b[2J"})"),
            0);
  for (const std::string& line : reporter_.user) EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_EQ(Enrolled().at(0).id, "\x1b[31m\nweb");
}

TEST_F(HookTest, PoststopMarksADeadGenerationAndIsHarmlessTwice) {
  EXPECT_EQ(Create(), 0);
  const RegistryDir registry(environment_.paths.run_dir);
  EXPECT_EQ(Run(Stage::kPoststop, R"({"id":"web","status":"stopped"})"), 0);
  EXPECT_FALSE(registry.IsStopped(registry.List()->at(0))) << "its init lives";
  std::filesystem::remove_all(host_.path() + "/proc/4321");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Run(Stage::kPoststop, R"({"id":"web","pid":0})"), 0);
    EXPECT_TRUE(registry.IsStopped(registry.List()->at(0)));
    EXPECT_TRUE(reporter_.user.empty());
  }
}

TEST_F(HookTest, PoststopNeverFailsAContainerThatIsGone) {
  for (const char* state : {"", "{", R"({"id":"unknown"})"}) {
    EXPECT_EQ(Run(Stage::kPoststop, state, OnError::kClosed), 0) << state;
  }
}

TEST_F(HookTest, AlmostEveryTruncatedStateIsRefusedAndNoneCrashes) {
  const std::string whole = StateText(R"(,"annotations":{"a":"b"})");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(Run(Stage::kCreateRuntime, whole.substr(0, size), OnError::kClosed), 70) << size;
  }
}

}  // namespace
}  // namespace headroom
