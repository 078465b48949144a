#include "explain/inferred/engine_files.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

std::string Docker(const std::string& state) {
  return R"({"ID":"3f1c","Name":"/web","Config":{"Image":"shop/api:1.4","Env":["A=b"]},"State":)" +
         state + "}";
}

TEST(ParseDockerState, TellsHowItEnded) {
  const auto state =
      ParseDockerState(Docker(R"({"Running":false,"OOMKilled":true,"ExitCode":137,"Error":"",
                 "StartedAt":"2026-11-21T03:00:00.5Z","FinishedAt":"2026-11-21T03:12:44Z"})"),
                       "config.v2.json");
  ASSERT_TRUE(state) << state.error().Message();
  EXPECT_EQ(state->id, "3f1c");
  EXPECT_EQ(state->name, "web");
  EXPECT_EQ(state->image, "shop/api:1.4");
  EXPECT_EQ(state->exit_code, 137);
  EXPECT_EQ(state->oom_flag, true);
  EXPECT_EQ(*state->finished - *state->started, 12min + 43s + 500ms);
}

TEST(ParseDockerState, WhatWasBeforeARestartSaysNothingOfWhatRuns) {
  const auto state = ParseDockerState(Docker(R"({"Running":true,"OOMKilled":false,"ExitCode":0,
                 "StartedAt":"2026-11-21T03:20:00Z","FinishedAt":"2026-11-21T03:12:44Z"})"),
                                      "f");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->running, true);
  EXPECT_FALSE(state->exit_code);
  EXPECT_FALSE(state->finished);
}

TEST(ParseDockerState, OneThatNeverRanHasNeitherStatusNorTimes) {
  const auto state = ParseDockerState(
      Docker(R"({"Running":false,"OOMKilled":false,"ExitCode":0,"Error":"no such file",
                 "StartedAt":"0001-01-01T00:00:00Z","FinishedAt":"0001-01-01T00:00:00Z"})"),
      "f");
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->exit_code) << "0 would be a clean end";
  EXPECT_FALSE(state->started);
  EXPECT_EQ(state->error, "no such file");
}

TEST(ParseDockerState, AbsentIsNotFalse) {
  const auto state = ParseDockerState(R"({"ID":"3f1c"})", "f");
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->oom_flag);
  EXPECT_FALSE(state->running);
  EXPECT_FALSE(state->exit_code);
}

TEST(ParseDockerState, RefusesWhatIsNoRecordOfAContainer) {
  for (const char* text :
       {"", "[]", "{}", "{\"ID\":7}", "{\"ID\":\"\"}", "{\"ID\":\"x\",\"State\":3}",
        "{\"ID\":\"x\",\"State\":{\"Running\":\"no\"}}"}) {
    const auto state = ParseDockerState(text, "config.v2.json");
    ASSERT_FALSE(state) << text;
    EXPECT_EQ(state.error().code, ErrorCode::kMalformed);
    EXPECT_NE(state.error().Message().find("config.v2.json"), std::string::npos);
  }
}

TEST(ParseDockerState, TellsTheServiceOfCompose) {
  const auto state = ParseDockerState(
      R"({"ID":"77aa","Name":"/shop-web-1","Config":{"Labels":{"com.docker.compose.service":"web",
          "com.docker.compose.project":"shop","n":7}}})",
      "config.v2.json");
  ASSERT_TRUE(state) << state.error().Message();
  EXPECT_EQ(state->aliases, std::vector<std::string>{"shop/web"});
}

TEST(ParsePodmanInspect, TellsHowItEndedInAnyZone) {
  const auto state = ParsePodmanInspect(
      R"([{"Id":"77aa","Name":"web","ImageName":"localhost/box:latest","State":{"Running":false,
          "OOMKilled":false,"ExitCode":137,"Error":"","StartedAt":"2026-11-21T05:00:00.000000001+02:00",
          "FinishedAt":"2026-11-21T03:12:44Z"}}])",
      "podman inspect");
  ASSERT_TRUE(state) << state.error().Message();
  EXPECT_EQ(state->engine, "podman");
  EXPECT_EQ(state->exit_code, 137);
  EXPECT_EQ(state->oom_flag, false);
  EXPECT_EQ(*state->finished - *state->started, 12min + 44s - 1ns);
}

