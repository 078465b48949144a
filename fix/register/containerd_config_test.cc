#include "fix/register/containerd_config.h"

#include <gtest/gtest.h>

#include "fix/register/toml_text.h"

#include <string>

namespace headroom {
namespace {

constexpr const char* kWrapper = "/usr/lib/headroom/headroom-runtime";

/// As Debian 12 ships it.
constexpr const char* kDebian = R"(version = 2

[plugins]
  [plugins."io.containerd.grpc.v1.cri"]
    [plugins."io.containerd.grpc.v1.cri".cni]
      bin_dir = "/usr/lib/cni"
      conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.internal.v1.opt"]
    path = "/var/lib/containerd"
)";

/// As a cluster's installer writes it.
constexpr const char* kCluster = R"(# ours
version = 2
[plugins."io.containerd.grpc.v1.cri".containerd]
  default_runtime_name = "runc"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes]
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"  # a comment
      pod_annotations = ["io.example/*", "a\"b"]
      runtime_root = ""
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = ""
        SystemdCgroup = true
)";

Result<std::string> With(std::string_view text) {
  return WithContainerdHandler(text, "config.toml", kWrapper);
}
Result<std::string> Without(std::string_view text) {
  return WithoutContainerdHandler(text, "config.toml");
}
ContainerdConfig Read(std::string_view text) {
  const auto config = ReadContainerdConfig(text, "config.toml");
  EXPECT_TRUE(config) << config.error().Message();
  return config.value_or(ContainerdConfig{});
}

TEST(ContainerdConfig, WhatIsThereStaysInFrontToTheByte) {
  for (const std::string text : {kDebian, kCluster, "version = 2\n", "version = 3\n"}) {
    const auto after = With(text);
    ASSERT_TRUE(after) << after.error().Message();
    EXPECT_TRUE(after->starts_with(text)) << *after;
    EXPECT_TRUE(Read(*after).Has(kWrapper)) << *after;
    EXPECT_EQ(With(*after).value_or(""), *after) << "a second time";
    EXPECT_EQ(Without(*after).value_or(""), text);
    EXPECT_EQ(Without(text).value_or(""), text);
  }
}

TEST(ContainerdConfig, TheSettingsOfTheDefaultHandlerAreTakenOver) {
  const auto after = With(kCluster);
  ASSERT_TRUE(after);
  const std::string added = after->substr(std::string(kCluster).size());
  EXPECT_NE(added.find("SystemdCgroup = true"), std::string::npos) << added;
  EXPECT_NE(added.find("io.example/*"), std::string::npos) << added;
  EXPECT_EQ(added.find("runtime_root"), std::string::npos) << "refused with runc.v2: " << added;
  EXPECT_EQ(added.find("runtimes.runc"), std::string::npos) << added;
  EXPECT_EQ(Read(*after).headroom->type, "io.containerd.runc.v2");
}

TEST(ContainerdConfig, TheDefaultIsWrittenTooWhereAFileNamesNoHandler) {
  for (const std::string text : {kDebian, "", "# nothing\n"}) {
    const ContainerdConfig after = Read(With(text).value_or(""));
    ASSERT_TRUE(after.by_default) << text;
    EXPECT_EQ(after.by_default->type, "io.containerd.runc.v2");
    EXPECT_EQ(after.version, 2);
  }
}

TEST(ContainerdConfig, VersionThreeHasAnotherPlugin) {
  const auto after = With("version = 3\n");
  ASSERT_TRUE(after);
  EXPECT_NE(after->find("[plugins.\"io.containerd.cri.v1.runtime\".containerd.runtimes.headroom]"),
            std::string::npos);
  EXPECT_TRUE(With("version = 4\n"));
}

TEST(ContainerdConfig, OtherVersionsAreRefusedWithWhatToDo) {
  for (const char* text : {"disabled_plugins = [\"cri\"]\n", "version = 1\n", "version = 5\n"}) {
    const auto after = With(text);
    ASSERT_FALSE(after) << text;
    EXPECT_EQ(after.error().code, ErrorCode::kDenied);
    EXPECT_NE(after.error().Message().find("expected 2, 3 or 4"), std::string::npos);
    EXPECT_EQ(Without(text).value_or(""), text);
  }
}

TEST(ContainerdConfig, AFormToWhichNoTableCanBeAddedIsRefused) {
  for (const char* text :
       {"version = 2\nplugins = {}\n",
        "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd]\nruntimes = {runc = "
        "{runtime_type = \"io.containerd.runc.v2\"}}\n",
        "version = 2\n[plugins]\n\"io.containerd.grpc.v1.cri\" = 7\n"}) {
    const auto after = With(text);
    ASSERT_FALSE(after) << *after;
    EXPECT_EQ(after.error().code, ErrorCode::kDenied);
    EXPECT_EQ(after.error().Message().find('\n'), std::string::npos);
  }
}

TEST(ContainerdConfig, BrokenTextIsOneErrorWithItsPlace) {
  for (const auto& [text, place] :
       {std::pair{"version = 2\nversion = 2\n", "line 2"}, std::pair{"a = \n", "line 1"},
        std::pair{"a = \"x\nb\"\n", "line 1, column 7"}, std::pair{"[a\n", "line 1"}}) {
    for (const auto& after : {With(text), Without(text)}) {
      ASSERT_FALSE(after) << text;
      EXPECT_EQ(after.error().code, ErrorCode::kMalformed);
      EXPECT_NE(after.error().Message().find("config.toml: " + std::string(place)),
                std::string::npos)
          << after.error().Message();
      EXPECT_EQ(after.error().Message().find('\n'), std::string::npos);
    }
  }
}

