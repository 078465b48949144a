#include "container/enrolment/pre_kill.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::string Text(const PreKill& action) {
  JsonWriter out(JsonLayout::kIndented);
  WritePreKill(out, action);
  return std::move(out).Finish();
}

Result<PreKill> Parse(const std::string& text) {
  Status status;
  PreKill action = ReadPreKill(json::parse(text), "record", status);
  if (!status) return std::unexpected(status.error());
  return action;
}

TEST(PreKill, IsReadBackAsItWasWritten) {
  for (const PreKill& action :
       {PreKill{.command = {"/usr/bin/gcore", "-o", "/var/tmp/{id} \"x\"\n", "{pid}"},
                .signal = "",
                .hold = 1500ms,
                .time = 300s},
        PreKill{.command = {}, .signal = "USR1", .hold = 0ms, .time = 1s}, PreKill{}}) {
    EXPECT_EQ(Parse(Text(action)).value(), action);
  }
}

TEST(PreKill, NothingIsWantedUnlessItIsNamed) {
  EXPECT_FALSE(PreKill{}.wanted());
  EXPECT_EQ(WhyNoPreKill({}), "");
}

TEST(PreKill, WhatItMayNotBeIsRefusedWithTheReason) {
  const auto why = [](const PreKill& action) { return WhyNoPreKill(action); };
  EXPECT_NE(why({.command = {"/bin/true"}, .signal = "USR1", .hold = 0ms}), "");
  EXPECT_NE(why({.command = {"true"}, .signal = "", .hold = 0ms}).find("absolute"),
            std::string::npos);
  EXPECT_NE(why({.command = {}, .signal = "KILL", .hold = 0ms}), "") << "nobody is killed by us";
  EXPECT_NE(why({.command = {}, .signal = "STOP", .hold = 0ms}), "");
  EXPECT_NE(why({.command = {}, .signal = "9", .hold = 0ms}), "");
  EXPECT_NE(why({.command = {"/bin/true"}, .signal = "", .hold = 30001ms}), "");
  EXPECT_NE(why({.command = {"/bin/true"}, .signal = "", .hold = -1ms}), "");
  EXPECT_NE(why({.command = {"/bin/true"}, .signal = "", .hold = 0ms, .time = 0s}), "");
  EXPECT_NE(why({.command = {"/bin/true"}, .signal = "", .hold = 0ms, .time = 301s}), "");
  EXPECT_NE(why({.command = {"/bin/true", std::string("a\0b", 3)}, .signal = "", .hold = 0ms}), "");
  EXPECT_NE(why({.command = std::vector<std::string>(65, "/x"), .signal = "", .hold = 0ms}), "");
}

TEST(PreKill, ARecordThatTheHookCannotHaveWrittenIsRefused) {
  for (const char* text :
       {R"({"command": ["true"]})", R"({"command": [1]})", R"({"signal": "KILL"})",
        R"({"command": ["/x"], "signal": "USR1"})", R"({"signal": "USR1", "hold_ms": 30001})",
        R"({"signal": "USR1", "time_s": 0})", R"({"command": "true"})"}) {
    EXPECT_FALSE(Parse(text)) << text;
  }
}

TEST(PreKill, BracesAreFilledInOnceAndOthersStay) {
  const PreKillWords words{.pid = "{init}",
                           .init = "1",
                           .cgroup = "/sys/fs/cgroup/x y",
                           .bundles = "/store",
                           .id = "web",
                           .directory = "/store/d"};
  EXPECT_EQ(FilledIn({"/bin/x", "{pid}-{init}", "{cgroup}", "{bundles}/{id}", "{directory}/core",
                      "{", "{name}", "{{pid}}"},
                     words),
            (std::vector<std::string>{"/bin/x", "{init}-1", "/sys/fs/cgroup/x y", "/store/web",
                                      "/store/d/core", "{", "{name}", "{{init}}"}))
      << "what is filled in is no pattern itself";
}

TEST(PreKill, ACommandNamesTheDirectoryWhereverItStandsInAWord) {
  EXPECT_TRUE(NamesDirectory({"/usr/bin/gcore", "-o", "{directory}/core", "{pid}"}));
  EXPECT_TRUE(NamesDirectory({"/bin/sh", "-c", "echo >{directory}/x"}));
  EXPECT_FALSE(NamesDirectory({"/bin/sh", "-c", "echo >$HEADROOM_DIRECTORY/x", "{bundles}"}));
}

}  // namespace
}  // namespace headroom
