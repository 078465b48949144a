#include "policy/layers/load.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "policy/layers/resolve.h"

namespace headroom {
namespace {

constexpr const char* kObserve = R"({"mode":"observe"})";
constexpr const char* kBroken = R"({"mode":)";

class LoadTest : public testing::Test {
 protected:
  [[nodiscard]] std::string config() const { return tree_.path() + "/etc"; }
  [[nodiscard]] std::string run() const { return tree_.path() + "/run"; }
  [[nodiscard]] std::string last_good() const { return run() + "/policy.last-good.json"; }
  Result<LoadedPolicy> Load() { return LoadPolicy(config(), run()); }

  TemporaryDirectory tree_;
};

TEST_F(LoadTest, WithoutFilesThePolicyIsTheBuiltInOne) {
  const auto loaded = Load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->source, LoadedPolicy::Source::kBuiltIn);
  EXPECT_EQ(loaded->layer, PolicyLayer{});
  EXPECT_NE(access(last_good().c_str(), F_OK), 0) << "nothing to keep";
}

TEST_F(LoadTest, DropInsAreLaidOverInTheOrderOfTheirNames) {
  tree_.Write("etc/policy.json", kObserve);
  tree_.Write("etc/policy.d/20-b.json", R"({"mode":"throttle"})");
  tree_.Write("etc/policy.d/10-a.json",
              R"({"mode":"tripwire","rules":{"shm-sized":{"action":"off"}}})");
  tree_.Write("etc/policy.d/30-c.json.bak", kBroken);
  tree_.Write("etc/policy.d/.hidden.json", kBroken);
  const auto loaded = Load();
  ASSERT_TRUE(loaded) << loaded.error().Message();
  EXPECT_EQ(loaded->source, LoadedPolicy::Source::kFiles);
  EXPECT_EQ(loaded->layer.settings.mode,
            (Sourced<Mode>{Mode::kThrottle, config() + "/policy.d/20-b.json"}));
  EXPECT_EQ(loaded->layer.settings.rules.at("shm-sized").action,
            (Sourced<Action>{Action::kOff, config() + "/policy.d/10-a.json"}));
}

TEST_F(LoadTest, ADropInAloneIsAPolicy) {
  tree_.Write("etc/policy.d/a.json", kObserve);
  EXPECT_EQ(Load()->layer.settings.mode->value, Mode::kObserve);
}

TEST_F(LoadTest, ABrokenFileIsNamed) {
  tree_.Write("etc/policy.d/a.json", kBroken);
  const auto loaded = Load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().where, config() + "/policy.d/a.json");
}

TEST_F(LoadTest, TheLastGoodPolicyServesWhileTheFilesAreBroken) {
  tree_.Write("etc/policy.json", kObserve);
  ASSERT_TRUE(Load());
  tree_.Write("etc/policy.json", kBroken);
  const auto loaded = Load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->source, LoadedPolicy::Source::kLastGood);
  EXPECT_EQ(loaded->layer.settings.mode, (Sourced<Mode>{Mode::kObserve, config() + "/policy.json"}))
      << "origins too";
  ASSERT_EQ(loaded->warnings.size(), 1U);
  EXPECT_NE(loaded->warnings[0].find("policy.json"), std::string::npos);
  struct stat info{};
  ASSERT_EQ(stat(last_good().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
}

TEST_F(LoadTest, FilesThatWereRemovedDoNotComeBack) {
  tree_.Write("etc/policy.json", kObserve);
  ASSERT_TRUE(Load());
  ASSERT_EQ(unlink((config() + "/policy.json").c_str()), 0);
  ASSERT_TRUE(Load());
  tree_.Write("etc/policy.json", kBroken);
  EXPECT_FALSE(Load());
}

TEST_F(LoadTest, BelievesNoCopyThatOthersMayHaveWritten) {
  tree_.Write("etc/policy.json", kObserve);
  ASSERT_TRUE(Load());
  tree_.Write("etc/policy.json", kBroken);
  ASSERT_EQ(chmod(last_good().c_str(), 0620), 0);
  EXPECT_FALSE(Load());
  ASSERT_EQ(unlink(last_good().c_str()), 0);
  ASSERT_EQ(symlink((config() + "/policy.json").c_str(), last_good().c_str()), 0);
  EXPECT_FALSE(Load());
}

TEST_F(LoadTest, ABrokenCopyIsTheFilesErrorStill) {
  tree_.Write("etc/policy.json", kBroken);
  tree_.Write("run/policy.last-good.json", "nonsense");
  ASSERT_EQ(chmod(last_good().c_str(), 0600), 0);
  const auto loaded = Load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().where, config() + "/policy.json");
}