TEST(ContainerdConfig, AHeaderThatBeginsWithNoKeyIsAnErrorAndNoEnd) {
  for (const char* text : {"[%]\n", "[=a]\n", "[[.a]]\n", "[", "[[", "[ #\n", "[\x7f]\n"}) {
    const auto config = ReadContainerdConfig(text, "config.toml");
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().code, ErrorCode::kMalformed);
    EXPECT_EQ(config.error().Message().find('\n'), std::string::npos);
  }
}

TEST(ContainerdConfig, AKeyOfTooManyPartsIsAnErrorAndNoStackOverflow) {
  std::string deep = "a";
  for (int part = 0; part < 200000; ++part) deep += ".a";
  for (const std::string& text : {deep + " = 1\n", "[" + deep + "]\n"}) {
    const auto config = ReadContainerdConfig(text, "config.toml");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, ErrorCode::kMalformed);
  }
}

TEST(ContainerdConfig, AHandlerOfOurNameThatIsAnothersIsNotOurs) {
  const std::string other = std::string(kDebian) +
                            "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.headroom]\n"
                            "runtime_type = \"io.containerd.runsc.v1\"\n";
  EXPECT_FALSE(Read(other).Has(kWrapper));
  EXPECT_TRUE(Read(other).headroom);
  EXPECT_EQ(With(other).value_or(""), other);
}

TEST(ContainerdConfig, TellsWhatElseMatters) {
  const ContainerdConfig config = Read(
      "version = 2\nimports = [\"/etc/containerd/conf.d/*.toml\"]\ndisabled_plugins = "
      "[\"io.containerd.grpc.v1.cri\"]\n[plugins.\"io.containerd.grpc.v1.cri\".containerd]\n"
      "default_runtime_name = \"crun\"\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes."
      "crun.options]\nBinaryName = \"/usr/bin/crun\"\n");
  EXPECT_TRUE(config.imports);
  EXPECT_TRUE(config.cri_disabled);
  EXPECT_EQ(config.default_name, "crun");
  EXPECT_EQ(config.by_default->binary, "/usr/bin/crun");
  EXPECT_TRUE(Read("disabled_plugins = [\"cri\"]\n").cri_disabled);
}

TEST(ContainerdConfig, WhatCameBehindAndInBetweenStays) {
  std::string text = With(kDebian).value_or("");
  text += "\n# mine\n[plugins.\"io.containerd.gc.v1.scheduler\"]\n  pause_threshold = 0.02\n";
  const auto after = Without(text);
  ASSERT_TRUE(after) << after.error().Message();
  EXPECT_EQ(*after, std::string(kDebian) +
                        "\n# mine\n[plugins.\"io.containerd.gc.v1.scheduler\"]\n  "
                        "pause_threshold = 0.02\n");
}

TEST(ContainerdConfig, TheDefaultThatWasWrittenStaysWhereOthersCameSince) {
  std::string text = With(kDebian).value_or("");
  text +=
      "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.kata]\n  runtime_type = "
      "\"io.containerd.kata.v2\"\n";
  const auto after = Without(text);
  ASSERT_TRUE(after) << after.error().Message();
  const ContainerdConfig left = Read(*after);
  EXPECT_FALSE(left.headroom);
  EXPECT_TRUE(left.by_default);
  EXPECT_NE(after->find("runtimes.kata"), std::string::npos);
}

TEST(ContainerdConfig, WhatIsWrittenByHandIsTakenOutOrRefused) {
  const std::string by_hand =
      "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.headroom]\n"
      "runtime_type = \"io.containerd.runc.v2\"\noptions = {BinaryName = \"/x/headroom-runtime\"}\n"
      "[debug]\nlevel = \"info\"\n";
  EXPECT_EQ(Without(by_hand).value_or(""), "version = 2\n[debug]\nlevel = \"info\"\n");
  const std::string inline_form =
      "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd]\nruntimes = {headroom = "
      "{options = {BinaryName = \"/x/headroom-runtime\"}}}\n";
  EXPECT_TRUE(Read(inline_form).Has(kWrapper));
  const auto refused = Without(inline_form);
  ASSERT_FALSE(refused) << *refused;
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
}

TEST(TomlText, ACharacterThatIsNoAsciiStandsInQuotesOrCommentsAlone) {
  EXPECT_TRUE(ParseToml("# gr\u00fc\u00dfe\na = \"\u00fc\" # \u00fc\n", "config.toml"));
  EXPECT_FALSE(ParseToml("bil\u0415\x02", "config.toml"));
  EXPECT_FALSE(ParseToml("crio =222222\u0394i\n", "config.toml"));
  EXPECT_FALSE(ParseToml("\u00fc = 1\n", "config.toml"));
  // A quote that opens no string, as the parser sees it, hides nothing.
  EXPECT_FALSE(ParseToml("e = {Hcrio = 079:'\u03dcri.hook\n", "config.toml"));
}

}  // namespace
}  // namespace headroom
