#include "policy/layers/resolve.h"

#include <gtest/gtest.h>

#include "policy/layers/annotations.h"
#include "policy/layers/load.h"
#include "policy/testing/random_layer.h"

namespace headroom {
namespace {

PolicyLayer LayerOf(const std::string& text) {
  const auto loaded = CombineSources({{"policy.json", text}});
  EXPECT_TRUE(loaded) << loaded.error().Message();
  return loaded ? loaded->layer : PolicyLayer{};
}

ResolvedPolicy ResolveText(const std::string& text, const Subject& subject = {}) {
  return Resolve(LayerOf(text), subject);
}

Subject Docker() {
  Subject subject;
  subject.engine = "docker";
  return subject;
}

RuleSettings ShmOf(const ResolvedPolicy& resolved) {
  const auto found = resolved.policy.rules.find("shm-sized");
  return found == resolved.policy.rules.end() ? RuleSettings{} : found->second;
}

TEST(Resolve, WithoutLayersIsTheBuiltInPolicy) {
  EXPECT_EQ(Resolve({}, {}).policy, Policy{});
  EXPECT_EQ(ResolveText("{}").policy, Policy{});
  EXPECT_EQ(Policy{}.mode, Mode::kTripwire);
}

TEST(Resolve, MarksTheRulesOfAnOverrideThatMayMatchLater) {
  const std::string text = R"({
    "rules": {"shm-sized": {"action": "deny"}, "oom-group": {"action": "deny"}},
    "profiles": {"root": {"rules": {"pids-bounded": {"action": "off"}}}, "leaf": {"extends": "root"}},
    "overrides": [{"match": {"cgroup_prefix": "/agents.slice"}, "profile": "leaf",
                   "rules": {"shm-sized": {"action": "warn"}}}]})";
  Subject subject;
  subject.cgroup_to_come = true;
  const ResolvedPolicy later = ResolveText(text, subject);
  EXPECT_EQ(ShmOf(later).undecided_by, "override 1 of policy.json");
  EXPECT_EQ(ShmOf(later).action, Action::kDeny);
  EXPECT_EQ(later.policy.rules.at("pids-bounded").undecided_by, "override 1 of policy.json");
  EXPECT_EQ(later.policy.rules.at("oom-group").undecided_by, "");
  subject.cgroup_path = "/agents.slice/x";
  EXPECT_EQ(ShmOf(ResolveText(text, subject)).undecided_by, "");
  EXPECT_EQ(ShmOf(ResolveText(text, subject)).action, Action::kWarn);
  EXPECT_EQ(ShmOf(ResolveText(text)).undecided_by, "") << "nobody looks later";
}

/// Each place names one key more than the ones above it in this order.
TEST(Resolve, EveryLayerWinsOverTheOnesBelowIt) {
  const std::string text = R"({
    "profile": "leaf",
    "profiles": {
      "root": {"mode": "observe", "rules": {"shm-sized": {"action": "deny", "max_share": 0.1},
                                            "memory-max-required": {"action": "deny"}}},
      "leaf": {"extends": "root", "rules": {"shm-sized": {"action": "fix"}}},
      "other": {"rules": {"shm-sized": {"max_share": 0.4}}}},
    "rules": {"memory-max-required": {"at_most": "1G"}},
    "overrides": [
      {"match": {"engine": "docker"}, "rules": {"shm-sized": {"max_share": 0.3}}},
      {"match": {"engine": "podman"}, "mode": "throttle"},
      {"match": {"engine": "d*"}, "profile": "other", "rules": {"shm-sized": {"action": "off"}}}]
  })";
  const ResolvedPolicy all = ResolveText(text);
  EXPECT_TRUE(all.warnings.empty());
  EXPECT_EQ(all.policy.mode, Mode::kObserve);
  EXPECT_EQ(all.policy.mode_origin, "profile root");
  EXPECT_EQ(ShmOf(all).action, Action::kFix);
  EXPECT_EQ(ShmOf(all).action_origin, "profile leaf");
  EXPECT_EQ(ShmOf(all).values.at("max_share"), ParameterValue(0.1));
  EXPECT_EQ(ShmOf(all).value_origins.at("max_share"), "profile root");
  const RuleSettings& required = all.policy.rules.at("memory-max-required");
  EXPECT_EQ(required.action, Action::kDeny);
  EXPECT_EQ(required.value_origins.at("at_most"), "policy.json");

  const ResolvedPolicy docker = ResolveText(text, Docker());
  EXPECT_EQ(docker.policy.mode, Mode::kObserve) << "the second override is podman's";
  EXPECT_EQ(ShmOf(docker).values.at("max_share"), ParameterValue(0.4))
      << "of the last override's profile";
  EXPECT_EQ(ShmOf(docker).value_origins.at("max_share"), "profile other");
  EXPECT_EQ(ShmOf(docker).action, Action::kOff);
  EXPECT_EQ(ShmOf(docker).action_origin, "override 3 of policy.json");
}

