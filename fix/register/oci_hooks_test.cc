#include "fix/register/oci_hooks.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

using nlohmann::json;

constexpr const char* kHook = "/usr/lib/headroom/headroom-hook";

JsonText Parsed(std::string_view text) {
  auto config = JsonText::Parse(text, "config.json");
  EXPECT_TRUE(config) << config.error().Message();
  return *std::move(config);
}

JsonText Registered(std::string_view text) {
  JsonText config = Parsed(text);
  EXPECT_TRUE(AddOciHooks(config, {.program = kHook}));
  return config;
}

std::string Removed(JsonText config, const JsonText* earlier = nullptr) {
  const auto removed = RemoveOciHooks(config, kHook, earlier);
  return removed ? config.text() : "error: " + removed.error().Message();
}

TEST(OciHooks, AreWhatTheSpecificationWants) {
  const json hook = json::parse(
      HookObject({.program = kHook, .more = {"--on-error", "closed"}}, "createRuntime"));
  EXPECT_EQ(hook, json({{"path", kHook},
                        {"args", {"headroom-hook", "createRuntime", "--on-error", "closed"}},
                        {"env", {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}},
                        {"timeout", 10}}));
}

TEST(OciHooks, WhatWasAddedIsGoneToTheByteWhenItIsRemoved) {
  for (const char* text :
       {"{}", "{\n}\n", R"({"ociVersion":"1.0"})", "{\r\n\t\"a\" : 1 \r\n}",
        R"({"hooks":{"createRuntime":[{"path":"/usr/bin/nvidia"}],"other":1}})",
        R"({"hooks":{"poststop":[ {"path": "/x"} ], "createRuntime":[{"path":"/y"}]}, "z":[]})"}) {
    const JsonText config = Registered(text);
    EXPECT_NE(config.text(), text);
    EXPECT_EQ(HasOciHooks(config, kHook).value(), true);
    EXPECT_EQ(Removed(config), text);
  }
}

TEST(OciHooks, EmptyListsStayWhereTheyWereThereBefore) {
  for (const char* text : {R"({"hooks":{}})", R"({"hooks":{"poststop":[]}})",
                           R"({"hooks":{"poststop":[ ],"createRuntime":[]}})"}) {
    const JsonText earlier = Parsed(text);
    EXPECT_EQ(Removed(Registered(text), &earlier), text);
  }
}

TEST(OciHooks, TakesOutOnlyOurRowsAmongOthers) {
  EXPECT_EQ(Removed(Parsed(R"({"hooks":{"prestart":[{"path":"/opt/headroom-hook"}],
    "poststop":[{"path":"/a"}, {"path":"/usr/lib/headroom/headroom-hook"}, {"path":"/b"},
                {"path":"/old/headroom-hook"}]}})")),
            R"({"hooks":{"poststop":[{"path":"/a"}, {"path":"/b"}]}})");
}

TEST(OciHooks, ARemovalWithoutAnyChangesNothing) {
  for (const char* text : {"{}", R"({"hooks":null})", R"({"hooks":{"poststop":[]}})",
                           R"({"hooks":{"poststop":[{"path":"/headroom-hook-not"}]}})"}) {
    JsonText config = Parsed(text);
    EXPECT_EQ(RemoveOciHooks(config, kHook, nullptr).value(), false);
    EXPECT_EQ(config.text(), text);
  }
}

TEST(OciHooks, HooksThatAreNoListsAreErrorsAndStay) {
  for (const char* text :
       {R"({"hooks":{"poststop":{}}})", R"({"hooks":7})", R"({"hooks":{"poststop":[]},"hooks":{}})",
        R"({"Hooks":{"poststop":[]}})"}) {
    JsonText config = Parsed(text);
    EXPECT_FALSE(AddOciHooks(config, {.program = kHook})) << text;
    EXPECT_FALSE(RemoveOciHooks(config, kHook, nullptr)) << text;
    EXPECT_FALSE(HasOciHooks(config, kHook)) << text;
    EXPECT_EQ(config.text(), text);
  }
}

TEST(HookObject, HasMoreOfAnEnvironmentBehindThePath) {
  const auto hook = nlohmann::json::parse(HookObject(
      {.program = "/x/headroom-hook", .more = {}, .environment = {"XDG_STATE_HOME=/home/a \"b\""}},
      "createRuntime"));
  EXPECT_EQ(hook.at("env"),
            nlohmann::json({"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "XDG_STATE_HOME=/home/a \"b\""}));
}

}  // namespace
}  // namespace headroom
