// What holds for every rule there is, so that adding one needs nothing outside of its own files.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "policy/decide.h"
#include "policy/rule.h"
#include "policy/testing/fixed_facts.h"
#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

std::string StemOf(std::string_view id) {
  std::string stem(id);
  std::ranges::replace(stem, '-', '_');
  return stem;
}

/// Lower-case words joined by `joint`: what a key of a policy file may be.
bool IsWords(std::string_view text, char joint) {
  return !text.empty() && text.front() != joint && text.back() != joint &&
         std::ranges::all_of(text, [joint](char letter) {
           return letter == joint || (letter >= 'a' && letter <= 'z') ||
                  (letter >= '0' && letter <= '9');
         });
}

/// A value for every parameter that has no fallback: whatever can be fixed is then.
ParameterValues Named(const Rule& rule) {
  using Kind = ParameterSpec::Kind;
  ParameterValues values;
  for (const ParameterSpec& spec : rule.parameters) {
    if (spec.fallback) continue;
    if (spec.kind == Kind::kSwitch) values.emplace(spec.name, true);
    if (spec.kind == Kind::kShare) values.emplace(spec.name, 0.5);
    if (spec.kind == Kind::kBytes) values.emplace(spec.name, Mebibytes(32));
    if (spec.kind == Kind::kLimit) values.emplace(spec.name, Limit(Mebibytes(32)));
    if (spec.kind == Kind::kCount) values.emplace(spec.name, Count{100});
    if (spec.kind == Kind::kOomScoreAdj) values.emplace(spec.name, OomScoreAdj{0});
  }
  return values;
}

/// As loose as a container can be, with the memory limit `max`.
ContainerFacts Loose(Limit max) {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.max = max;
  facts.cgroup.limits.swap_max = Limit::Unlimited();
  facts.cgroup.limits.oom_group = false;
  facts.memory_min = facts.memory_low = Limit(Bytes{0});
  facts.pids = ContainerFacts::PidsMax{};
  facts.hugetlb = {{Mebibytes(2), Limit::Unlimited()}, {Mebibytes(1024), Limit::Unlimited()}};
  facts.oom_kill_disabled = true;
  facts.shm->size = Limit::Unlimited();
  TmpfsFacts run;
  run.destination = "/run";
  run.mount_point = "/b/rootfs/run";
  facts.tmpfs = {run};
  facts.process.memlock = Limit::Unlimited();
  facts.process.oom_score_adj = -1000;
  facts.host.memory_total = Mebibytes(1024);
  facts.host.swap_total = Mebibytes(1024);
  facts.host.hugetlb_total = Mebibytes(1024);
  return facts;
}

/// docker run -m 512m --memory-swap 512m --pids-limit 200, under the systemd driver.
ContainerFacts SaneDocker() {
  ContainerFacts facts = FactsOfAContainer();
  facts.cgroup.limits.max = Limit(Mebibytes(512));
  facts.cgroup.limits.swap_max = Limit(Bytes{0});
  facts.cgroup.limits.oom_group = false;
  facts.memory_min = facts.memory_low = Limit(Bytes{0});
  facts.pids = ContainerFacts::PidsMax{.count = 200, .path = facts.cgroup.path};
  facts.hugetlb = {{Mebibytes(2), Limit::Unlimited()}};
  facts.unit = UnitFacts{.name = "docker-3f1c9a.scope", .sets_swap_max = false};
  facts.shm->size = Limit(Mebibytes(64));
  facts.host.memory_total = Mebibytes(8192);
  facts.host.swap_total = Bytes{0};
  facts.host.hugetlb_total = Bytes{0};
  return facts;
}

/// A pod of one container with as much memory requested as is its limit.
ContainerFacts GuaranteedPod() {
  ContainerFacts facts = SaneDocker();
  facts.engine.engine = "containerd";
  facts.engine.kubernetes = true;
  facts.cgroup.limits.oom_group = true;  // the kubelet's doing, since 1.28
  facts.memory_min = Limit(Mebibytes(512));
  facts.ancestors[0].limits.max = Limit(Mebibytes(512));
  facts.unit->sets_swap_max = true;
  facts.host.swap_total = Mebibytes(1024);
  return facts;
}

std::vector<std::string> FindingsOf(const ContainerFacts& facts) {
  std::vector<std::string> rules;
  for (const Finding& finding : Decide(facts, Policy{}).findings) rules.push_back(finding.rule);
  return rules;
}

TEST(AllRules, HaveIdsOfTheirOwnEachTheStemOfAFile) {
  std::set<std::string_view> ids;
  const std::filesystem::path folder =
      std::filesystem::path(HEADROOM_SOURCE_DIR) / "policy" / "rules";
  for (const Rule* rule : AllRules()) {
    EXPECT_TRUE(ids.insert(rule->id).second) << rule->id;
    EXPECT_TRUE(IsWords(rule->id, '-')) << rule->id;
    EXPECT_TRUE(std::filesystem::exists(folder / (StemOf(rule->id) + ".cc"))) << rule->id;
    EXPECT_EQ(FindRule(rule->id), rule);
    EXPECT_NE(rule->evaluate, nullptr) << rule->id;
  }
  EXPECT_FALSE(ids.empty());
  EXPECT_EQ(FindRule("nonsense"), nullptr);
}

