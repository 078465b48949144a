#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/install/testing/engine_test.h"

namespace headroom {
namespace {

using nlohmann::json;
using Files = std::map<std::string, std::string>;

constexpr const char* kFile = "etc/cdi/headroom.json";

class InstallCdi : public EngineTest {
 protected:
  InstallCdi() : EngineTest("cdi") {}
};

TEST_F(InstallCdi, MakesADeviceOfTwoHooksAndRemovesIt) {
  machine_.Write("etc/cdi/other.json", R"({"kind":"vendor.example/gpu","devices":[]})");
  ExpectSays(Install(), 0, "--device headroom.dev/memory=watch");
  const json spec = json::parse(machine_.Read(kFile));
  EXPECT_EQ(spec["kind"], "headroom.dev/memory");
  const json hooks = spec["devices"][0]["containerEdits"]["hooks"];
  ASSERT_EQ(hooks.size(), 2U);
  EXPECT_EQ(hooks[0]["hookName"], "createRuntime");
  EXPECT_EQ(hooks[0]["args"], json({"headroom-hook", "createRuntime"}));
  EXPECT_EQ(hooks[1]["hookName"], "poststop");
  EXPECT_EQ(hooks[1]["path"], machine_.engines().hook);
  ExpectSays(Install(), 0, "already registered");
  ExpectSays(Uninstall(), 0, "starts no more");
  EXPECT_EQ(machine_.Files("etc/cdi").size(), 1U);
  ExpectSays(Uninstall(), 0, "not registered");
}

TEST_F(InstallCdi, UninstallRefusesWhileAContainerWasMadeWithTheDevice) {
  ASSERT_EQ(Install().status, 0);
  const Files files = machine_.Files("etc/cdi");
  machine_.SetPodmanContainers(std::string(
      R"([{"Name":"web","Config":{"CreateCommand":["--device","headroom.dev/memory=watch"]}}])"));
  machine_.Write("docker/containers/aaa/hostconfig.json",
                 R"({"DeviceRequests":[{"DeviceIDs":["headroom.dev/memory=watch"]}]})");
  machine_.Write("docker/containers/aaa/config.v2.json", R"({"Name":"/db"})");
  ExpectSays(Uninstall(), 1, "would not start without it: web db;");
  ExpectSays(Uninstall({"--dry-run"}), 1, "web db");
  EXPECT_EQ(machine_.Files("etc/cdi"), files);
  machine_.Remove("docker/containers");
  machine_.SetPodmanContainers(MakeError(ErrorCode::kSystem, "podman", "failed"));
  ExpectSays(Uninstall(), 1, "is not known");
  machine_.SetPodmanContainers(std::string("no list"));
  ExpectSays(Uninstall(), 1, "is not known");
  EXPECT_EQ(machine_.Files("etc/cdi"), files);
  machine_.SetPodmanContainers(std::string("[]"));
  ExpectSays(Uninstall(), 0, "no longer registered");
  ASSERT_EQ(Install().status, 0);
  machine_.SetPodmanContainers(MakeError(ErrorCode::kNotFound, "podman", "is not here"));
  ExpectSays(Uninstall(), 0, "no longer registered");
}

TEST_F(InstallCdi, ADryRunShowsTheFileAndWritesNone) {
  ExpectSays(machine_.Run({"install", "cdi", "--dry-run"}, /*root=*/false), 0,
             "+++ " + machine_.Path(kFile));
  EXPECT_FALSE(machine_.Exists(kFile));
}

TEST_F(InstallCdi, AFileOfThatNameThatIsAnothersStays) {
  machine_.Write(kFile, R"({"kind":"vendor.example/gpu"})");
  ExpectSays(Install(), 1, "is there already");
  ExpectSays(Uninstall(), 1, "remove it by hand");
  EXPECT_EQ(machine_.Files("etc/cdi"),
            (Files{{"headroom.json", R"({"kind":"vendor.example/gpu"})"}}));
}

TEST_F(InstallCdi, TwoFilesOfOurKindAreNotMade) {
  machine_.Write("etc/cdi/mine.json", R"({"kind":"headroom.dev/memory","devices":[]})");
  machine_.Write("etc/cdi/broken.json", "{");
  ExpectSays(Install(), 1, "mine.json");
  EXPECT_FALSE(machine_.Exists(kFile));
}

TEST_F(InstallCdi, WithoutTheHooksProgramNothingIsWritten) {
  machine_.Remove("lib/headroom-hook");
  ExpectSays(Install(), 1, "headroom-hook");
  EXPECT_FALSE(machine_.Exists(kFile));
}

TEST_F(InstallCdi, TakesRoot) {
  ExpectSays(machine_.Run({"install", "cdi"}, /*root=*/false), 1, "takes root");
  ExpectSays(machine_.Run({"uninstall", "cdi"}, /*root=*/false), 1, "takes root");
}

}  // namespace
}  // namespace headroom