TEST(ParsePodmanInspect, IsOfOneContainer) {
  for (const char* text : {"[]", "{}", "[{},{}]", "[1]", "[{\"Id\":\"\"}]", "no"}) {
    EXPECT_FALSE(ParsePodmanInspect(text, "f")) << text;
  }
}

TEST(ParsePodmanList, GivesIdsNamesAndServices) {
  const auto listed = ParsePodmanList(
      R"([{"Id":"77aa","Names":["shop_web_1"],"Labels":{"com.docker.compose.service":"web",
            "io.podman.compose.project":"shop","n":7}},
          {"Id":"88bb","Names":[],"Labels":null},{"Names":["lost"]},5,{"Id":7},
          {"Id":"99cc","Names":"odd","Labels":[]}])",
      "podman ps");
  ASSERT_TRUE(listed) << listed.error().Message();
  ASSERT_EQ(listed->size(), 3U);
  EXPECT_EQ(listed->at(0).id, "77aa");
  EXPECT_EQ(listed->at(0).name, "shop_web_1");
  EXPECT_EQ(listed->at(0).aliases, std::vector<std::string>{"shop/web"});
  EXPECT_EQ(listed->at(1).name, "");
  EXPECT_TRUE(listed->at(2).aliases.empty());
  EXPECT_FALSE(ParsePodmanList("{}", "f"));
  EXPECT_FALSE(ParsePodmanList("", "f"));
  EXPECT_TRUE(ParsePodmanList("[]", "f")->empty());
}

TEST(ParseExitCode, IsOneThatAProcessCanHave) {
  for (const auto& [written, read] : {std::pair{"-1", -1}, {"0", 0}, {"255", 255}, {"256", -1}}) {
    const auto state = ParseDockerState(
        Docker(fmt::format(
            R"({{"Running":false,"ExitCode":{},"FinishedAt":"2026-11-21T03:12:44Z"}})", written)),
        "f");
    ASSERT_TRUE(state);
    EXPECT_EQ(state->exit_code.value_or(-1), read) << written;
  }
}

TEST(ParseStoredContainers, GivesIdsAndNames) {
  const auto stored = ParseStoredContainers(
      R"([{"id":"77aa","names":["web","x"],"image":"i"},{"id":"88bb"},{"names":["lost"]},5,
          {"id":"99cc","names":[7,"y"]}])",
      "containers.json");
  ASSERT_TRUE(stored);
  ASSERT_EQ(stored->size(), 3U);
  EXPECT_EQ(stored->at(0).names, (std::vector<std::string>{"web", "x"}));
  EXPECT_TRUE(stored->at(1).names.empty());
  EXPECT_EQ(stored->at(2).names, std::vector<std::string>{"y"});
  EXPECT_FALSE(stored->at(0).is_cri_o);
  EXPECT_FALSE(ParseStoredContainers("{}", "f"));
  EXPECT_FALSE(ParseStoredContainers("[", "f"));
}

TEST(ParseStoredContainers, TellsCriOsFromPodmans) {
  const auto stored = ParseStoredContainers(
      R"([{"id":"77aa","metadata":"{\"pod-id\":\"1\",\"name\":\"web\"}"},
          {"id":"88bb","metadata":"{\"image-name\":\"i\",\"name\":\"web\"}"},
          {"id":"99cc","metadata":"{pod-id"},{"id":"aadd","metadata":"[\"pod-id\"]"},
          {"id":"bbee","metadata":7}])",
      "containers.json");
  ASSERT_TRUE(stored);
  ASSERT_EQ(stored->size(), 5U);
  EXPECT_TRUE(stored->at(0).is_cri_o);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_FALSE(stored->at(i).is_cri_o) << i;
}

}  // namespace
}  // namespace headroom
