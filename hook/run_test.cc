#include "hook/run.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "container/testing/fake_host.h"
#include "evidence/evidence.h"
#include "evidence/store.h"

namespace headroom {
namespace {

class RecordingReporter : public Reporter {
 public:
  void ToUser(std::string_view line) override { user.emplace_back(line); }
  void ToJournal(LogLevel level, std::string_view line) override {
    journal.emplace_back(level, line);
  }
  [[nodiscard]] bool JournalSays(std::string_view part) const {
    for (const auto& [level, line] : journal) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }
  std::vector<std::string> user;
  std::vector<std::pair<LogLevel, std::string>> journal;
};

/// Every file below `root` and its bytes.
std::map<std::string, std::string> TreeOf(const std::string& root) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    tree[entry.path()] = ReadFileAt(AT_FDCWD, entry.path(), 1U << 20U).value_or("unreadable");
  }
  return tree;
}

constexpr const char* kDenyUnlimited =
    R"({"rules":{"memory-max-required":{"action":"deny","ancestor_counts":false}}})";

class HookTest : public testing::Test {
 protected:
  HookTest() {
    environment_.surroundings = host_.surroundings();
    environment_.paths = {.run_dir = host_.path() + "/run",
                          .store_dir = host_.path() + "/store",
                          .config_dir = host_.path() + "/etc"};
    environment_.fixes.host = host_.view();
    environment_.fixes.host_shm = host_.path() + "/host-shm";
    environment_.decided = [this](int status) { decided_ = status; };
    host_.Write("bundle/config.json", R"({"root":{"path":"rootfs"}})");
  }

  [[nodiscard]] std::string StateText(const std::string& more = "") const {
    return fmt::format(R"({{"ociVersion":"1.0.2","id":"web","pid":{},"bundle":"{}"{}}})",
                       FakeHost::kInit, host_.bundle(), more);
  }

  /// One run with that text on its standard input.
  int Run(Stage stage, const std::string& state, OnError on_error = OnError::kOpen) {
    reporter_ = {};
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    const UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    EXPECT_TRUE(WriteAll(write_end.get(), "pipe", state));
    write_end.Reset();
    environment_.state_fd = read_end.get();
    Options options;
    options.stage = stage;
    options.on_error = on_error;
    const int status = RunHook(options, environment_, reporter_);
    EXPECT_GE(fcntl(read_end.get(), F_GETFD), 0) << "the hook closed what is not its own";
    return status;
  }
  int Create() { return Run(Stage::kCreateRuntime, StateText()); }

  std::vector<Enrolment> Enrolled() {
    std::vector<Enrolment> enrolments;
    const RegistryDir registry(environment_.paths.run_dir);
    const auto entries = registry.List();
    EXPECT_TRUE(entries);
    for (const auto& entry : entries.value_or(std::vector<RegistryDir::Entry>{})) {
      auto read = registry.Read(entry);
      EXPECT_TRUE(read) << read.error().Message();
      if (read) enrolments.push_back(std::move(*read));
    }
    return enrolments;
  }
  void SetPolicy(const std::string& text) { host_.Write("etc/policy.json", text); }
  void Unlimit() { host_.Write(std::string("cg") + FakeHost::kCgroup + "/memory.max", "max\n"); }

  FakeHost host_;
  HookEnvironment environment_;
  RecordingReporter reporter_;
  int decided_ = -1;
};

TEST_F(HookTest, EnrolsAContainerWithWhatItFound) {
  EXPECT_EQ(Create(), 0);
  const auto enrolled = Enrolled();
  ASSERT_EQ(enrolled.size(), 1U);
  EXPECT_EQ(enrolled[0].id, "web");
  EXPECT_EQ(enrolled[0].init.start_ticks, FakeHost::kInitStart);
  EXPECT_EQ(enrolled[0].cgroup.path, FakeHost::kCgroup);
  EXPECT_EQ(enrolled[0].cgroup.events->max, 3U) << "the baseline";
  EXPECT_EQ(enrolled[0].mode, Mode::kTripwire);
  EXPECT_TRUE(enrolled[0].own_cgroup);
  EXPECT_EQ(enrolled[0].bundle_dir, host_.bundle());
  EXPECT_GT(enrolled[0].enrolled_wall.count(), 0);
}

