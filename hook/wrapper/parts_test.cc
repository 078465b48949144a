#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "hook/wrapper/hook_injection.h"
#include "hook/wrapper/real_runtime.h"
#include "hook/wrapper/runtime_log.h"

namespace headroom {
namespace {

using nlohmann::json;

std::string Read(const std::string& path) {
  return ReadFileAt(AT_FDCWD, path, 1U << 20U).value_or("unreadable");
}

JsonText Injected(std::string_view text, OnError on_error = OnError::kOpen) {
  auto config = JsonText::Parse(text, "config.json");
  EXPECT_TRUE(config);
  const auto added = InjectHooks(*config, "/usr/lib/headroom/headroom-hook", on_error);
  EXPECT_TRUE(added) << added.error().Message();
  EXPECT_EQ(*added, config->text() != text);
  return std::move(*config);
}

TEST(InjectHooks, RegistersBothStagesBehindTheHooksThatAreThere) {
  const json hooks =
      json::parse(
          Injected(R"({"hooks":{"createRuntime":[{"path":"/usr/bin/nvidia"}],"other":1}})").text())
          .at("hooks");
  EXPECT_EQ(hooks["createRuntime"].size(), 2U);
  EXPECT_EQ(hooks["createRuntime"][0]["path"], "/usr/bin/nvidia");
  EXPECT_EQ(hooks["createRuntime"][1], json({{"path", "/usr/lib/headroom/headroom-hook"},
                                             {"args", {"headroom-hook", "createRuntime"}},
                                             {"env", {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}},
                                             {"timeout", 10}}));
  EXPECT_EQ(hooks["poststop"][0]["args"], json({"headroom-hook", "poststop"}));
  EXPECT_EQ(hooks["other"], 1);
}

TEST(InjectHooks, ASecondTimeAddsNothing) {
  for (const char* text : {"{}", R"({"hooks":null})", R"({"hooks":{"poststop":[]}})"}) {
    const std::string once = Injected(text).text();
    EXPECT_EQ(Injected(once).text(), once);
    EXPECT_EQ(json::parse(once)["hooks"]["poststop"].size(), 1U);
  }
}

TEST(InjectHooks, AHookAtPrestartOrInAnotherPlaceIsTheSame) {
  const json hooks =
      json::parse(Injected(R"({"hooks":{"prestart":[{"path":"/opt/headroom-hook"}]}})").text())
          .at("hooks");
  EXPECT_FALSE(hooks.contains("createRuntime"));
  EXPECT_TRUE(hooks.contains("poststop"));
}

TEST(InjectHooks, PassesOnWhatAnErrorCosts) {
  const json hooks = json::parse(Injected("{}", OnError::kClosed).text()).at("hooks");
  EXPECT_EQ(hooks["createRuntime"][0]["args"],
            json({"headroom-hook", "createRuntime", "--on-error", "closed"}));
}

TEST(InjectHooks, HooksThatAreNoListAreAnErrorAndStay) {
  auto config = JsonText::Parse(R"({"hooks":{"poststop":{}}})", "config.json");
  ASSERT_TRUE(config);
  EXPECT_FALSE(InjectHooks(*config, "/x/headroom-hook", OnError::kOpen));
  EXPECT_EQ(config->text(), R"({"hooks":{"poststop":{}}})");
}

TEST(AppendToLog, AddsExactlyOneJsonLine) {
  const TemporaryDirectory tree;
  RuntimeCall call;
  call.log = tree.path() + "/log.json";
  call.json_log = true;
  ASSERT_TRUE(AppendToLog(call, "headroom: denied: \"x\"\n", WallTime{1'700'000'000'123'456'789}));
  const std::string text = Read(call.log);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(json::parse(text), json({{"level", "error"},
                                     {"msg", "headroom: denied: \"x\"\n"},
                                     {"time", "2023-11-14T22:13:20.123Z"}}))
      << "podman takes the whole file for one object";
  EXPECT_TRUE(text.starts_with(R"({"level":"error","msg":")")) << text;
  ASSERT_TRUE(AppendToLog(call, "more", WallTime{0}));
  EXPECT_TRUE(Read(call.log).starts_with(text)) << "appended, not replaced";
}

TEST(AppendToLog, IsPlainTextForAnyOtherFormatAndNothingWithoutALog) {
  const TemporaryDirectory tree;
  RuntimeCall call;
  EXPECT_TRUE(AppendToLog(call, "x", WallTime{0}));
  call.log = tree.path() + "/log";
  EXPECT_TRUE(AppendToLog(call, "headroom: denied: x", WallTime{0}));
  EXPECT_EQ(Read(call.log), "headroom: denied: x\n");
  call.log = tree.path() + "/not/there";
  EXPECT_FALSE(AppendToLog(call, "x", WallTime{0}));
}

class FindRuntimeTest : public testing::Test {
 protected:
  std::string Program(const std::string& name, const std::string& bytes, mode_t mode = 0755) {
    tree_.Write(name, bytes);
    const std::string path = tree_.path() + "/" + name;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }
  TemporaryDirectory tree_;
};

TEST_F(FindRuntimeTest, TakesTheGivenOneOrTheFirstThatIsThere) {
  const std::string self = Program("headroom-runtime", "self");
  const std::string runc = Program("runc", "a runtime");
  const std::string crun = Program("crun", "another");
  const std::array usual = {tree_.path() + "/not-there", self, Program("plain", "x", 0644), runc,
                            crun};
  EXPECT_EQ(FindRuntime(crun, usual, self).value(), crun);
  EXPECT_EQ(FindRuntime("", usual, self).value(), runc);
  EXPECT_FALSE(FindRuntime("", {}, self));
  EXPECT_FALSE(FindRuntime(tree_.path() + "/not-there", usual, self))
      << "what was named is not replaced by a guess";
  EXPECT_FALSE(FindRuntime("runc", usual, self)) << "no search along PATH";
  EXPECT_FALSE(FindRuntime(tree_.path(), usual, self));
}

TEST_F(FindRuntimeTest, NeverTakesItselfUnderWhateverName) {
  const std::string self = Program("headroom-runtime", "self");
  const std::string link_path = tree_.path() + "/runc";
  ASSERT_EQ(symlink("headroom-runtime", link_path.c_str()), 0);
  const std::string hard = tree_.path() + "/hard";
  ASSERT_EQ(link(self.c_str(), hard.c_str()), 0);
  for (const std::string& path : {self, link_path, hard, Program("copy", "self")}) {
    const auto found = FindRuntime(path, {}, self);
    ASSERT_FALSE(found) << path;
    EXPECT_NE(found.error().Message().find("itself"), std::string::npos);
  }
  EXPECT_TRUE(FindRuntime(Program("other", "selg"), {}, self)) << "the same size is not the same";
}

}  // namespace
}  // namespace headroom
