#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/install/testing/engine_machine.h"

namespace headroom {
namespace {

using nlohmann::json;

json Listed(const EngineMachine& machine) {
  const auto ran = machine.Run({"install", "--json"}, /*root=*/false);
  EXPECT_EQ(ran.status, 0) << ran.err;
  json document = json::parse(ran.out);
  EXPECT_EQ(document["schema"], "headroom.engines/1");
  json engines = json::object();
  for (json& engine : document["engines"]) engines[engine["engine"]] = engine;
  return engines;
}

TEST(InstallAlone, ListsTheEnginesThatAreThere) {
  EngineMachine machine;
  json engines = Listed(machine);
  EXPECT_EQ(engines["podman"]["registered"], false);
  EXPECT_EQ(engines["podman"]["where"], machine.Path("usr/hooks.d"));
  EXPECT_EQ(engines["docker"]["registered"], false);
  EXPECT_EQ(engines["docker"]["program"], machine.Path("bin/dockerd"));
  EXPECT_EQ(engines["runc"]["registered"], nullptr);
  EXPECT_FALSE(engines.contains("crun"));
  const auto text = machine.Run({"install"});
  EXPECT_EQ(text.status, 0);
  EXPECT_NE(text.out.find("headroom install podman"), std::string::npos) << text.out;
}

TEST(InstallAlone, TellsWhatIsRegistered) {
  EngineMachine machine;
  ASSERT_EQ(machine.Run({"install", "podman"}).status, 0);
  ASSERT_EQ(machine.Run({"install", "docker", "--default"}).status, 0);
  const json engines = Listed(machine);
  EXPECT_EQ(engines["podman"]["registered"], true);
  EXPECT_EQ(engines["podman"]["note"], nullptr);
  EXPECT_EQ(engines["docker"]["registered"], true);
  EXPECT_EQ(engines["docker"]["note"], "as the default runtime");
}

TEST(InstallAlone, TellsWhatIsNotAsItShouldBe) {
  EngineMachine machine;
  ASSERT_EQ(machine.Run({"install", "podman"}).status, 0);
  ASSERT_EQ(machine.Run({"install", "docker"}).status, 0);
  machine.Remove("lib");
  json engines = Listed(machine);
  EXPECT_NE(engines["podman"]["note"].get<std::string>().find("no container starts"),
            std::string::npos);
  EXPECT_NE(engines["docker"]["note"].get<std::string>().find("do not start"), std::string::npos);
  machine.Remove("usr/hooks.d/headroom-stop.json");
  EXPECT_NE(Listed(machine)["podman"]["note"].get<std::string>().find("not at poststop"),
            std::string::npos);
  machine.Write("etc/docker/daemon.json", "{");
  EXPECT_EQ(Listed(machine)["docker"]["registered"], nullptr);
  machine.SetHelp("");
  EXPECT_EQ(Listed(machine)["podman"]["registered"], nullptr);
}

TEST(InstallAlone, TellsOfContainerd) {
  EngineMachine machine;
  machine.MakeProgram("bin/containerd");
  EXPECT_EQ(Listed(machine)["containerd"]["registered"], false);
  ASSERT_EQ(machine.Run({"install", "containerd"}).status, 0);
  const json engines = Listed(machine);
  EXPECT_EQ(engines["containerd"]["registered"], true);
  EXPECT_EQ(engines["containerd"]["where"], machine.Path("etc/containerd/config.toml"));
  EXPECT_EQ(engines["containerd"]["note"], "as the runtime handler \"headroom\"");
  machine.Write("etc/containerd/config.toml", "version =\n");
  EXPECT_EQ(Listed(machine)["containerd"]["registered"], nullptr);
}

TEST(InstallAlone, TellsOfTheDeviceWhereAnEngineIsThatMayReadIt) {
  EngineMachine machine;
  json engines = Listed(machine);
  EXPECT_EQ(engines["cdi"]["registered"], false);
  EXPECT_EQ(engines["cdi"]["program"], nullptr);
  EXPECT_EQ(engines["cdi"]["where"], machine.Path("etc/cdi/headroom.json"));
  EXPECT_EQ(engines["cdi"]["note"], "for single containers: headroom install cdi");
  ASSERT_EQ(machine.Run({"install", "cdi"}).status, 0);
  engines = Listed(machine);
  EXPECT_EQ(engines["cdi"]["registered"], true);
  EXPECT_EQ(engines["cdi"]["note"], "by --device headroom.dev/memory=watch");
  machine.Remove("lib");
  EXPECT_NE(Listed(machine)["cdi"]["note"].get<std::string>().find("do not start"),
            std::string::npos);
  machine.Write("etc/cdi/headroom.json", "{}");
  EXPECT_EQ(Listed(machine)["cdi"]["registered"], false);
  machine.Remove("bin/podman");
  machine.Remove("bin/dockerd");
  EXPECT_TRUE(Listed(machine).contains("cdi")) << "its file is there";
  machine.Remove("etc/cdi/headroom.json");
  EXPECT_FALSE(Listed(machine).contains("cdi")) << "runc alone reads no devices";
}

TEST(InstallAlone, SaysSoWhereThereIsNoEngine) {
  const EngineMachine machine;
  machine.Remove("bin");
  const auto ran = machine.Run({"install"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.err.find("no engine"), std::string::npos);
  EXPECT_EQ(Listed(machine), json::object());
}

TEST(InstallAlone, RefusesAnEngineThatItDoesNotKnow) {
  const EngineMachine machine;
  EXPECT_EQ(machine.Run({"install", "rkt"}).status, 2);
  EXPECT_EQ(machine.Run({"uninstall", "rkt"}).status, 2);
  EXPECT_EQ(machine.Run({"uninstall", "docker", "--default"}).status, 2);
}

}  // namespace
}  // namespace headroom