TEST_F(HookTest, WarnsInOneLineEachWithNumbersAndAdvice) {
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(std::ranges::count(
                reporter_.user,
                "headroom: warning: shm-sized: /dev/shm may hold 64 MiB, 100 % of the memory "
                "limit; policy accepts 32 MiB of the 64 MiB limit; set size=32m among the options "
                "of the mount on /dev/shm in config.json"),
            1);
  EXPECT_TRUE(reporter_.JournalSays("container web (runc)"));
  EXPECT_EQ(Enrolled().at(0).findings.size(), reporter_.user.size());
}

TEST_F(HookTest, PrestartAndCreateRuntimeTogetherEnrolAndWarnOnce) {
  EXPECT_EQ(Run(Stage::kPrestart, StateText()), 0);
  EXPECT_FALSE(reporter_.user.empty());
  EXPECT_EQ(Create(), 0);
  EXPECT_TRUE(reporter_.user.empty());
  EXPECT_EQ(Enrolled().size(), 1U);
}

TEST_F(HookTest, DeniesWithExactlyOneLineAndItsExitStatus) {
  SetPolicy(kDenyUnlimited);
  Unlimit();
  EXPECT_EQ(Create(), 78);
  EXPECT_EQ(decided_, 78);
  ASSERT_EQ(reporter_.user.size(), 1U);
  EXPECT_EQ(reporter_.user[0],
            "headroom: denied: memory-max-required: memory.max of the container itself is max (no "
            "limit); set linux.resources.memory.limit to 536870912 in config.json");
  ASSERT_FALSE(reporter_.journal.empty());
  EXPECT_EQ(reporter_.journal[0].second, reporter_.user[0]);
  EXPECT_TRUE(Enrolled().empty());
}

TEST_F(HookTest, ADenialIsKeptAsABundle) {
  SetPolicy(kDenyUnlimited);
  Unlimit();
  EXPECT_EQ(Create(), 78);
  EXPECT_EQ(Create(), 78) << "once more, for the other stage";
  const auto bundles = Store(environment_.paths.store_dir).List();
  ASSERT_TRUE(bundles);
  ASSERT_EQ(bundles->size(), 1U);
  EXPECT_EQ(bundles->at(0).kind, BundleKind::kDenied);
  const auto evidence = ReadBundle(bundles->at(0).path);
  ASSERT_TRUE(evidence) << evidence.error().Message();
  EXPECT_EQ(evidence->container.findings.at(0).action, "deny");
  EXPECT_TRUE(reporter_.JournalSays(bundles->at(0).path));
}

TEST_F(HookTest, AStoreThatCannotBeWrittenDeniesStill) {
  SetPolicy(kDenyUnlimited);
  Unlimit();
  host_.Write("store", "a file");
  EXPECT_EQ(Create(), 78);
  EXPECT_TRUE(reporter_.JournalSays("could not be kept"));
}

TEST_F(HookTest, ADeniedContainerIsNotFixedEither) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","at_most":"32M","fix_to":"32M"},
                         "shm-sized":{"action":"deny"}}})");
  const auto before = TreeOf(host_.path() + "/cg");
  EXPECT_EQ(Create(), 78);
  EXPECT_EQ(TreeOf(host_.path() + "/cg"), before);
}

TEST_F(HookTest, FixesMemoryMaxAndRecordsWhatIsTrueThen) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","fix_to":"32M"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  const auto enrolled = Enrolled();
  ASSERT_EQ(enrolled.size(), 1U);
  EXPECT_EQ(enrolled[0].cgroup.limits.max, Limit(Mebibytes(32)));
  EXPECT_EQ(enrolled[0].findings.at(0).fix_outcome, "fixed: memory.max is now 32 MiB");
  EXPECT_TRUE(reporter_.user[0].ends_with("; fixed: memory.max is now 32 MiB"))
      << reporter_.user[0];
}