TEST_F(LoadTest, WhoHasToGoOnWithoutAnyPolicyOnlyObserves) {
  tree_.Write("etc/policy.json", kBroken);
  const LoadedPolicy policy = LoadPolicyOrObserve(config(), run());
  const Policy resolved = Resolve(policy.layer, {}).policy;
  EXPECT_EQ(resolved.mode, Mode::kObserve);
  EXPECT_EQ(resolved.log_lines, 0U) << "the policy may be what switches them off";
  ASSERT_EQ(policy.warnings.size(), 1U);
  EXPECT_NE(policy.warnings[0].find("policy.json"), std::string::npos) << policy.warnings[0];

  tree_.Write("etc/policy.json", R"({"log_lines":7})");
  EXPECT_EQ(Resolve(LoadPolicyOrObserve(config(), run()).layer, {}).policy.log_lines, 7U);
}

TEST_F(LoadTest, WhatIsRunBeforeAKillIsBelievedOfNoFileThatOthersMayWrite) {
  tree_.Write("etc/policy.json",
              R"({"pre_kill": {"signal": "USR1"}, "mode": "observe",
                  "profiles": {"p": {"pre_kill": {"signal": "USR2"}}},
                  "overrides": [{"match": {}, "pre_kill": {"command": ["/bin/true"]}}]})");
  EXPECT_EQ(Resolve(Load()->layer, {}).policy.pre_kill.command.size(), 1U);
  ASSERT_EQ(chmod((config() + "/policy.json").c_str(), 0664), 0);
  const auto loaded = Load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->layer.settings.mode->value, Mode::kObserve) << "the rest holds";
  EXPECT_FALSE(loaded->layer.settings.pre_kill);
  EXPECT_FALSE(loaded->layer.profiles.at("p").settings.pre_kill);
  EXPECT_FALSE(Resolve(loaded->layer, {}).policy.pre_kill.wanted());
  ASSERT_EQ(loaded->warnings.size(), 1U);
  EXPECT_NE(loaded->warnings[0].find("pre_kill"), std::string::npos) << loaded->warnings[0];
}

TEST_F(LoadTest, NeitherIsItBelievedOfTheCopyOfSuchAFile) {
  tree_.Write("etc/policy.json", R"({"pre_kill": {"signal": "USR1"}})");
  ASSERT_EQ(chmod((config() + "/policy.json").c_str(), 0666), 0);
  ASSERT_TRUE(Load());
  tree_.Write("etc/policy.json", kBroken);
  const auto loaded = Load();
  ASSERT_TRUE(loaded);
  ASSERT_EQ(loaded->source, LoadedPolicy::Source::kLastGood);
  EXPECT_FALSE(loaded->layer.settings.pre_kill);
}

TEST_F(LoadTest, WaitsForNoPipeAndReadsNoEndlessFile) {
  tree_.Write("etc/x", "");
  ASSERT_EQ(mkfifo((config() + "/policy.json").c_str(), 0600), 0);
  EXPECT_EQ(Load().error().code, ErrorCode::kMalformed);
  ASSERT_EQ(unlink((config() + "/policy.json").c_str()), 0);
  tree_.Write("etc/policy.json", std::string((1U << 20U) + 1, ' '));
  EXPECT_EQ(Load().error().code, ErrorCode::kTooLarge);
}

