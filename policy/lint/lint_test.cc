#include "policy/lint/lint.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "policy/layers/load.h"

namespace headroom {
namespace {

std::vector<std::string> LintOf(const std::vector<PolicySource>& sources) {
  std::vector<std::string> lines;
  for (const LintProblem& problem : LintSources(sources)) lines.push_back(LintText(problem));
  return lines;
}

std::vector<std::string> LintOf(const std::string& text) { return LintOf({{"p.json", text}}); }

using Lines = std::vector<std::string>;

TEST(LintSources, HasNothingToSayAboutAGoodPolicy) {
  EXPECT_EQ(LintOf("{}"), Lines{});
  EXPECT_EQ(LintOf(std::vector<PolicySource>{}), Lines{});
}

TEST(LintSources, TellsEveryProblemOfAFileInItsOrderWithLineAndColumn) {
  EXPECT_EQ(LintOf(R"({
  "moed": "observe",
  "rules": {
    "shm-size": {"action": "warn"},
    "shm-sized": {"action": "scream", "max_share": 2}
  }
})"),
            (Lines{"p.json:2:3: error: key \"moed\" is not known; did you mean \"mode\"?",
                   "p.json:4:5: error: rules: key \"shm-size\" is not known; did you mean "
                   "\"shm-sized\"?",
                   "p.json:5:29: error: rules: shm-sized: key \"action\" is \"scream\", expected "
                   "\"off\", \"warn\", \"fix\" or \"deny\"",
                   "p.json:5:52: error: rules: shm-sized: key \"max_share\" is expected to be a "
                   "number above 0 and at most 1"}));
}

TEST(LintSources, TellsKeysThatStandTwice) {
  EXPECT_EQ(LintOf("{\"mode\": \"observe\",\n \"mode\": \"observe\"}"),
            Lines{"p.json:2:2: error: mode: stands more than once in its object; only the last one "
                  "counts, the one at line 1, column 2 does not"});
}

TEST(LintSources, TellsWhatIsNoJsonInOneLineAndAtOnce) {
  EXPECT_EQ(LintOf("[]"), Lines{"p.json:1:1: error: holds a JSON array, expected an object"});
  const Lines deep = LintOf("\n" + std::string(10'000'000, '['));
  EXPECT_EQ(deep, Lines{"p.json:2:65: error: is nested deeper than the 64 levels that are read, at "
                        "line 2, column 65"});
  const Lines broken = LintOf("{\n \"mode\" 1}");
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_TRUE(broken[0].starts_with("p.json:2:9: error: is not valid JSON")) << broken[0];
}

TEST(LintSources, TellsProfilesThatAreNotThereAndCycles) {
  EXPECT_EQ(LintOf(R"({"profile": "ballanced"})"),
            Lines{"p.json:1:13: error: profile: there is no profile \"ballanced\"; did you mean "
                  "\"balanced\"?"});
  EXPECT_EQ(LintOf(R"({"profiles": {"a": {"extends": "b"}, "b": {"extends": "a"}}})"),
            Lines{"p.json:1:32: error: profiles: a: extends: profile \"a\" extends itself: a, b, "
                  "a"});
}

TEST(LintSources, JudgesFilesTogetherAndEachProblemInItsOwnFile) {
  const std::string uses = R"({"profile": "mine"})";
  EXPECT_EQ(LintOf({{"a", uses}, {"b", R"({"profiles": {"mine": {}}})"}}), Lines{});
  const Lines broken = LintOf({{"a", uses}, {"b", "{"}});
  ASSERT_EQ(broken.size(), 1U) << "what the broken file would have defined is not missed";
  EXPECT_TRUE(broken[0].starts_with("b:1:"));
}

TEST(LintSources, DoubtsWhatCanBeUsedAndIsHardlyMeant) {
  EXPECT_EQ(LintOf(R"({"profiles": {"strict": {}}})"),
            Lines{"p.json:1:15: warning: profiles: \"strict\" hides the built-in profile; give it "
                  "a name of its own and say \"extends\": \"strict\""});
  EXPECT_EQ(LintOf(R"({"overrides": [{"match": {}, "mode": "observe"}]})").size(), 1U);
  struct Case {
    const char* match;
    const char* text;
  };
  const Case cases[] = {
      {R"("image": "")",
       "1:36: warning: override 1: match: key \"image\" is empty, so the override never"},
      {R"("name": "[ab]*")", "holds a '[', which stands for itself"},
      {R"("engine": "dokcer")", "did you mean \"docker\"?"},
      {R"("engine": "kvm")", "is no engine that is known"},
      {R"("cgroup_prefix": "/a/../b")", "the override never holds"},
      {R"("cgroup_prefix": "/a//b")", "the override never holds"},
      {R"("cgroup_prefix": "/a*")", "stands for itself"},
  };
  for (const Case& c : cases) {
    const Lines lines = LintOf(std::string(R"({"overrides": [{"match": {)") + c.match + R"(}}]})");
    ASSERT_EQ(lines.size(), 1U) << c.match;
    EXPECT_NE(lines[0].find(c.text), std::string::npos) << lines[0];
    EXPECT_NE(lines[0].find(": warning: "), std::string::npos) << lines[0];
  }
}

TEST(LintSources, TellsAnnotationsThatDoNotExist) {
  EXPECT_EQ(
      LintOf(R"({"allowed_annotations": ["io.headroom.mode", "io.headroom.shm-size"]})"),
      Lines{"p.json:1:46: error: allowed_annotations: entry 2: annotation "
            "\"io.headroom.shm-size\" is not known; did you mean \"io.headroom.shm-sized\"?"});
}

TEST(LintSources, ThatContainersNameWhatIsRunBeforeTheirKillIsAnError) {
  const auto lines = LintOf(R"({"allowed_annotations": ["io.headroom.pre_kill"]})");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines.front().find("error: allowed_annotations: entry 1: annotation "
                               "\"io.headroom.pre_kill\" is not known"),
            std::string::npos)
      << lines.front();
}

TEST(LintSources, NothingThatATerminalObeysComesOut) {
  for (const LintProblem& problem :
       LintSources({{"a\x1b[2J", R"({"\u001b[2J": 1, "profile": "\u001b", "mode": "\u000a",
                             "profiles": {"\u0007": {"extends": "\u0007"}}})"}})) {
    EXPECT_EQ(LintText(problem).find_first_of("\x1b\n\x07"), std::string::npos);
  }
}

class LintTest : public testing::Test {
 protected:
  Lines LintPath(const std::string& path) {
    Lines lines;
    for (const LintProblem& problem : Lint(tree_.path() + path)) {
      EXPECT_TRUE(problem.file.starts_with(tree_.path()));
      LintProblem shorter = problem;
      shorter.file.erase(0, tree_.path().size());
      lines.push_back(LintText(shorter));
    }
    return lines;
  }
  TemporaryDirectory tree_;
};

TEST_F(LintTest, ReadsAFileOrAFolder) {
  tree_.Write("etc/policy.json", R"({"a": 1})");
  tree_.Write("etc/policy.d/x.json", R"({"b": 1})");
  EXPECT_EQ(LintPath("/etc/policy.d/x.json"),
            Lines{"/etc/policy.d/x.json:1:2: error: key \"b\" is not known"});
  EXPECT_EQ(LintPath("/etc"), (Lines{"/etc/policy.json:1:2: error: key \"a\" is not known",
                                     "/etc/policy.d/x.json:1:2: error: key \"b\" is not known"}));
}

TEST_F(LintTest, WhatCannotBeReadIsAProblemToo) {
  EXPECT_EQ(LintPath("/none").size(), 1U);
  tree_.Write("etc/policy.json", std::string(10'000'000, '['));
  tree_.Write("etc/policy.d/x.json", R"({"profile": "defined-in-the-other"})");
  const Lines lines = LintPath("/etc");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with("/etc/policy.json:1:1: error: ")) << lines[0];
  tree_.Write("empty/x", "");
  EXPECT_EQ(LintPath("/empty"), Lines{}) << "without files the policy is the built-in one";
}

std::string TextOf(const std::filesystem::path& path) {
  return ReadFileAt(AT_FDCWD, path, kMaxPolicyBytes).value_or("unreadable");
}

/// The files that check-schema holds against the schema: parser and schema refuse the same ones.
TEST(SchemaExamples, AreRefusedAndAcceptedByLintAlike) {
  const std::string folder = HEADROOM_SOURCE_DIR "/policy/testing";
  for (const std::string& line : LintOf(TextOf(folder + "/accepted.json"))) {
    EXPECT_NE(line.find("holds for every container"), std::string::npos) << line;
  }
  int refused = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder + "/refused")) {
    ++refused;
    EXPECT_FALSE(LintOf(TextOf(file.path())).empty()) << file.path();
  }
  EXPECT_GT(refused, 10);
}

/// What the hook uses, lint finds no error of the kind that stops the hook in, and the other way.
TEST(Lint, AgreesWithTheHookAboutWhatCanBeUsed) {
  for (const char* text : {"{}", "{", "[]", R"({"mode":1})", R"({"a":1})", R"({"profile":"x"})",
                           R"({"profile":"strict"})", R"({"overrides":[{}]})",
                           R"({"profiles":{"a":{"extends":"a"}}})", R"({"overrides":[1]})"}) {
    const std::vector<PolicySource> sources = {{"p.json", text}};
    const bool usable = CombineSources(sources).has_value();
    const bool only_unknown = std::string_view(text) == R"({"a":1})";
    EXPECT_EQ(LintSources(sources).empty(), usable && !only_unknown) << text;
  }
}

}  // namespace
}  // namespace headroom