TEST_F(HookTest, WhatALowerLimitBreaksIsFoundAndFixedInTheSameStart) {
  SetPolicy(R"({"rules":{
      "memory-max-required":{"action":"fix","fix_to":"32M","ancestor_counts":false},
      "protection-sane":{"action":"fix","low_share":0.5}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(
      TreeOf(host_.path() + "/cg").at(host_.path() + "/cg" + FakeHost::kCgroup + "/memory.low"),
      "16777216");
  const auto enrolled = Enrolled();
  ASSERT_EQ(enrolled.size(), 1U);
  std::map<std::string, FindingRecord> findings;
  for (const FindingRecord& finding : enrolled[0].findings) {
    EXPECT_TRUE(findings.emplace(finding.rule, finding).second) << finding.rule << ": once";
  }
  EXPECT_EQ(findings.at("memory-max-required").fixes.at(0).after, "33554432");
  EXPECT_EQ(findings.at("protection-sane").fixes.at(0).after, "16777216");
  EXPECT_TRUE(findings.at("shm-sized").fact.starts_with("/dev/shm may hold 64 MiB, 200 %"))
      << findings.at("shm-sized").fact;
  ASSERT_TRUE(enrolled[0].policy);
  for (const RuleRecord& rule : enrolled[0].policy->rules) {
    if (!findings.contains(rule.rule)) continue;
    EXPECT_EQ(rule.outcome, "violated") << rule.rule;
  }
}

TEST_F(HookTest, WhatALowerLimitBreaksIsRefusedWherePolicyRefusesIt) {
  SetPolicy(R"({"rules":{
      "memory-max-required":{"action":"fix","fix_to":"32M","ancestor_counts":false},
      "shm-sized":{"action":"deny"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 78);
  EXPECT_EQ(decided_, 78);
  ASSERT_EQ(reporter_.user.size(), 1U);
  EXPECT_TRUE(reporter_.user[0].starts_with("headroom: denied: shm-sized: /dev/shm may hold "));
  EXPECT_TRUE(Enrolled().empty());
  const auto bundles = Store(environment_.paths.store_dir).List();
  ASSERT_TRUE(bundles && bundles->size() == 1);
  const auto evidence = ReadBundle(bundles->at(0).path);
  ASSERT_TRUE(evidence) << evidence.error().Message();
  const auto& findings = evidence->container.findings;
  const auto of = [&findings](std::string_view rule) {
    return std::ranges::find(findings, rule, &FindingRecord::rule);
  };
  ASSERT_NE(of("shm-sized"), findings.end());
  EXPECT_EQ(of("shm-sized")->action, "deny");
  ASSERT_NE(of("memory-max-required"), findings.end());
  EXPECT_EQ(of("memory-max-required")->fixes.at(0).after, "33554432");
}

TEST_F(HookTest, WhatCannotBeFixedIsTriedAndToldOnce) {
  SetPolicy(R"({"rules":{
      "memory-max-required":{"action":"fix","fix_to":"32M","ancestor_counts":false},
      "pids-bounded":{"action":"fix"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(std::ranges::count_if(
                reporter_.user,
                [](const std::string& line) { return line.find("pids-bounded") != line.npos; }),
            1);
}

TEST_F(HookTest, AFixThatFailsIsAWarningWithTheReasonAndTheAdvice) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  EXPECT_NE(reporter_.user.at(0).find("; not fixed: "), std::string::npos);
  EXPECT_NE(reporter_.user.at(0).find("; set linux.resources"), std::string::npos);
}

TEST_F(HookTest, InModeObserveNoByteChangesUnderTheCgroupTree) {
  SetPolicy(R"({"mode":"observe","rules":{
      "memory-max-required":{"action":"fix","at_most":"1M","fix_to":"1M"},
      "memory-high-below-max":{"action":"fix"},"shm-sized":{"action":"fix"}}})");
  const auto before = TreeOf(host_.path() + "/cg");
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(TreeOf(host_.path() + "/cg"), before);
  EXPECT_EQ(Enrolled().at(0).mode, Mode::kObserve);
}

TEST_F(HookTest, KeepsEveryFixWithWhatWasThereBeforeAndAfter) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","fix_to":"32M"}}})");
  Unlimit();
  EXPECT_EQ(Create(), 0);
  const auto fixes = Enrolled().at(0).findings.at(0).fixes;
  ASSERT_EQ(fixes.size(), 1U);
  EXPECT_EQ(fixes[0].setting, "memory.max");
  EXPECT_EQ(fixes[0].before, "max");
  EXPECT_EQ(fixes[0].after, "33554432");
  EXPECT_TRUE(fixes[0].outcome.starts_with("fixed: memory.max is now 32 MiB")) << fixes[0].outcome;
}