TEST_F(LoadTest, AnUnchangedPolicyIsNotWrittenAgain) {
  tree_.Write("etc/policy.json", kObserve);
  ASSERT_TRUE(Load());
  struct stat before{};
  ASSERT_EQ(stat(last_good().c_str(), &before), 0);
  ASSERT_TRUE(Load());
  struct stat after{};
  ASSERT_EQ(stat(last_good().c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
}

TEST_F(LoadTest, AProfileMayStandInAnotherFileThanItsUse) {
  tree_.Write("etc/policy.json", R"({"profile":"mine"})");
  EXPECT_FALSE(Load());
  tree_.Write("etc/policy.d/a.json", R"({"profiles":{"mine":{"mode":"observe"}}})");
  ASSERT_TRUE(Load()) << Load().error().Message();
}

TEST_F(LoadTest, WhatOnlyShowsTogetherNamesFileLineColumnAndKey) {
  tree_.Write("etc/policy.json", "{\n  \"profile\": \"strickt\"\n}");
  EXPECT_EQ(Load().error().Message(),
            config() +
                "/policy.json: line 2, column 14: profile: there is no profile "
                "\"strickt\"; did you mean \"strict\"?");
}

TEST_F(LoadTest, NestingTenMegabytesDeepIsOneErrorAtOnce) {
  tree_.Write("etc/policy.json", std::string(10'000'000, '['));
  EXPECT_EQ(Load().error().code, ErrorCode::kTooLarge);
  tree_.Write("etc/policy.json", std::string(1'000'000, '['));
  EXPECT_EQ(Load().error().Message(),
            config() +
                "/policy.json: is nested deeper than the 64 levels that are read, at line "
                "1, column 65");
}

TEST(LastGoodCopy, GivesTheSamePolicyWithAllOriginsAndErrors) {
  const std::vector<PolicySource> sources = {
      {"/etc/headroom/policy.json",
       "{ // \"\\ \xff\n \"mode\":\"observe\", \"profile\": \"strict\"}"},
      {"/etc/headroom/policy.d/\xfe\n.json",
       R"({"overrides":[{"match":{"image":"a*"},"rules":{"shm-sized":{"max_share":0.25}}}]})"}};
  const auto again = ParseSources(SerializeSources(sources), "copy");
  ASSERT_TRUE(again) << again.error().Message();
  const auto before = CombineSources(sources);
  const auto after = CombineSources(*again);
  ASSERT_TRUE(before) << before.error().Message();
  ASSERT_TRUE(after) << after.error().Message();
  EXPECT_EQ(after->layer, before->layer);
  EXPECT_EQ(again->at(1).path, sources[1].path);
  for (const char* broken : {"", "[]", "{}", R"({"files":[1]})", R"({"files":[{"path":"/a"}]})"}) {
    EXPECT_FALSE(ParseSources(broken, "copy")) << broken;
  }
}

/// What a rule does without any file and what the installed file says must not drift apart.
TEST(InstalledPolicy, SaysWhatIsBuiltIn) {
  const auto text = ReadFileAt(AT_FDCWD, HEADROOM_SOURCE_DIR "/packaging/etc/policy.json", 65536);
  ASSERT_TRUE(text);
  const auto loaded = CombineSources({{"policy.json", *text}});
  ASSERT_TRUE(loaded) << loaded.error().Message();
  EXPECT_TRUE(loaded->notes.empty());
  const Policy policy = Resolve(loaded->layer, {}).policy;
  EXPECT_EQ(policy.mode, Policy{}.mode);
  for (const auto& [id, settings] : policy.rules) {
    EXPECT_EQ(settings.action, RuleSettings{}.action) << id;
    for (const ParameterSpec& spec : FindRule(id)->parameters) {
      const auto named = settings.values.find(spec.name);
      if (named == settings.values.end()) continue;
      EXPECT_EQ(named->second, spec.fallback) << spec.name;
    }
  }
}

}  // namespace
}  // namespace headroom
