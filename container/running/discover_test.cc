#include "container/running/discover.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

// As runc 1.1.5 and crun 1.8.1 write them, shortened.
constexpr std::string_view kRuncState =
    R"({"id":"web","init_process_pid":4321,"init_process_start":99887,"rootless":false,
        "config":{"mounts":[{"source":"x"}],"labels":["a=b","bundle=/run/b/web"]},
        "cgroup_paths":{"":"/sys/fs/cgroup/box.slice/web.scope"}})";
constexpr std::string_view kCrunStatus =
    R"({"pid":4321,"process-start-time":99887,"cgroup-path":"/a","scope":"","rootfs":"rootfs",
        "systemd-cgroup":true,"bundle":"/run/b/db","owner":"root","detached":true})";

TEST(ParseRuncState, TellsProcessAndBundle) {
  const auto container = ParseRuncState(kRuncState, "state.json");
  ASSERT_TRUE(container) << container.error().Message();
  EXPECT_EQ(container->id, "web");
  EXPECT_EQ(container->init, (ProcessId{.pid = 4321, .start_ticks = 99887}));
  EXPECT_EQ(container->bundle_dir, "/run/b/web");
  EXPECT_EQ(container->runtime, "runc");
  EXPECT_EQ(container->cgroup, "/box.slice/web.scope");
}

TEST(ParseCrunStatus, TellsProcessAndBundle) {
  const auto container = ParseCrunStatus(kCrunStatus, "db", "status");
  ASSERT_TRUE(container) << container.error().Message();
  EXPECT_EQ(container->id, "db");
  EXPECT_EQ(container->init, (ProcessId{.pid = 4321, .start_ticks = 99887}));
  EXPECT_EQ(container->bundle_dir, "/run/b/db");
  EXPECT_EQ(container->runtime, "crun");
  EXPECT_EQ(container->cgroup, "/a");
}

TEST(RuntimeState, ACgroupThatIsNotBelowItsMountIsNotKnown) {
  for (const char* paths :
       {R"({"memory":"/sys/fs/cgroup/memoryx/y"})", R"({"memory":"/sys/fs/cgroup/pids/x"})",
        R"({"":"/elsewhere/x"})", "{}", R"({"":"/sys/fs/cgroup"})", R"({"":"/sys/fs/cgroup/../x"})",
        R"({"":"/sys/fs/cgroupx/y"})", R"({"":"/sys/fs/cgroup/x/"})"}) {
    const auto runc = ParseRuncState(
        fmt::format(R"({{"id":"w","init_process_pid":1,"cgroup_paths":{}}})", paths), "s");
    ASSERT_TRUE(runc) << runc.error().Message();
    EXPECT_EQ(runc->cgroup, "") << paths;
  }
  EXPECT_EQ(ParseRuncState(R"({"id":"w","init_process_pid":1,"cgroup_paths":{
              "memory":"/sys/fs/cgroup/memory/a/w","pids":"/sys/fs/cgroup/pids/b"}})",
                           "s")
                ->cgroup,
            "/a/w")
      << "cgroup v1";
  EXPECT_EQ(ParseCrunStatus(R"({"pid":1,"cgroup-path":"x"})", "w", "s")->cgroup, "");
  EXPECT_EQ(ParseCrunStatus(R"({"pid":1,"cgroup-path":"/"})", "w", "s")->cgroup, "");
}

TEST(RuntimeState, RefusesWhatNamesNoProcess) {
  for (const char* bad :
       {"", "[]", R"({"id":"w"})", R"({"id":"w","init_process_pid":0})",
        R"({"id":"w","init_process_pid":-1})", R"({"id":"w","init_process_pid":4294967296})",
        R"({"id":"","init_process_pid":1})", R"({"init_process_pid":1})",
        R"({"id":"w","init_process_pid":1,"config":{"labels":[1]}})"}) {
    EXPECT_EQ(ParseRuncState(bad, "s").error().code, ErrorCode::kMalformed) << bad;
  }
  for (const char* bad : {"", "{}", R"({"pid":0})", R"({"pid":"1"})", R"({"pid":1,"bundle":7})"}) {
    EXPECT_EQ(ParseCrunStatus(bad, "x", "s").error().code, ErrorCode::kMalformed) << bad;
  }
}

class DiscoverTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> Found() const {
    std::vector<std::string> ids;
    for (const RunningContainer& found : DiscoverRunning(host_.view(), host_.path() + "/run")) {
      ids.push_back(found.id);
    }
    return ids;
  }
  FakeHost host_;
};

TEST_F(DiscoverTest, NothingThereIsNothingFound) { EXPECT_TRUE(Found().empty()); }

TEST_F(DiscoverTest, LooksWhereEveryEngineHasItsStates) {
  host_.Write("run/crun/db/status", std::string(kCrunStatus));
  host_.Write("run/docker/runtime-runc/moby/x/state.json", std::string(kRuncState));
  host_.Write("run/containerd/runc/k8s.io/c/status", std::string(kCrunStatus));
  host_.Write("run/runc/.lock", "");
  EXPECT_EQ(Found(), (std::vector<std::string>{"c", "db", "web"}));
}

TEST_F(DiscoverTest, PassesOverWhatHasEndedOrIsBroken) {
  host_.Write("run/runc/web/state.json", std::string(kRuncState));
  host_.Write("run/runc/broken/state.json", "{");
  host_.Write("run/runc/gone/state.json", R"({"id":"gone","init_process_pid":99999})");
  host_.Write("run/runc/reused/state.json",
              R"({"id":"reused","init_process_pid":4321,"init_process_start":5})");
  EXPECT_EQ(Found(), std::vector<std::string>{"web"});
  host_.AddProcess(FakeHost::kInit, "web", 1, FakeHost::kInitStart, "/x", 'Z');
  EXPECT_TRUE(Found().empty());
}

TEST_F(DiscoverTest, BelievesNoFileThatOthersMayWriteOrThatIsALink) {
  host_.Write("run/runc/web/state.json", std::string(kRuncState));
  const std::string file = host_.path() + "/run/runc/web/state.json";
  ASSERT_EQ(chmod(file.c_str(), 0666), 0);
  EXPECT_TRUE(Found().empty());
  ASSERT_EQ(unlink(file.c_str()), 0);
  host_.Write("elsewhere", std::string(kRuncState));
  ASSERT_EQ(symlink((host_.path() + "/elsewhere").c_str(), file.c_str()), 0);
  EXPECT_TRUE(Found().empty());
  ASSERT_EQ(unlink(file.c_str()), 0);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  EXPECT_TRUE(Found().empty()) << "and never waits";
}

}  // namespace
}  // namespace headroom