TEST_F(HookTest, KeepsHowTheDecisionCameAbout) {
  SetPolicy(R"({"rules":{"memory-max-required":{"action":"fix","fix_to":"32M"},
                         "shm-sized":{"action":"off"}}})");
  EXPECT_EQ(Create(), 0);
  const auto policy = Enrolled().at(0).policy;
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->mode, "tripwire");
  EXPECT_TRUE(policy->facts_us && policy->decide_us && policy->fixes_us);
  std::map<std::string, RuleRecord> rules;
  for (const RuleRecord& rule : policy->rules) rules[rule.rule] = rule;
  EXPECT_EQ(rules.at("memory-max-required").action, "fix");
  EXPECT_EQ(rules.at("memory-max-required").outcome, "kept");
  EXPECT_EQ(rules.at("memory-high-below-max").outcome, "violated");
  EXPECT_EQ(rules.at("memory-high-below-max").action_origin, "built-in");
  EXPECT_EQ(rules.at("shm-sized").outcome, "off");
  bool found = false;
  for (const ParameterRecord& parameter : rules.at("memory-max-required").parameters) {
    found |= parameter.name == "fix_to" && parameter.value == "33554432";
  }
  EXPECT_TRUE(found);
}

TEST_F(HookTest, ADeniedContainersBundleHasTheDecisionToo) {
  SetPolicy(kDenyUnlimited);
  Unlimit();
  EXPECT_EQ(Create(), 78);
  const auto bundles = Store(environment_.paths.store_dir).List();
  ASSERT_TRUE(bundles && bundles->size() == 1);
  const auto evidence = ReadBundle(bundles->at(0).path);
  ASSERT_TRUE(evidence) << evidence.error().Message();
  ASSERT_TRUE(evidence->container.policy);
  EXPECT_FALSE(evidence->container.policy->rules.empty());
  EXPECT_EQ(evidence->container.policy->fixes_us, std::nullopt) << "nothing was fixed";
}

TEST_F(HookTest, TheHookNeverWritesMemoryHigh) {
  SetPolicy(R"({"mode":"throttle","rules":{"memory-high-below-max":{"action":"fix"}}})");
  const auto before = TreeOf(host_.path() + "/cg");
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(TreeOf(host_.path() + "/cg"), before);
}

TEST_F(HookTest, AnOverrideHoldsForTheContainersItMatches) {
  SetPolicy(R"({"overrides":[
      {"match":{"engine":"docker"},"rules":{"shm-sized":{"action":"deny"}}},
      {"match":{"engine":"runc","cgroup_prefix":"/"},"mode":"observe",
       "rules":{"shm-sized":{"action":"off"}}}]})");
  EXPECT_EQ(Create(), 0);
  const auto enrolled = Enrolled();
  ASSERT_EQ(enrolled.size(), 1U);
  EXPECT_EQ(enrolled[0].mode, Mode::kObserve);
  for (const FindingRecord& finding : enrolled[0].findings) EXPECT_NE(finding.rule, "shm-sized");
}

TEST_F(HookTest, EnrolsHowManyLinesOfItsLogPolicyWantsKept) {
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(Enrolled().at(0).log_lines, kDefaultLogLines);
}

TEST_F(HookTest, EnrolsThatPolicySwitchedItsLogOff) {
  SetPolicy(R"({"overrides":[{"match":{"engine":"runc"},"log_lines":0}]})");
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(Enrolled().at(0).log_lines, 0U);
  EXPECT_EQ(Enrolled().at(0).policy->log_lines, 0U);
  EXPECT_NE(Enrolled().at(0).policy->log_lines_origin.find("override 1"), std::string::npos);
}

TEST_F(HookTest, ABrokenPolicyMayBeWhatSwitchesTheLogOff) {
  SetPolicy("{");
  EXPECT_EQ(Create(), 0);
  EXPECT_EQ(Enrolled().at(0).log_lines, 0U);
}

constexpr const char* kAnnotations =
    R"(,"annotations":{"io.headroom.mode":"observe","io.headroom.shm-sized":"off"})";

