#include "fix/register/docker_daemon.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

using nlohmann::json;

constexpr const char* kWrapper = "/usr/lib/headroom/headroom-runtime";

DockerRuntime Runtime() {
  return {.path = kWrapper, .args = {"--headroom-runtime", "/usr/bin/runc"}};
}

std::string With(std::string_view text, AsDefault as_default = AsDefault::kNo) {
  const auto after = WithDockerRuntime(text, "daemon.json", Runtime(), as_default);
  return after ? *after : "error: " + after.error().Message();
}

std::string Without(std::string_view text, std::string_view earlier = "") {
  const auto after = WithoutDockerRuntime(text, "daemon.json", earlier);
  return after ? *after : "error: " + after.error().Message();
}

/// Whatever people write, but files in which something of ours stands or is empty.
constexpr const char* kSpellings[] = {
    "{}",
    "{ }\n",
    "{\n}\n",
    "{\n\n}",
    R"({"bridge": "none", "iptables": false})",
    "{\n\t\"log-driver\":\t\"journald\"\n}\n",
    "{\r\n  \"debug\": true\r\n}\r\n",
    "\n\n  {\"debug\":true}  \n\n",
    "{\n  \"dns\": [\"1.1.1.1\"],\n  \"x\": 1.50e1,\n  \"\\u0061\": \"\\/\"\n}",
    R"({"a":1,"a":2})",  // elsewhere it is no concern of ours
    R"({"runtimes":{"nvidia":{"path":"nvidia-container-runtime","runtimeArgs":[]}}})",
    ("{\n  \"runtimes\": {\n    \"kata\": {\n      \"path\": \"/k\"\n    }\n  },\n  \"debug\": "
     "true\n}\n"),
    R"({"default-runtime":"nvidia","runtimes":{"nvidia":{"path":"/n"}},"z":{}})",
    R"({"default-runtime": "runc"})",
    R"({"default-runtime":"io.containerd.runc.v2","debug":false})",
};

TEST(DockerDaemon, WhatIsRegisteredIsGoneToTheByteWhenItIsRemoved) {
  for (const char* text : kSpellings) {
    for (const AsDefault as_default : {AsDefault::kNo, AsDefault::kYes}) {
      const std::string after = With(text, as_default);
      ASSERT_TRUE(json::accept(after)) << after;
      EXPECT_NE(after, text);
      EXPECT_EQ(Without(after, text), text) << after;
    }
  }
}

TEST(DockerDaemon, ASecondTimeChangesNothing) {
  for (const char* text : kSpellings) {
    for (const AsDefault as_default : {AsDefault::kNo, AsDefault::kYes}) {
      const std::string once = With(text, as_default);
      EXPECT_EQ(With(once, as_default), once);
      EXPECT_EQ(Without(text), text) << "what is not there cannot be removed";
    }
  }
}

TEST(DockerDaemon, KeepsEveryOtherKeyAndItsOrder) {
  for (const char* text : kSpellings) {
    const auto before = nlohmann::ordered_json::parse(text);
    const auto after = nlohmann::ordered_json::parse(With(text, AsDefault::kYes));
    EXPECT_EQ(after["default-runtime"], "headroom");
    EXPECT_EQ(after["runtimes"]["headroom"]["path"], kWrapper);
    std::vector<std::string> keys;
    for (const auto& [key, value] : after.items()) {
      if (before.contains(key)) keys.push_back(key);
    }
    std::vector<std::string> expected;
    for (const auto& [key, value] : before.items()) expected.push_back(key);
    EXPECT_EQ(keys, expected);
  }
}

TEST(DockerDaemon, AFileThatIsEmptyBecomesOneForPeople) {
  for (const char* text : {"", "\n", " \t\r\n"}) {
    EXPECT_EQ(With(text),
              "{\n  \"runtimes\": {\n    \"headroom\": {\"path\": "
              "\"/usr/lib/headroom/headroom-runtime\", \"runtimeArgs\": [\"--headroom-runtime\", "
              "\"/usr/bin/runc\"]}\n  }\n}\n");
    EXPECT_EQ(Without(text), text);
  }
  EXPECT_EQ(With(With(""), AsDefault::kYes), With("", AsDefault::kYes))
      << "in two steps as in one, so that both can be undone";
}

TEST(DockerDaemon, WhatTheUserChangedSinceStays) {
  std::string text = With("{\n  \"debug\": true\n}\n", AsDefault::kYes);
  text.insert(text.rfind("\n}"), ",\n  \"log-level\": \"warn\"");
  EXPECT_EQ(Without(text), "{\n  \"debug\": true,\n  \"log-level\": \"warn\"\n}\n");

  auto other = nlohmann::ordered_json::parse(With("{}", AsDefault::kYes));
  other["default-runtime"] = "runc";
  other["runtimes"]["kata"] = {{"path", "/k"}};
  EXPECT_EQ(json::parse(Without(other.dump())),
            json::parse(R"({"default-runtime":"runc","runtimes":{"kata":{"path":"/k"}}})"));
}

