#include "policy/layers/match.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(GlobMatches, KnowsStarAndQuestionMarkAndNothingElse) {
  struct Case {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Case cases[] = {
      {"", "", true},
      {"", "a", false},
      {"a", "", false},
      {"abc", "abc", true},
      {"abc", "abcd", false},
      {"abc", "ab", false},
      {"*", "", true},
      {"*", "a/b:c", true},
      {"**", "", true},
      {"a*", "a", true},
      {"a*", "ba", false},
      {"*a", "bca", true},
      {"*a", "bac", false},
      {"a*b*c", "axbybzc", true},
      {"a*b*c", "axbyz", false},
      {"?", "", false},
      {"?", "x", true},
      {"??", "x", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"*?", "", false},
      {"?*", "x", true},
      {"*.io/*:v?", "ghcr.io/a/b:v1", true},
      {"[ab]", "a", false},
      {"[ab]", "[ab]", true},
      {"\\*", "*", false},
      {"*ab", "aab", true},
      {"*aab", "aaab", true},
      {"A", "a", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(GlobMatches(c.pattern, c.text), c.matches) << c.pattern << " on " << c.text;
  }
}

/// The plain definition, to compare with on everything short.
bool ByDefinition(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return ByDefinition(pattern.substr(1), text) ||
           (!text.empty() && ByDefinition(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         ByDefinition(pattern.substr(1), text.substr(1));
}

std::vector<std::string> AllOf(std::string_view letters, std::size_t longest) {
  std::vector<std::string> words = {""};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].size() == longest) break;
    for (const char letter : letters) words.push_back(words[i] + letter);
  }
  return words;
}

TEST(GlobMatches, AgreesWithItsDefinitionOnEveryShortPatternAndText) {
  for (const std::string& pattern : AllOf("ab*?", 5)) {
    for (const std::string& text : AllOf("ab", 6)) {
      ASSERT_EQ(GlobMatches(pattern, text), ByDefinition(pattern, text)) << pattern << " " << text;
    }
  }
}