TEST_F(HookTest, AnAllowedAnnotationChoosesAndARefusedOneIsTold) {
  SetPolicy(R"({"allowed_annotations":["io.headroom.mode"]})");
  EXPECT_EQ(Run(Stage::kPrestart, StateText(kAnnotations)), 0);
  EXPECT_EQ(Enrolled().at(0).mode, Mode::kObserve);
  EXPECT_EQ(reporter_.user.at(0),
            "headroom: warning: annotation io.headroom.shm-sized is refused: the policy does not "
            "allow it (\"allowed_annotations\")");
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(kAnnotations)), 0);
  EXPECT_TRUE(reporter_.user.empty()) << "told once";
}

TEST_F(HookTest, ARefusedAnnotationLeavesADenialOneLine) {
  SetPolicy(R"({"rules":{"shm-sized":{"action":"deny"}}})");
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(kAnnotations)), 78);
  EXPECT_EQ(reporter_.user.size(), 1U);
  EXPECT_TRUE(reporter_.JournalSays("io.headroom.shm-sized is refused"));
}

TEST_F(HookTest, WhatOnlyLintRefusesANoteAndWhatCannotBeMeantTheLastGoodPolicy) {
  SetPolicy(R"({"mode":"observe","colour":1})");
  EXPECT_EQ(Create(), 0);
  EXPECT_TRUE(reporter_.JournalSays("key \"colour\" is not known and was ignored"));
  for (const char* slip : {R"({"mode":7})", R"({"rules":{"shm-sized":{"max_share":2}}})",
                           R"({"profile":"x"})", R"({"profiles":{"a":{"extends":"a"}}})"}) {
    SetPolicy(slip);
    EXPECT_EQ(Create(), 0) << slip;
    EXPECT_NE(reporter_.user.at(0).find("its last good version is used"), std::string::npos);
    EXPECT_NE(reporter_.user.at(0).find("policy.json: line 1, column "), std::string::npos);
    EXPECT_EQ(Enrolled().at(0).mode, Mode::kObserve);
  }
  std::filesystem::remove(environment_.paths.run_dir + "/policy.last-good.json");
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(), OnError::kClosed), 70);
}

TEST_F(HookTest, AFullRunDirectoryCostsTheWatcherAndNotTheContainer) {
  std::filesystem::remove_all(environment_.paths.run_dir);
  host_.Write("run", "a file, so nothing fits below");
  for (const OnError on_error : {OnError::kOpen, OnError::kClosed}) {
    EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(), on_error), 0);
    EXPECT_TRUE(reporter_.JournalSays("unwatched"));
  }
}

TEST_F(HookTest, AContainerThatSharesItsCgroupIsEnrolledToBeObserved) {
  host_.SetCgroup(FakeHost::kEngine, "0::" + std::string(FakeHost::kCgroup) + "\n");
  host_.SetProcs(FakeHost::kCgroup, fmt::format("{}\n{}\n", FakeHost::kEngine, FakeHost::kInit));
  EXPECT_EQ(Create(), 0);
  EXPECT_FALSE(Enrolled().at(0).own_cgroup);
  EXPECT_NE(Enrolled().at(0).not_own_reason, "");
}

TEST_F(HookTest, CgroupV1IsEnrolledAndSaidSo) {
  host_.Write("cg/cgroup.controllers", "cpu\n");
  host_.Write(std::string("cg") + FakeHost::kCgroup + "/cgroup.controllers", "cpu\n");
  host_.Write("proc/mounts", "cgroup /x cgroup rw,memory 0 0\n");
  EXPECT_EQ(Create(), 0);
  EXPECT_FALSE(Enrolled().at(0).own_cgroup);
  EXPECT_NE(Enrolled().at(0).not_own_reason.find("v1"), std::string::npos);
  EXPECT_TRUE(reporter_.JournalSays("is not watched: the memory controller is on cgroup v1"));
}