TEST(AllRules, AreSummedUpInOneSentence) {
  for (const Rule* rule : AllRules()) {
    ASSERT_FALSE(rule->summary.empty()) << rule->id;
    EXPECT_EQ(rule->summary.find('\n'), std::string_view::npos) << rule->id;
    EXPECT_EQ(rule->summary.find(". "), std::string_view::npos) << rule->id;
    EXPECT_EQ(rule->summary.back(), '.') << rule->id;
  }
}

TEST(AllRules, TakeParametersWithNamesOfTheirOwnAndFallbacksOfTheirKind) {
  for (const Rule* rule : AllRules()) {
    std::set<std::string_view> names;
    for (const ParameterSpec& spec : rule->parameters) {
      const std::string at = std::string(rule->id) + "." + std::string(spec.name);
      EXPECT_TRUE(names.insert(spec.name).second) << at;
      EXPECT_TRUE(IsWords(spec.name, '_')) << at;
      EXPECT_NE(spec.name, "action") << at << ": the key of every rule";
      ASSERT_FALSE(spec.summary.empty()) << at;
      EXPECT_NE(spec.summary.back(), '.') << at;
      if (!spec.fallback) continue;
      EXPECT_EQ(spec.fallback->index(), static_cast<std::size_t>(spec.kind)) << at;
    }
  }
}

TEST(AllRules, MeanTheirFallbacks) {
  const ParameterValues nothing;
  for (const Rule* rule : AllRules()) {
    if (rule->contradiction == nullptr) continue;
    EXPECT_EQ(rule->contradiction(Parameters(rule->parameters, nothing)), "") << rule->id;
  }
}

TEST(AllRules, HoldNothingAgainstAContainerOfWhichNothingIsKnown) {
  for (const FactsSource source : {FactsSource::kContainer, FactsSource::kConfig}) {
    ContainerFacts facts;
    facts.source = source;
    const Decision decision = Decide(facts, Policy{});
    for (const Finding& finding : decision.findings) ADD_FAILURE() << finding.rule;
    for (const std::string& note : decision.notes) {
      EXPECT_NE(note.find(": not judged: "), std::string::npos) << note;
      EXPECT_FALSE(note.ends_with(": ")) << note << ": a reason is owed";
    }
  }
}

TEST(AllRules, AreQuietAboutAContainerThatIsSanelyRun) {
  // Docker has no option for memory.oom.group, so all of its containers are told.
  EXPECT_EQ(FindingsOf(SaneDocker()), std::vector<std::string>{"oom-group"});
  EXPECT_EQ(FindingsOf(GuaranteedPod()), std::vector<std::string>{});
}

TEST(AllRules, AreCleanAfterTheirOwnFix) {
  int fixed = 0;
  for (const Rule* rule : AllRules()) {
    const ParameterValues values = Named(*rule);
    for (const Limit max : {Limit::Unlimited(), Limit(Mebibytes(64)), Limit(Mebibytes(4096))}) {
      const ContainerFacts loose = Loose(max);
      const Violation before = ViolationOf(Judge(rule->id, loose, values));
      if (before.fixes.empty()) continue;
      ++fixed;
      const Violation after = ViolationOf(Judge(rule->id, Fixed(loose, before.fixes), values));
      EXPECT_EQ(after.fact, "") << rule->id << " with memory.max " << ToText(max);
    }
  }
  EXPECT_GT(fixed, 0);
}

TEST(AllRules, SayOneLineEachAndWhyWhereThereIsNoFix) {
  const char* const misread[] = {"permission denied", "operation not permitted",
                                 "no such file or directory", "executable file not found",
                                 "not a directory"};
  for (const Rule* rule : AllRules()) {
    for (const ParameterValues& values : {ParameterValues{}, Named(*rule)}) {
      const Judgement judgement = Judge(rule->id, Loose(Limit(Mebibytes(4))), values);
      const auto* violation = std::get_if<Violation>(&judgement);
      if (violation == nullptr) continue;
      EXPECT_NE(violation->fixes.empty(), violation->no_fix_reason.empty()) << rule->id;
      for (const std::string& text : {violation->fact, violation->advice}) {
        ASSERT_FALSE(text.empty()) << rule->id;
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
        EXPECT_FALSE(text.ends_with('.') && !text.ends_with("...")) << text;
        for (const char* words : misread) EXPECT_EQ(text.find(words), std::string::npos) << text;
      }
    }
  }
}

}  // namespace
}  // namespace headroom
