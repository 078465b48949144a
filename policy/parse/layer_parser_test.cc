#include "policy/parse/layer_parser.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

constexpr std::string_view kWhole = R"({
  // comments are allowed
  "$schema": "https://example.invalid/x",
  "mode": "throttle",
  "log_lines": 0,
  "profile": "mine",
  "profiles": {"mine": {"extends": "balanced", "mode": "observe",
                        "rules": {"shm-sized": {"action": "warn"}}}},
  "rules": {
    "memory-max-required": {"action": "deny", "ancestor_counts": false, "fix_to": "512M"},
    "shm-sized": {"action": "fix", "max_share": 0.25}
  },
  "overrides": [
    {"match": {"engine": "docker", "image": "*/redis:*", "name": "r?", "label": {"a": "b*"},
               "annotation": {"c": "d"}, "cgroup_prefix": "/system.slice"},
     "profile": "strict", "mode": "tripwire", "rules": {"shm-sized": {"max_share": 1}}}
  ],
  "allowed_annotations": ["io.headroom.mode", "io.headroom.shm-sized"]
})";

struct Parsed {
  Result<PolicyLayer> layer;
  std::vector<std::string> notes;
};

Parsed Parse(std::string_view text) {
  Parsed parsed;
  parsed.layer = ParsePolicyLayer(text, "policy.json", parsed.notes);
  return parsed;
}

std::string MessageOf(std::string_view text) {
  const Parsed parsed = Parse(text);
  return parsed.layer ? "" : parsed.layer.error().Message();
}

TEST(PolicyLayer, ReadsEveryKeyWithItsOrigin) {
  const Parsed parsed = Parse(kWhole);
  ASSERT_TRUE(parsed.layer) << parsed.layer.error().Message();
  EXPECT_TRUE(parsed.notes.empty()) << parsed.notes[0];
  const PolicyLayer& layer = *parsed.layer;
  EXPECT_EQ(layer.settings.mode, (Sourced<Mode>{Mode::kThrottle, "policy.json"}));
  EXPECT_EQ(layer.settings.log_lines, (Sourced<std::uint32_t>{0, "policy.json"}));
  EXPECT_EQ(layer.settings.profile, (Sourced<std::string>{"mine", "policy.json"}));
  const RuleLayer& required = layer.settings.rules.at("memory-max-required");
  EXPECT_EQ(required.action, (Sourced<Action>{Action::kDeny, "policy.json"}));
  EXPECT_EQ(required.values.at("ancestor_counts").value, ParameterValue(false));
  EXPECT_EQ(required.values.at("fix_to"), (Sourced<ParameterValue>{Mebibytes(512), "policy.json"}));
  const Profile& mine = layer.profiles.at("mine");
  EXPECT_EQ(mine.extends, (Sourced<std::string>{"balanced", "profile mine"}));
  EXPECT_EQ(mine.settings.mode, (Sourced<Mode>{Mode::kObserve, "profile mine"}));
  EXPECT_EQ(mine.settings.rules.at("shm-sized").action->origin, "profile mine");
  EXPECT_EQ(layer.allowed_annotations->value,
            (std::set<std::string, std::less<>>{"io.headroom.mode", "io.headroom.shm-sized"}));
}

TEST(PolicyLayer, ReadsAnOverride) {
  const PolicyLayer layer = Parse(kWhole).layer.value();
  ASSERT_EQ(layer.overrides.size(), 1U);
  const Override& read = layer.overrides[0];
  EXPECT_EQ(read.origin, "override 1 of policy.json");
  EXPECT_EQ(read.match.engine, "docker");
  EXPECT_EQ(read.match.image, "*/redis:*");
  EXPECT_EQ(read.match.name, "r?");
  EXPECT_EQ(read.match.labels.at("a"), "b*");
  EXPECT_EQ(read.match.annotations.at("c"), "d");
  EXPECT_EQ(read.match.cgroup_prefix, "/system.slice");
  EXPECT_FALSE(read.match.unknown_condition);
  EXPECT_EQ(read.settings.profile, (Sourced<std::string>{"strict", read.origin}));
  EXPECT_EQ(read.settings.mode, (Sourced<Mode>{Mode::kTripwire, read.origin}));
  EXPECT_EQ(read.settings.rules.at("shm-sized").values.at("max_share"),
            (Sourced<ParameterValue>{1.0, read.origin}));
}