TEST_F(HookTest, WhatIsBrokenStopsAContainerOnlyWhenInstalledClosed) {
  const std::string broken[] = {"",
                                "{",
                                "[]",
                                R"({"id":7})",
                                R"({"id":"web"})",
                                R"({"id":"web","pid":99999})",
                                std::string(2U << 10U, '['),
                                std::string("{\0}", 3)};
  for (const std::string& state : broken) {
    EXPECT_EQ(Run(Stage::kCreateRuntime, state, OnError::kOpen), 0) << state;
    ASSERT_EQ(reporter_.user.size(), 1U) << state;
    EXPECT_TRUE(reporter_.user[0].starts_with("headroom: warning: ")) << reporter_.user[0];
    EXPECT_EQ(Run(Stage::kCreateRuntime, state, OnError::kClosed), 70) << state;
    ASSERT_EQ(reporter_.user.size(), 1U) << state;
    EXPECT_TRUE(reporter_.user[0].starts_with("headroom: error: ")) << reporter_.user[0];
    EXPECT_EQ(reporter_.user[0].find('\n'), std::string::npos);
  }
  EXPECT_TRUE(Enrolled().empty());
}

TEST_F(HookTest, ABrokenPolicyObservesWhenOpenAndStopsWhenClosed) {
  SetPolicy("{ broken");
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(), OnError::kClosed), 70);
  EXPECT_EQ(Create(), 0);
  EXPECT_NE(reporter_.user.at(0).find("policy.json"), std::string::npos) << reporter_.user[0];
  EXPECT_EQ(Enrolled().at(0).mode, Mode::kObserve) << "nobody can say that a write is wanted";
}

TEST_F(HookTest, ABrokenPolicyUsesItsLastGoodVersion) {
  SetPolicy(kDenyUnlimited);
  EXPECT_EQ(Create(), 0);
  SetPolicy("{ broken");
  Unlimit();
  EXPECT_EQ(Run(Stage::kCreateRuntime, StateText(), OnError::kClosed), 78);
}

TEST_F(HookTest, ABrokenConfigJsonIsAWarning) {
  host_.Write("bundle/config.json", "{ broken");
  EXPECT_EQ(Create(), 0);
  EXPECT_NE(reporter_.user.at(0).find("config.json"), std::string::npos);
  EXPECT_EQ(Enrolled().size(), 1U);
}

TEST_F(HookTest, ABundleThatIsTheRootIsQuietlyNone) {
  EXPECT_EQ(Run(Stage::kCreateRuntime, R"({"id":"web","pid":4321,"bundle":"/"})"), 0);
  EXPECT_EQ(Enrolled().at(0).bundle_dir, "");
  EXPECT_FALSE(std::filesystem::exists("/headroom"));
}

TEST_F(HookTest, NothingThatATerminalObeysComesOut) {
  EXPECT_EQ(Run(Stage::kCreateRuntime,
                R"({"id":"\u001b[31m\u000aweb","pid":4321,"bundle":"/\u001b[2J"})"),
            0);
  for (const std::string& line : reporter_.user) EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_EQ(Enrolled().at(0).id, "\x1b[31m\nweb");
}

TEST_F(HookTest, PoststopMarksADeadGenerationAndIsHarmlessTwice) {
  EXPECT_EQ(Create(), 0);
  const RegistryDir registry(environment_.paths.run_dir);
  EXPECT_EQ(Run(Stage::kPoststop, R"({"id":"web","status":"stopped"})"), 0);
  EXPECT_FALSE(registry.IsStopped(registry.List()->at(0))) << "its init lives";
  std::filesystem::remove_all(host_.path() + "/proc/4321");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Run(Stage::kPoststop, R"({"id":"web","pid":0})"), 0);
    EXPECT_TRUE(registry.IsStopped(registry.List()->at(0)));
    EXPECT_TRUE(reporter_.user.empty());
  }
}

TEST_F(HookTest, PoststopNeverFailsAContainerThatIsGone) {
  for (const char* state : {"", "{", R"({"id":"unknown"})"}) {
    EXPECT_EQ(Run(Stage::kPoststop, state, OnError::kClosed), 0) << state;
  }
}

TEST_F(HookTest, AlmostEveryTruncatedStateIsRefusedAndNoneCrashes) {
  const std::string whole = StateText(R"(,"annotations":{"a":"b"})");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(Run(Stage::kCreateRuntime, whole.substr(0, size), OnError::kClosed), 70) << size;
  }
}

}  // namespace
}  // namespace headroom