TEST(Resolve, AnOverridesProfileWinsOverThePolicysOwnSettings) {
  const std::string text = R"({"rules": {"shm-sized": {"action": "deny"}},
      "overrides": [{"match": {"engine": "docker"}, "profile": "advise"}]})";
  EXPECT_EQ(ShmOf(ResolveText(text)).action, Action::kDeny);
  EXPECT_EQ(ShmOf(ResolveText(text, Docker())).action, Action::kWarn);
  EXPECT_EQ(ShmOf(ResolveText(text, Docker())).action_origin, "profile advise");
}

TEST(Resolve, TwiceIsTheSame) {
  RandomLayers layers(7);
  for (int i = 0; i < 500; ++i) {
    const PolicyLayer layer = layers.Next();
    const ResolvedPolicy once = Resolve(layer, Docker());
    const ResolvedPolicy again = Resolve(layer, Docker());
    ASSERT_EQ(once.policy, again.policy);
    ASSERT_EQ(once.warnings, again.warnings);
  }
}

/// Files may be grouped in any way before anybody asks about a container.
TEST(Resolve, DoesNotDependOnHowTheLayersWereGrouped) {
  RandomLayers layers(8);
  for (int i = 0; i < 500; ++i) {
    const PolicyLayer a = layers.Next();
    const PolicyLayer b = layers.Next();
    const PolicyLayer c = layers.Next();
    ASSERT_EQ(Resolve(Merge(Merge(a, b), c), Docker()).policy,
              Resolve(Merge(a, Merge(b, c)), Docker()).policy);
  }
}

/// The last override that holds has the last word, whatever stands below.
TEST(Resolve, AnOverrideThatHoldsLastDecides) {
  RandomLayers layers(9);
  for (int i = 0; i < 500; ++i) {
    PolicyLayer layer = layers.Next();
    const Policy before = Resolve(layer, Docker()).policy;
    Override last;
    last.match.engine = "podman";
    last.settings.rules["shm-sized"].action = Sourced<Action>{Action::kDeny, "last"};
    layer.overrides.push_back(last);
    ASSERT_EQ(Resolve(layer, Docker()).policy, before) << "it is not for docker";
    layer.overrides.back().match.engine = "docker";
    const Policy after = Resolve(layer, Docker()).policy;
    ASSERT_EQ(after.rules.at("shm-sized").action, Action::kDeny);
    ASSERT_EQ(after.mode, before.mode);
  }
}

TEST(Resolve, AProfileThatDoesNotExistIsLeftOutWithAWarning) {
  PolicyLayer layer;
  layer.settings.profile = Sourced<std::string>{"x\x1b", "policy.json"};
  layer.settings.mode = Sourced<Mode>{Mode::kObserve, "policy.json"};
  const ResolvedPolicy resolved = Resolve(layer, {});
  EXPECT_EQ(resolved.policy.mode, Mode::kObserve);
  ASSERT_EQ(resolved.warnings.size(), 1U);
  EXPECT_EQ(resolved.warnings[0],
            "policy.json: there is no profile \"x\\x1b\"; its settings are left out");
}

/// What the annotations of a container come to under a policy that allows the first two.
ResolvedPolicy Annotated(Annotations annotations) {
  Subject subject = Docker();
  subject.annotations = std::move(annotations);
  return ResolveText(R"({"rules": {"memory-max-required": {"action": "deny"}},
      "allowed_annotations": ["io.headroom.mode", "io.headroom.shm-sized"]})",
                     subject);
}

TEST(Annotations, AreListenedToWhereThePolicyAllowsThem) {
  const ResolvedPolicy resolved =
      Annotated({{"io.headroom.mode", "observe"},
                 {"io.headroom.shm-sized", R"({"action":"fix","max_share":0.25})"},
                 {"other", "x"}});
  EXPECT_TRUE(resolved.warnings.empty());
  EXPECT_EQ(resolved.policy.mode, Mode::kObserve);
  EXPECT_EQ(resolved.policy.mode_origin, "annotation io.headroom.mode");
  EXPECT_EQ(ShmOf(resolved).action, Action::kFix);
  EXPECT_EQ(ShmOf(resolved).values.at("max_share"), ParameterValue(0.25));
  EXPECT_EQ(ShmOf(resolved).value_origins.at("max_share"), "annotation io.headroom.shm-sized");
  EXPECT_EQ(ShmOf(Annotated({{"io.headroom.shm-sized", " off\n"}})).action, Action::kOff);
}