/// With a branch for each star this would not end.
TEST(GlobMatches, DoesNotBacktrackExponentially) {
  std::string pattern;
  while (pattern.size() + 2 < kMaxPatternBytes) pattern += "*a";
  EXPECT_FALSE(GlobMatches(pattern + "b", std::string(100'000, 'a')));
  EXPECT_TRUE(GlobMatches(pattern, std::string(100'000, 'a')));
}

TEST(IsAtOrBelow, GoesByWholeComponents) {
  EXPECT_TRUE(IsAtOrBelow("/a", "/a"));
  EXPECT_TRUE(IsAtOrBelow("/a", "/a/b"));
  EXPECT_TRUE(IsAtOrBelow("/a/", "/a"));
  EXPECT_FALSE(IsAtOrBelow("/a", "/ab"));
  EXPECT_FALSE(IsAtOrBelow("/a/b", "/a"));
  EXPECT_TRUE(IsAtOrBelow("/", "/a"));
  EXPECT_TRUE(IsAtOrBelow("/", "/"));
  EXPECT_FALSE(IsAtOrBelow("/", "")) << "the cgroup is not known";
}

Subject Web() {
  return Subject{.engine = "podman",
                 .kubernetes = false,
                 .image = "docker.io/library/nginx:1.25",
                 .name = "web-1",
                 .labels = {{"tier", "front"}, {"empty", ""}},
                 .annotations = {{"team", "a"}},
                 .cgroup_path = "/machine.slice/libpod-1.scope"};
}

TEST(Matches, WhenEveryConditionThatIsGivenHolds) {
  EXPECT_TRUE(Matches({}, Web()));
  Match all;
  all.engine = "podman";
  all.image = "*/nginx:*";
  all.name = "web-?";
  all.labels = {{"tier", "f*"}, {"empty", "*"}};
  all.annotations = {{"team", "?"}};
  all.cgroup_prefix = "/machine.slice";
  EXPECT_TRUE(Matches(all, Web()));
  const auto broken = [&all](auto change) {
    Match match = all;
    change(match);
    return !Matches(match, Web());
  };
  EXPECT_TRUE(broken([](Match& match) { match.engine = "docker"; }));
  EXPECT_TRUE(broken([](Match& match) { match.image = "nginx"; }));
  EXPECT_TRUE(broken([](Match& match) { match.name = "web"; }));
  EXPECT_TRUE(broken([](Match& match) { match.labels["tier"] = "back"; }));
  EXPECT_TRUE(broken([](Match& match) { match.labels["absent"] = "*"; }));
  EXPECT_TRUE(broken([](Match& match) { match.annotations["team"] = "b"; }));
  EXPECT_TRUE(broken([](Match& match) { match.cgroup_prefix = "/machine"; }));
  EXPECT_TRUE(broken([](Match& match) { match.unknown_condition = true; }));
}

TEST(Matches, NothingThatIsNotKnownMatchesAnyPattern) {
  for (std::optional<std::string> Match::* condition :
       {&Match::engine, &Match::image, &Match::name}) {
    Match match;
    match.*condition = "*";
    EXPECT_TRUE(Matches(match, Web()));
    EXPECT_FALSE(Matches(match, Subject{}));
  }
}

TEST(Matches, KubernetesIsAnEngineToo) {
  Subject pod = Web();
  pod.engine = "containerd";
  Match match;
  match.engine = "kubernetes";
  EXPECT_FALSE(Matches(match, pod));
  pod.kubernetes = true;
  EXPECT_TRUE(Matches(match, pod));
  match.engine = "containerd";
  EXPECT_TRUE(Matches(match, pod));
}

TEST(MayMatchLater, OnlyWhereTheCgroupToComeDecides) {
  Subject web = Web();
  web.cgroup_path = "/agents.slice/docker-1.scope";
  web.cgroup_to_come = true;
  const auto may = [&web](const char* prefix) {
    Match match;
    match.cgroup_prefix = prefix;
    match.name = "web-1";
    return MayMatchLater(match, web);
  };
  EXPECT_FALSE(may("/agents.slice")) << "it matches already";
  EXPECT_FALSE(may("/agents.slice/docker-1.scope"));
  EXPECT_TRUE(may("/agents.slice/docker-1.scope/container")) << "a runtime makes one below";
  EXPECT_FALSE(may("/agents.slice/docker-11.scope"));
  EXPECT_FALSE(may("/batch.slice"));
  web.cgroup_path.clear();
  EXPECT_TRUE(may("/batch.slice")) << "nothing is told";
  web.name = "other";
  EXPECT_FALSE(may("/batch.slice")) << "all else has to hold";
  web.name = "web-1";
  web.cgroup_to_come = false;
  EXPECT_FALSE(may("/batch.slice")) << "nobody will know later";
  EXPECT_FALSE(MayMatchLater({}, web));
}

TEST(SubjectOf, HasTheCgroupThatConfigJsonAsksFor) {
  ContainerFacts facts;
  facts.config = ConfigFacts{.asked_cgroup = "/asked", .hook_follows = true};
  EXPECT_EQ(SubjectOf(facts).cgroup_path, "/asked");
  EXPECT_TRUE(SubjectOf(facts).cgroup_to_come);
}

TEST(SubjectOf, TakesWhatTheFactsKnow) {
  ContainerFacts facts;
  facts.engine.engine = "docker";
  facts.engine.image = "a";
  facts.engine.name = "b";
  facts.labels = {{"l", "1"}};
  facts.annotations = {{"n", "2"}};
  facts.cgroup.path = "/c";
  const Subject subject = SubjectOf(facts);
  EXPECT_EQ(subject.engine + subject.image + subject.name + subject.cgroup_path, "dockerab/c");
  EXPECT_EQ(subject.labels.at("l"), "1");
  EXPECT_EQ(subject.annotations.at("n"), "2");
}

}  // namespace
}  // namespace headroom
