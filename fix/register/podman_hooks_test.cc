#include "fix/register/podman_hooks.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

using nlohmann::json;
using Dirs = std::vector<std::string>;

constexpr const char* kHook = "/usr/lib/headroom/headroom-hook";

TEST(PodmanHooks, AreAFileAStageTheEndFirst) {
  const auto files = PodmanHookFiles({.program = kHook});
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].name, "headroom-stop.json");
  EXPECT_EQ(files[1].name, "headroom-create.json");
  for (const PodmanHookFile& file : files) {
    const json hook = json::parse(file.text);
    EXPECT_EQ(hook["version"], "1.0.0");
    EXPECT_EQ(hook["hook"]["args"], json({"headroom-hook", file.stage}));
    EXPECT_EQ(hook["when"], json({{"always", true}}));
    EXPECT_EQ(hook["stages"], json({file.stage}));
    const auto read = ReadPodmanHook(file.text, file.name);
    ASSERT_TRUE(read) << read.error().Message();
    EXPECT_TRUE(read->Calls(kHook, file.stage));
    EXPECT_FALSE(read->Calls("/usr/bin/nvidia", file.stage));
  }
  EXPECT_EQ(files[0].stage, "poststop");
  EXPECT_EQ(files[1].stage, "createRuntime");
}

TEST(PodmanHooks, AHookAtPrestartIsOneAtCreateRuntime) {
  const auto hook = ReadPodmanHook(
      R"({"hook":{"path":"/opt/headroom-hook"},"stages":["prestart","poststart"]})", "a.json");
  ASSERT_TRUE(hook);
  EXPECT_TRUE(hook->Calls(kHook, "createRuntime"));
  EXPECT_FALSE(hook->Calls(kHook, "poststop"));
}

TEST(PodmanHooks, WhatIsNoHookIsAnErrorThatNamesTheFile) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"hook":7})", R"({"hook":{}})", R"({"hook":{"path":1}})",
        R"({"hook":{"path":"/a"},"stages":7})", R"({"hook":{"path":"/a"},"stages":[7]})"}) {
    const auto hook = ReadPodmanHook(text, "a.json");
    ASSERT_FALSE(hook) << text;
    EXPECT_NE(hook.error().Message().find("a.json"), std::string::npos);
  }
  EXPECT_TRUE(ReadPodmanHook(R"({"hook":{"path":"/a"}})", "a.json")) << "of no stage";
}

/// The help of Podman 4.3.1, as far as it is around that line.
std::optional<Dirs> InHelp(const std::string& default_text) {
  return HooksDirsInHelp(
      "Manage pods, containers and images\n\nOptions:\n"
      "      --help                        Help for podman\n"
      "      --hooks-dir strings           Set the OCI hooks directory path (may be set multiple "
      "times)" +
      default_text +
      "\n      --identity string             path to SSH identity file, (CONTAINER_SSHKEY)\n");
}

TEST(PodmanHooks, TheDirectoriesArePodmansOwnWord) {
  EXPECT_EQ(InHelp(" (default [/usr/share/containers/oci/hooks.d])"),
            Dirs{"/usr/share/containers/oci/hooks.d"});
  EXPECT_EQ(InHelp(" (default [/a,/b c])"), (Dirs{"/a", "/b c"}));
  EXPECT_EQ(InHelp(R"( (default [/tmp/h1,"/tmp/h2,x","/q""r",/last]))"),
            (Dirs{"/tmp/h1", "/tmp/h2,x", "/q\"r", "/last"}));
  EXPECT_EQ(InHelp(""), Dirs{}) << "hooks_dir = []: Podman has no setting";
}

TEST(PodmanHooks, AHelpThatNamesNoDirectoryIsNotBelieved) {
  EXPECT_EQ(HooksDirsInHelp(""), std::nullopt);
  EXPECT_EQ(HooksDirsInHelp("podman: no --hooks-dir here\n"), std::nullopt);
  EXPECT_EQ(InHelp(" (default [relative])"), std::nullopt);
  EXPECT_EQ(InHelp(" (default [])"), std::nullopt);
  EXPECT_EQ(InHelp(" (default [/a"), std::nullopt);
  EXPECT_EQ(InHelp("]) (default ["), std::nullopt);
  EXPECT_EQ(InHelp(" (default [\"/a])"), Dirs{"/a"}) << "a quote that is never closed";
}

}  // namespace
}  // namespace headroom