TEST(Annotations, OneThatIsNotAllowedChangesNothingAndIsTold) {
  const ResolvedPolicy resolved = Annotated({{"io.headroom.memory-max-required", "off"}});
  EXPECT_EQ(resolved.policy, Annotated({}).policy);
  ASSERT_EQ(resolved.warnings.size(), 1U);
  EXPECT_EQ(resolved.warnings[0],
            "annotation io.headroom.memory-max-required is refused: the policy does not allow it "
            "(\"allowed_annotations\")");
  Subject subject;
  subject.annotations = {{"io.headroom.mode", "observe"}};
  EXPECT_EQ(Resolve({}, subject).policy, Policy{}) << "the built-in policy allows none";
  EXPECT_EQ(Resolve({}, subject).warnings.size(), 1U);
}

TEST(Annotations, ABadValueChangesNothingAndIsTold) {
  for (const char* value :
       {"", "loud", "{", "[]", "7", R"({"action":"scream"})", R"({"max_share":2})",
        R"({"action":"off","max_shares":0.5})", R"({"action":"off","max_share":"half"})"}) {
    const ResolvedPolicy resolved = Annotated({{"io.headroom.shm-sized", value}});
    EXPECT_EQ(resolved.policy, Annotated({}).policy) << value;
    EXPECT_EQ(resolved.warnings.size(), 1U) << value;
  }
  const ResolvedPolicy loud = Annotated({{"io.headroom.mode", "loud\x1b"}});
  EXPECT_EQ(loud.policy, Annotated({}).policy);
  EXPECT_EQ(loud.warnings.at(0),
            "annotation io.headroom.mode is refused: its value \"loud\\x1b\" is not \"tripwire\", "
            "\"observe\" or \"throttle\"");
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(Annotated({{"io.headroom.shm-sized", deep}}).warnings.size(), 1U);
}

TEST(Annotations, HowManyLinesOfTheLogAreKeptIsChosenOnlyWhereThePolicyAllowsIt) {
  constexpr const char* kKey = "io.headroom.log_lines";
  Subject subject = Docker();
  const auto with = [&](const std::string& policy, const std::string& value) {
    subject.annotations = {{kKey, value}};
    return ResolveText(policy, subject);
  };
  const std::string allowed =
      R"({"log_lines": 50, "allowed_annotations": ["io.headroom.log_lines"]})";
  const ResolvedPolicy off = with(allowed, " 0\n");
  EXPECT_EQ(off.policy.log_lines, 0U);
  EXPECT_EQ(off.policy.log_lines_origin, "annotation io.headroom.log_lines");
  for (const char* bad : {"", "1001", "-1", "all", "1e2"}) {
    const ResolvedPolicy resolved = with(allowed, bad);
    EXPECT_EQ(resolved.policy.log_lines, 50U) << bad;
    EXPECT_EQ(resolved.warnings.size(), 1U) << bad;
  }
  const ResolvedPolicy refused = with(R"({"log_lines": 0})", "200");
  EXPECT_EQ(refused.policy.log_lines, 0U) << "the operator has the last word";
  EXPECT_EQ(refused.warnings.size(), 1U);
}

TEST(Resolve, ThePartsOfAThrottleAreLaidOverOneByOneWithTheirOrigins) {
  const std::string policy = R"({"throttle": {"high_share": 0.8, "stall_grace": "1m"},
      "overrides": [{"match": {"engine": "docker"}, "throttle": {"high_share": 0.7}}]})";
  const Policy docker = ResolveText(policy, Docker()).policy;
  EXPECT_DOUBLE_EQ(docker.throttle.high_share, 0.7);
  EXPECT_EQ(docker.throttle.stall_grace, std::chrono::minutes(1));
  EXPECT_DOUBLE_EQ(docker.throttle.stall_limit, Throttle{}.stall_limit);
  EXPECT_EQ(docker.throttle_origins.high_share, "override 1 of policy.json");
  EXPECT_EQ(docker.throttle_origins.stall_grace, "policy.json");
  EXPECT_EQ(docker.throttle_origins.stall_limit, kBuiltInOrigin);
}