TEST(PolicyLayer, AnEmptyFileAndNullsSayNothing) {
  EXPECT_EQ(Parse("{}").layer, PolicyLayer{});
  EXPECT_EQ(
      Parse(
          R"({"mode":null,"log_lines":null,"profile":null,"rules":null,"profiles":null,"overrides":null,
                      "allowed_annotations":null,"retention":null})")
          .layer,
      PolicyLayer{});
}

TEST(PolicyLayer, UnknownKeysAreIgnoredWithANoteEach) {
  const Parsed parsed = Parse(
      R"({"colour":1,"rules":{"later-rule":{"action":"deny"},"shm-sized":{"max_shares":1}}})");
  ASSERT_TRUE(parsed.layer);
  ASSERT_EQ(parsed.notes.size(), 3U);
  EXPECT_EQ(parsed.notes[0], "policy.json: rules: key \"later-rule\" is not known and was ignored");
  EXPECT_EQ(parsed.notes[1],
            "policy.json: rules: shm-sized: key \"max_shares\" is not known and was ignored; did "
            "you mean \"max_share\"?");
  EXPECT_EQ(parsed.notes[2], "policy.json: key \"colour\" is not known and was ignored");
}

TEST(PolicyLayer, AConditionThatIsNotKnownMakesTheOverrideHoldForNothing) {
  const Parsed parsed = Parse(R"({"overrides":[{"match":{"namespace":"x"},"mode":"observe"}]})");
  ASSERT_TRUE(parsed.layer);
  EXPECT_TRUE(parsed.layer->overrides[0].match.unknown_condition);
  EXPECT_EQ(parsed.notes.at(0),
            "policy.json: override 1: match: key \"namespace\" is not known and was ignored");
}