TEST(DockerDaemon, TheEarlierDefaultComesBackOnlyWhereItCanBeHad) {
  const char* earlier = R"({"default-runtime":"nvidia","runtimes":{"nvidia":{"path":"/n"}}})";
  json edited = json::parse(With(earlier, AsDefault::kYes));
  edited["debug"] = true;
  EXPECT_EQ(json::parse(Without(edited.dump(), earlier))["default-runtime"], "nvidia");
  edited["runtimes"].erase("nvidia");
  EXPECT_FALSE(json::parse(Without(edited.dump(), earlier)).contains("default-runtime"))
      << "dockerd would not start with the name of a runtime that it does not know";
  EXPECT_FALSE(json::parse(Without(With("{}", AsDefault::kYes))).contains("default-runtime"));
  EXPECT_EQ(json::parse(Without(With("{}", AsDefault::kYes), R"({"default-runtime":"runc"})")),
            json::parse(R"({"default-runtime":"runc"})"));
}

TEST(DockerDaemon, TellsWhatStandsThere) {
  const auto says = ReadDockerDaemon(
      R"({"runtimes":{"headroom":{"path":"/opt/headroom-runtime","runtimeArgs":["a","b"]}},
          "default-runtime":"headroom","data-root":"/data"})",
      "daemon.json");
  ASSERT_TRUE(says) << says.error().Message();
  EXPECT_TRUE(says->Has(kWrapper));
  EXPECT_TRUE(says->IsDefault());
  EXPECT_EQ(says->headroom->args, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(says->data_root, "/data");
  EXPECT_EQ(ReadDockerDaemon(R"({"graph":"/old"})", "")->data_root, "/old");
  const auto none = ReadDockerDaemon(" \n", "daemon.json");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->headroom || none->default_runtime || none->data_root);
  EXPECT_FALSE(
      ReadDockerDaemon(R"({"runtimes":{"headroom":{"path":"/bin/other"}}})", "")->Has(kWrapper));
}

TEST(DockerDaemon, KnowsARuntimeByItsNameOnlyWithAPath) {
  const char* text = R"({"runtimes":{"n":{"path":"/n","runtimeArgs":["-x"]},
                                     "shim":{"runtimeType":"io.containerd.kata.v2"}}})";
  const auto found = DockerRuntimeNamed(text, "daemon.json", "n");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->path, "/n");
  EXPECT_EQ((*found)->args, std::vector<std::string>{"-x"});
  EXPECT_EQ(DockerRuntimeNamed(text, "", "shim").value(), std::nullopt);
  EXPECT_EQ(DockerRuntimeNamed(text, "", "absent").value(), std::nullopt);
}

TEST(DockerDaemon, RefusesWhatItCannotReadByLineAndColumn) {
  for (const auto& [text, place] :
       {std::pair{"{\n  // comment\n}", "line 2, column 3"},
        std::pair{"{\n  \"a\": 1,\n}", "line 3, column 1"},
        std::pair{"{\"a\" 1}", "line 1, column 6"}, std::pair{"\xef\xbb\xbf{}", "line 1, column 1"},
        std::pair{"{\"runtimes\":{},\n\"runtimes\":{}}", "line 2, column 1"},
        std::pair{"{\"runtimes\":{\"headroom\":{},\n \"headroom\":{}}}", "line 2, column 2"},
        std::pair{"{\n\"Runtimes\":{}}", "line 2, column 1"}}) {
    for (const std::string& said : {With(text), Without(text)}) {
      EXPECT_TRUE(said.starts_with("error: daemon.json: ")) << text << "\n" << said;
      EXPECT_NE(said.find(place), std::string::npos) << text << "\n" << said;
    }
  }
}

TEST(DockerDaemon, RefusesWhatDockerdWouldNotTake) {
  for (const char* text : {"[]", "7", R"({"runtimes":[]})", R"({"runtimes":7})",
                           R"({"runtimes":{"headroom":7}})", R"({"default-runtime":7})",
                           R"({"runtimes":{"headroom":{"path":7}}})", R"({"data-root":[]})"}) {
    EXPECT_FALSE(ReadDockerDaemon(text, "daemon.json")) << text;
  }
}

TEST(DockerDaemon, NullIsAbsent) {
  EXPECT_EQ(json::parse(With(R"({"runtimes":null,"default-runtime":null})", AsDefault::kYes)),
            json::parse(With("{}", AsDefault::kYes)));
}

}  // namespace
}  // namespace headroom