TEST(Resolve, AnActionBeforeAKillIsOneValueAndAnEmptyOneTakesItAway) {
  const std::string policy = R"({"pre_kill": {"command": ["/bin/true"], "hold": "5s"},
      "overrides": [{"match": {"engine": "docker"}, "pre_kill": {"command": []}}]})";
  EXPECT_TRUE(ResolveText(policy, Subject{}).policy.pre_kill.wanted());
  const Policy docker = ResolveText(policy, Docker()).policy;
  EXPECT_FALSE(docker.pre_kill.wanted());
  EXPECT_EQ(docker.pre_kill.hold.count(), 0) << "nothing of the other action is left";
}

TEST(Resolve, FreezesWhomAnOverrideNamesAlone) {
  const std::string policy = R"({"overrides": [{"match": {"engine": "docker"}, "freeze": true}]})";
  EXPECT_TRUE(ResolveText(policy, Docker()).policy.freeze);
  EXPECT_FALSE(ResolveText(policy, Subject{}).policy.freeze);
}

TEST(Annotations, NoContainerNamesWhatIsRunBeforeItsKill) {
  Subject subject = Docker();
  subject.annotations = {{"io.headroom.pre_kill", R"({"signal": "TERM"})"},
                         {"io.headroom.throttle", R"({"high_share": 0.5})"}};
  const ResolvedPolicy resolved = ResolveText(
      R"({"allowed_annotations": ["io.headroom.mode"], "pre_kill": {"signal": "USR1"}})", subject);
  EXPECT_EQ(resolved.policy.pre_kill.signal, "USR1");
  EXPECT_EQ(resolved.policy.throttle, Throttle{});
}

TEST(Annotations, WhatIsRunBeforeAKillIsNoContainersChoiceWhateverThePolicyAllows) {
  Subject subject = Docker();
  subject.annotations = {{"io.headroom.pre_kill", R"({"command": ["/bin/true"], "hold": "5s"})"}};
  const ResolvedPolicy resolved = ResolveText(
      R"({"allowed_annotations": ["io.headroom.mode", "io.headroom.pre_kill"]})", subject);
  EXPECT_FALSE(resolved.policy.pre_kill.wanted());
  EXPECT_EQ(resolved.policy.pre_kill, PreKill{});
  EXPECT_FALSE(IsKnownAnnotation("io.headroom.pre_kill"));
  // The rest of that policy stands, and who reads it is told.
  subject.annotations["io.headroom.mode"] = "observe";
  EXPECT_EQ(ResolveText(R"({"allowed_annotations": ["io.headroom.mode", "io.headroom.pre_kill"]})",
                        subject)
                .policy.mode,
            Mode::kObserve);
}

TEST(Resolve, LinesOfTheLogAreKeptUnlessAnOverrideSwitchesThemOff) {
  EXPECT_EQ(Policy{}.log_lines, kDefaultLogLines);
  const std::string policy = R"({"overrides": [{"match": {"engine": "docker"}, "log_lines": 0}]})";
  const ResolvedPolicy docker = ResolveText(policy, Docker());
  EXPECT_EQ(docker.policy.log_lines, 0U);
  EXPECT_EQ(docker.policy.log_lines_origin, "override 1 of policy.json");
  EXPECT_EQ(ResolveText(policy, Subject{}).policy.log_lines, kDefaultLogLines);
}

TEST(Annotations, AThousandRefusedOnesAreNotAThousandLines) {
  Annotations many;
  for (int i = 0; i < 1000; ++i) many["io.headroom.x" + std::to_string(i)] = "off";
  const ResolvedPolicy resolved = Annotated(many);
  EXPECT_EQ(resolved.warnings.size(), 9U);
  EXPECT_EQ(resolved.warnings.back(), "992 more annotations of the container are refused");
}

TEST(Annotations, KnownOnesAreTheSettingsAndOneARule) {
  EXPECT_TRUE(IsKnownAnnotation("io.headroom.mode"));
  EXPECT_TRUE(IsKnownAnnotation("io.headroom.shm-sized"));
  EXPECT_FALSE(IsKnownAnnotation("io.headroom."));
  EXPECT_FALSE(IsKnownAnnotation("mode"));
  EXPECT_EQ(KnownAnnotations().size(), AllRules().size() + 2);
  for (const std::string& name : KnownAnnotations()) EXPECT_TRUE(IsKnownAnnotation(name)) << name;
}

}  // namespace
}  // namespace headroom