TEST(PolicyLayer, RefusesWithFilePlaceKeyAndExpectation) {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {R"({"mode":"loud"})",
       "line 1, column 9: key \"mode\" is \"loud\", expected \"tripwire\", \"observe\" or "
       "\"throttle\""},
      {R"({"log_lines":1001})",
       "line 1, column 14: key \"log_lines\" is expected to be a number of lines from 0 (none) to "
       "1000"},
      {R"({"supervisor":"both"})", "\"supervisor\" is \"both\", expected \"auto\""},
      {R"({"throttle":{"high_share":0.99}})", "\"high_share\" is expected to be a number from 0.5"},
      {R"({"throttle":{"stall_limit":0}})", "\"stall_limit\" is expected to be a number from 0.05"},
      {R"({"throttle":{"stall_grace":"4s"}})", "\"stall_grace\" is less than \"5s\""},
      {R"({"throttle":{"stall_grace":30}})", "\"stall_grace\" is expected to be a time"},
      {R"({"throttle":[]})", "\"throttle\" holds an array, expected an object"},
      {R"({"pre_kill":{"signal":"KILL"}})", "\"pre_kill\" has the signal \"KILL\""},
      {R"({"pre_kill":{"command":["gcore"]}})", "absolute path"},
      {R"({"pre_kill":{"command":["/x"],"signal":"USR1"}})", "both a command and a signal"},
      {R"({"pre_kill":{"command":["/x",1]}})", "\"command\" is expected to be a list of words"},
      {R"({"pre_kill":{"command":["/x"],"hold":"31s"}})", "\"hold\" is expected to be a time"},
      {R"({"pre_kill":{"command":["/x"],"time":"301s"}})", "\"time\" is expected to be a time"},
      {R"({"log_lines":-1})", "key \"log_lines\" is expected to be a number of lines"},
      {R"({"log_lines":1.5})", "key \"log_lines\" is expected to be a number of lines"},
      {R"({"log_lines":true})", "key \"log_lines\" is expected to be a number of lines"},
      {R"({"mode":7})", "line 1, column 9: key \"mode\" holds a number, expected a string"},
      {"{\n \"rules\": []}", "line 2, column 11: key \"rules\" holds an array, expected an object"},
      {R"({"rules":{"shm-sized":"deny"}})",
       "line 1, column 23: rules: key \"shm-sized\" holds a string, expected an object"},
      {R"({"rules":{"shm-sized":{"action":"scream"}}})",
       "line 1, column 33: rules: shm-sized: key \"action\" is \"scream\", expected \"off\", "
       "\"warn\", \"fix\" or \"deny\""},
      {R"({"rules":{"shm-sized":{"action":null,"max_share":"half"}}})",
       "line 1, column 50: rules: shm-sized: key \"max_share\" is expected to be a number above 0 "
       "and at most 1"},
      {R"({"rules":{"shm-sized":{"max_share":0}}})", "\"max_share\" is expected to be a number"},
      {R"({"rules":{"shm-sized":{"max_share":1.01}}})", "at most 1"},
      {R"({"rules":{"memory-max-required":{"fix_to":0}}})",
       "\"fix_to\" is expected to be a number"},
      {R"({"rules":{"memory-max-required":{"at_most":"512 MB"}}})", "\"512M\""},
      {R"({"rules":{"memory-max-required":{"ancestor_counts":1}}})", "true or false"},
      {R"({"profile":1})", "key \"profile\" holds a number, expected a string"},
      {R"({"profiles":{"p":{"rules":{"shm-sized":{"action":"x"}}}}})",
       "profiles: p: rules: shm-sized: key \"action\""},
      {R"({"profiles":{"":{}}})", "profiles: key \"\" is no name for a profile"},
      {R"({"overrides":{}})", "key \"overrides\" holds an object, expected an array"},
      {R"({"overrides":[{"match":{}},7]})",
       "line 1, column 28: override 2: is expected to be an object, holds number"},
      {R"({"overrides":[{"mode":"observe"}]})", "override 1: key \"match\" is missing"},
      {R"({"overrides":[{"match":{"image":["a"]}}]})",
       "override 1: match: key \"image\" holds an array, expected a string"},
      {R"({"overrides":[{"match":{"label":{"a":1}}}]})",
       "override 1: match: label: key \"a\" holds a number, expected a string"},
      {R"({"overrides":[{"match":{"cgroup_prefix":"system.slice"}}]})",
       "key \"cgroup_prefix\" is \"system.slice\", expected a path"},
      {R"({"allowed_annotations":"io.headroom.mode"})", "expected an array"},
      {R"({"allowed_annotations":[1]})", "allowed_annotations: entry 1: is expected to be text"},
      {R"({"retention":[]})",
       "line 1, column 14: key \"retention\" holds an array, expected an object"},
      {R"({"retention":{"max_age":30}})",
       "line 1, column 25: retention: key \"max_age\" is expected to be an age above 0 like "
       "\"30d\""},
      {R"({"retention":{"max_age":"0d"}})", "key \"max_age\" is expected to be an age"},
      {R"({"retention":{"max_bundles":0}})",
       "key \"max_bundles\" is expected to be a whole number above 0, or \"unlimited\""},
      {R"({"retention":{"per_container":"many"}})", "key \"per_container\" is expected"},
      {"{\"retention\":\n{\"max_bytes\":\"2 GiB\"}}",
       "line 2, column 14: retention: key \"max_bytes\" is expected to be a number of bytes above "
       "0, text like \"512M\", or \"unlimited\""},
      {"[]", "holds a JSON array, expected an object"},
      {"{\"mode\": \"tripwire\",}", "is not valid JSON at line 1, column 21"},
  };
  for (const Case& c : cases) {
    const std::string message = MessageOf(c.text);
    EXPECT_TRUE(message.starts_with("policy.json: ")) << message;
    EXPECT_NE(message.find(c.message), std::string::npos) << message << "\n for " << c.text;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(PolicyLayer, RefusesAPatternThatIsTooLong) {
  const std::string pattern(kMaxPatternBytes + 1, 'a');
  EXPECT_NE(MessageOf(R"({"overrides":[{"match":{"image":")" + pattern + R"("}}]})").find("257"),
            std::string::npos);
  EXPECT_EQ(MessageOf(R"({"overrides":[{"match":{"image":")" + pattern.substr(1) + R"("}}]})"), "");
}

TEST(PolicyLayer, EveryTruncationIsRefused) {
  for (std::size_t size = 0; size < kWhole.size(); ++size) {
    EXPECT_NE(MessageOf(kWhole.substr(0, size)), "") << size;
  }
}

TEST(PolicyLayer, NothingThatATerminalObeysComesOut) {
  const std::string message = MessageOf(R"({"mode":"\u001b[2J"})");
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  const Parsed parsed = Parse(R"({"\u001b[2J":1,"rules":{"\u000a":{}}})");
  for (const std::string& note : parsed.notes) {
    EXPECT_EQ(note.find_first_of("\x1b\n"), std::string::npos) << note;
  }
}

}  // namespace
}  // namespace headroom
