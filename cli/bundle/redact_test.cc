#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "cli/testing/machine.h"
#include "evidence/pack/check.h"
#include "evidence/pack/pack.h"
#include "explain/testing/golden_cases.h"

namespace headroom {
namespace {

using namespace testing_evidence;

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

std::string AllTextOf(const BundleFiles& bundle) {
  std::string text;
  for (const auto& [name, bytes] : bundle.files) {
    text.append(name).append("\n").append(bytes);
  }
  return text;
}

/// A kill of a container whose names all are told apart from every other word.
Store::Draft PrivateDraft() {
  Store::Draft draft = MadeDraft({.id = "3f1c9asecret", .name = "payroll", .engine = "docker"});
  draft.container.image = "registry.example.com/payroll:3";
  draft.container.bundle_dir = "/run/payroll-bundle";
  draft.container.findings = {{.rule = "heap",
                               .action = "warn",
                               .fact = "java -Dpassword=hunter2",
                               .advice = "none",
                               .fix_outcome = {},
                               .fixes = {}}};
  draft.sections.push_back({.row = {.section = "before/smaps/77"},
                            .bytes = "00400000-00452000 r-xp 00000000 08:02 173521      "
                                     "/home/ann/payroll.bin\nRss:                 300 kB\n"
                                     "VmFlags: rd ex mr \n"});
  draft.sections.push_back({.row = {.section = "host/version"},
                            .bytes = "Linux version 6.1.0 (root@build.example.com) (gcc) #1\n"});
  draft.sections.push_back({.row = {.section = "later/section"}, .bytes = "of tomorrow\n"});
  return Explained(draft);
}

class Redact : public testing::Test {
 protected:
  /// The copy of that draft.
  BundleFiles Copy(const Store::Draft& draft, const std::string& level) {
    const std::string path = machine_.Publish(draft);
    const std::string out = machine_.dir().path() + "/copy";
    std::filesystem::remove_all(out);
    const auto ran = machine_.Run({"bundle", "redact", path, "-o", out, "--level", level});
    EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
    auto copy = ReadBundleFiles(out);
    EXPECT_TRUE(copy);
    return copy.value_or(BundleFiles{});
  }

  Machine machine_;
};

TEST_F(Redact, EveryKindOfVerdictIsStillTheSameCause) {
  int number = 0;
  for (const auto& [name, builder] : GoldenCases()) {
    if (RestsOnItsOwnWords(name)) continue;
    for (const std::string level : {"files", "names"}) {
      Store::Draft draft = builder.draft();
      draft.container.id = name + std::to_string(number++);
      draft.incident.generation = draft.container.GenerationKey();
      const BundleFiles copy = Copy(draft, level);
      EXPECT_TRUE(CheckBundle(copy).faults.empty()) << name;
      const auto evidence = EvidenceInFiles(copy.files, copy.path);
      ASSERT_TRUE(evidence) << name << evidence.error().Message();
      EXPECT_EQ(CauseName(Explain(*evidence).cause), CauseName(Explain(builder.Build()).cause))
          << name << " " << level;
    }
  }
}

/// The words are private, and without them the copy would say something else.
TEST_F(Redact, NothingIsWrittenOfAnAbortThatOnlyItsOwnWordsExplain) {
  const std::string path = machine_.Publish(AbortedWithoutMemory().draft());
  const std::string out = machine_.dir().path() + "/copy";
  const auto ran = machine_.Run({"bundle", "redact", path, "-o", out});
  EXPECT_NE(ran.status, CliStatus::kDone);
  EXPECT_TRUE(Holds(ran.err, "would be explained as unknown, and it is alloc-failed")) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(Redact, OfFilesTheirNamesAreGoneAndTheContainersStays) {
  const BundleFiles copy = Copy(PrivateDraft(), "files");
  const std::string text = AllTextOf(copy);
  for (const char* secret : {"/home/ann", "payroll.bin", "hunter2", "build.example.com",
                             "payroll-bundle", "of tomorrow"}) {
    EXPECT_FALSE(Holds(text, secret)) << secret;
  }
  EXPECT_TRUE(Holds(copy.files.at("summary.json"), "payroll"));
  EXPECT_TRUE(Holds(copy.files.at("kernel/oom.log"), "Killed process"));
}

TEST_F(Redact, OfNamesNoneIsLeft) {
  const Store::Draft draft = PrivateDraft();
  const std::string text = AllTextOf(Copy(draft, "names"));
  for (const std::string& secret :
       {std::string("payroll"), std::string("3f1c9asecret"), std::string("registry.example.com"),
        draft.container.boot_id, std::string("/box.slice/web"), std::string("\"eat\"")}) {
    EXPECT_FALSE(Holds(text, secret)) << secret;
  }
}

TEST_F(Redact, TheManifestSaysWhatWasTakenOut) {
  const BundleFiles copy = Copy(PrivateDraft(), "names");
  const Manifest manifest = ParseManifest(copy.files.at("manifest.json"), "").value();
  ASSERT_TRUE(manifest.redacted);
  EXPECT_EQ(manifest.redacted->level, "names");
  const auto& dropped = manifest.redacted->dropped;
  EXPECT_NE(std::ranges::find(dropped, "later/section"), dropped.end());
  const auto& changed = manifest.redacted->changed;
  EXPECT_NE(std::ranges::find(changed, "before/smaps/77"), changed.end());
  EXPECT_NE(std::ranges::find(changed, "kernel/oom.log"), changed.end());
  EXPECT_EQ(manifest.Find("later/section")->outcome, Outcome::kUnavailable);
}

TEST_F(Redact, GivesAPackToo) {
  const std::string path = machine_.Publish(PrivateDraft());
  const auto ran = machine_.Run({"bundle", "redact", path, "-o", "-"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Unpacked(ran.out, "out"));
  EXPECT_TRUE(Holds(ran.err, "still explained as limit-anon")) << ran.err;
}

TEST_F(Redact, WantsALevelThatThereIs) {
  EXPECT_EQ(machine_.Run({"bundle", "redact", "web", "-o", "x", "--level", "all"}).status,
            CliStatus::kUsage);
}

}  // namespace
}  // namespace headroom
