#include "hook/wrapper/runtime_call.h"

#include <gtest/gtest.h>

#include <vector>

namespace headroom {
namespace {

RuntimeCall Parse(const std::vector<const char*>& arguments) { return ParseRuntimeCall(arguments); }

TEST(ParseRuntimeCall, FindsTheCommandAmongGlobalFlagsInEverySpelling) {
  const std::vector<std::vector<const char*>> calls = {
      {"create", "id"},
      {"--debug", "create", "id"},
      {"-debug", "create", "id"},
      {"--debug=true", "create", "id"},
      {"--root", "create", "create", "id"},
      {"--root=create", "create", "id"},
      {"-root", "create", "create", "id"},
      {"-root=create", "create", "id"},
      {"-r", "/run/x", "create", "id"},
      {"-r/run/x", "create", "id"},
      {"--log", "state", "--log-format", "json", "--root", "r", "--criu", "c", "create", "id"},
      {"--rootless", "true", "--systemd-cgroup", "create", "id"},
      {"--cgroup-manager", "systemd", "create", "id"},
      {"--cgroup-m", "systemd", "create", "id"},
      {"--log-level", "debug", "create", "id"},
      {"--unknown", "create", "id"},
      {"--unknown=delete", "create", "id"},
      {"-xs", "create", "id"},
      {"--", "create", "id"},
      {"--root", "r", "--", "create", "id"},
      {"--headroom-runtime", "/usr/bin/crun", "--on-error", "closed", "--root", "r", "create",
       "id"}};
  for (const auto& arguments : calls) {
    const RuntimeCall call = Parse(arguments);
    EXPECT_EQ(call.command, "create") << testing::PrintToString(arguments);
    EXPECT_EQ(call.id, "id") << testing::PrintToString(arguments);
    EXPECT_TRUE(call.starts());
  }
}

TEST(ParseRuntimeCall, KnowsWhatStartsNothing) {
  for (const char* command : {"state", "start", "kill", "delete", "features", "restore", "list",
                              "exec", "update", "spec", "creat", "CREATE"}) {
    const RuntimeCall call = Parse({"--root", "r", command, "--bundle", "/b", "id"});
    EXPECT_EQ(call.command, command);
    EXPECT_FALSE(call.starts());
    EXPECT_EQ(call.bundle, ".") << "not even looked at";
  }
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {}, {"--version"}, {"-v"}, {"--help"}, {"--root"}, {"--root", "create"}, {"--"}}) {
    EXPECT_EQ(Parse(arguments).command, "") << testing::PrintToString(arguments);
    EXPECT_FALSE(Parse(arguments).starts());
  }
  EXPECT_TRUE(Parse({"run", "id"}).starts());
}

TEST(ParseRuntimeCall, FindsTheBundleAndTheIdInEverySpelling) {
  const std::vector<std::vector<const char*>> calls = {
      {"create", "--bundle", "/b", "id"},
      {"create", "--bundle=/b", "id"},
      {"create", "-bundle", "/b", "id"},
      {"create", "-bundle=/b", "id"},
      {"create", "-b", "/b", "id"},
      {"create", "-b=/b", "id"},
      {"create", "-b/b", "id"},
      {"create", "--bun", "/b", "id"},
      {"run", "-db", "/b", "id"},
      {"run", "-d", "-b", "/b", "id"},
      {"create", "id", "--bundle", "/b"},
      {"create", "--bundle", "/a", "--bundle", "/b", "id"},
      {"create", "--pid-file", "--bundle", "--bundle", "/b", "id"},
      {"create", "--console-socket", "-b", "-b", "/b", "--", "id"},
      {"create", "--preserve-fds", "3", "--no-pivot", "--keep", "--bundle", "/b", "id"},
      {"create", "--bundle", "/b", "--unknown", "word", "id"},
      {"--log", "/l", "create", "--bundle", "/b", "--pid-file", "/p", "id"}};
  for (const auto& arguments : calls) {
    const RuntimeCall call = Parse(arguments);
    EXPECT_EQ(call.bundle, "/b") << testing::PrintToString(arguments);
    EXPECT_EQ(call.id, "id") << testing::PrintToString(arguments);
  }
}

TEST(ParseRuntimeCall, WithoutABundleItIsTheWorkingDirectory) {
  EXPECT_EQ(Parse({"create", "id"}).bundle, ".");
  EXPECT_EQ(Parse({"create", "--bundle", "", "id"}).bundle, ".");
  EXPECT_EQ(Parse({"create", "id", "--bundle"}).bundle, ".");
  EXPECT_EQ(Parse({"create", "--", "--bundle", "id"}).bundle, ".") << "behind -- stand no flags";
  EXPECT_EQ(Parse({"create"}).id, "");
}

TEST(ParseRuntimeCall, FindsCrunsOwnNameOfTheConfig) {
  EXPECT_EQ(Parse({"run", "--config", "other.json", "id"}).config, "other.json");
  EXPECT_EQ(Parse({"run", "-f", "/x/other.json", "id"}).config, "/x/other.json");
  EXPECT_EQ(Parse({"run", "id"}).config, "");
}

TEST(ParseRuntimeCall, FindsTheLog) {
  EXPECT_EQ(Parse({"--log", "/l", "create", "id"}).log, "/l");
  EXPECT_EQ(Parse({"--log=/l", "create", "id"}).log, "/l");
  EXPECT_EQ(Parse({"--log=/a", "--log", "/l", "create", "id"}).log, "/l") << "the last one counts";
  EXPECT_EQ(Parse({"--log", "file:/l", "create", "id"}).log, "/l");
  EXPECT_EQ(Parse({"--log", "journald:x", "create", "id"}).log, "") << "no file";
  EXPECT_FALSE(Parse({"--log", "/l", "create", "id"}).json_log);
  EXPECT_FALSE(Parse({"--log-format", "text", "create", "id"}).json_log);
  EXPECT_TRUE(Parse({"--log-format=json", "create", "id"}).json_log);
  EXPECT_TRUE(Parse({"--log-f", "json", "create", "id"}).json_log);
}

TEST(ParseRuntimeCall, TakesOnlyTheLeadingArgumentsForItself) {
  const RuntimeCall call =
      Parse({"--headroom-runtime=/usr/bin/crun", "--on-error=closed", "--root", "r", "create"});
  EXPECT_EQ(call.runtime, "/usr/bin/crun");
  EXPECT_EQ(call.on_error, OnError::kClosed);
  EXPECT_EQ(call.own, 2U);
  EXPECT_EQ(Parse({"--headroom-runtime", "/r", "--on-error", "closed", "state", "x"}).own, 4U);
  const RuntimeCall later = Parse({"--root", "r", "--on-error", "closed", "create"});
  EXPECT_EQ(later.own, 0U);
  EXPECT_EQ(later.on_error, OnError::kOpen) << "that is the runtime's own affair";
  EXPECT_EQ(Parse({"create", "--headroom-runtime", "/evil"}).runtime, "");
}

TEST(ParseRuntimeCall, SaysWhatIsWrongWithItsOwn) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"--on-error", "maybe", "create", "id"},
                                             {"--on-error"},
                                             {"--headroom-runtime", "runc", "create"},
                                             {"--headroom-runtime"}}) {
    const RuntimeCall call = Parse(arguments);
    EXPECT_NE(call.error, "") << testing::PrintToString(arguments);
    EXPECT_EQ(call.error.find('\n'), std::string::npos);
  }
  EXPECT_EQ(Parse({"create", "id"}).error, "");
}

}  // namespace
}  // namespace headroom
