#include "supervisor/retention/pass.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "container/enrolment/generation_notes.h"
#include "evidence/pre_kill_result.h"
#include "evidence/summaries.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kStart{1763694764};  // 2025-11-21 03:12:44

class RetentionPassTest : public testing::Test {
 protected:
  void Publish(const std::string& id, int count, int first = 0) {
    for (int i = first; i < first + count; ++i) {
      Store::Draft draft = OomDraft();
      draft.container.id = id;
      draft.incident = {draft.container.GenerationKey(), static_cast<std::uint64_t>(i),
                        static_cast<std::uint64_t>(i) + 1};
      draft.at = kStart + std::chrono::seconds(i);
      ASSERT_TRUE(store_.Publish(draft));
    }
  }
  void SetPolicy(const std::string& text) { dir_.Write("etc/policy.json", text); }

  RetentionReport Run() { return RunAt(std::chrono::hours(1), std::chrono::hours(1)); }
  /// So long after the bundles by the wall clock, and after the boot.
  RetentionReport RunAt(std::chrono::nanoseconds later, BootTime boot) {
    return pass_.Run(kStart + later, boot);
  }
  std::size_t Left(const std::string& container) {
    return store_.ListContainer(container).value().size();
  }

  TemporaryDirectory dir_;
  FreeSpace space_{.size = Mebibytes(1000), .available = Mebibytes(500)};
  Store store_{dir_.path() + "/bundles"};
  Summaries summaries_ = Summaries::Beside(store_.dir());
  RetentionPass pass_{{.run_dir = dir_.path() + "/run",
                       .store_dir = dir_.path() + "/bundles",
                       .config_dir = dir_.path() + "/etc"},
                      [this](const auto&) -> Result<FreeSpace> { return space_; }};
};

TEST_F(RetentionPassTest, HasNothingToDoWhereThereIsNoStore) {
  const RetentionReport report = Run();
  EXPECT_TRUE(report.pruned.removed.empty());
  EXPECT_TRUE(report.problems.empty());
}

TEST_F(RetentionPassTest, KeepsTwentyOfAContainerWithoutAPolicy) {
  Publish("loop", 23);
  Publish("db", 1);
  const RetentionReport report = Run();
  EXPECT_EQ(report.pruned.removed.size(), 3U);
  EXPECT_EQ(report.left, 21U);
  EXPECT_EQ(Left("runc-loop"), 20U);
  EXPECT_EQ(Left("runc-db"), 1U);
  EXPECT_TRUE(Run().pruned.removed.empty()) << "it is within its bounds";
}

TEST_F(RetentionPassTest, IdsOfOneNameAreOneContainer) {
  Publish("db", 1);
  for (int i = 1; i <= 5; ++i) {
    Store::Draft draft = OomDraft();
    draft.container.id = "id" + std::to_string(i);
    draft.container.name = "job";
    draft.at = kStart + std::chrono::seconds(i);
    ASSERT_TRUE(store_.Publish(draft));
  }
  SetPolicy(R"({"retention": {"max_bundles": 3}})");
  EXPECT_EQ(Run().left, 3U);
  EXPECT_EQ(Left("runc-db"), 1U) << "the oldest, and the only one of its container";
  EXPECT_EQ(Left("runc-id5"), 1U);
  SetPolicy(R"({"retention": {"per_container": 1}})");
  EXPECT_EQ(Run().left, 2U);
  EXPECT_EQ(Left("runc-id5"), 1U);
}

TEST_F(RetentionPassTest, WhatACommandWroteBeforeAKillThatNeverCameGoesAndCostsNoBundle) {
  Publish("db", 1);
  const PreKillFiles files(store_.dir());
  Enrolment loop = MadeEnrolment();
  loop.id = "loop";
  ASSERT_TRUE(files.Make(loop, std::chrono::minutes(60)));
  const auto directory = files.List().value().at(0);
  dir_.Write("bundles/runc-loop/" + directory.name + "/core", std::string(65536, 'x'));
  EXPECT_EQ(RunAt(std::chrono::hours(1), std::chrono::minutes(80)).files.removed, 0U);
  SetPolicy(R"({"retention": {"max_bytes": "32K"}})");
  const RetentionReport report = RunAt(std::chrono::hours(1), std::chrono::minutes(91));
  EXPECT_EQ(FilesRemovedText(report.files),
            "removed 1 directory of 64 KiB that commands wrote before kills");
  EXPECT_FALSE(fs::exists(store_.dir() + "/runc-loop"));
  EXPECT_EQ(Left("runc-db"), 1U);
}

TEST_F(RetentionPassTest, WhatACommandWroteStaysWithItsBundleUntilItIsTooMuch) {
  Store::Draft draft = OomDraft();
  const std::string name =
      PreKillDirectoryName(draft.container.GenerationKey(), std::chrono::minutes(1));
  draft.sections.push_back(
      MadeSection("pre_kill.json", SerializePreKillResult({.directory = name})));
  ASSERT_TRUE(store_.Publish(draft));
  dir_.Write("bundles/runc-web/" + name + "/core", std::string(65536, 'x'));
  EXPECT_EQ(RunAt(std::chrono::hours(1), std::chrono::hours(5)).files.removed, 0U);
  SetPolicy(R"({"retention": {"max_bytes": "60K"}})");
  const RetentionReport report = RunAt(std::chrono::hours(1), std::chrono::hours(5));
  EXPECT_EQ(report.files.removed, 1U);
  EXPECT_EQ(report.left, 1U) << "the bundle is within it";
}

/// Whatever cannot be read for once, what a bundle tells of is not taken for lost.
TEST_F(RetentionPassTest, WhicheverCallFailsNothingThatABundleTellsOfGoes) {
  Store::Draft draft = OomDraft();
  const std::string name =
      PreKillDirectoryName(draft.container.GenerationKey(), std::chrono::minutes(1));
  draft.sections.push_back(
      MadeSection("pre_kill.json", SerializePreKillResult({.directory = name})));
  draft.sections.push_back(MadeSection("summary.json", "{}"));
  fs::create_directory(summaries_.dir());
  ASSERT_TRUE(store_.Publish(draft));
  Publish("old", 3);
  dir_.Write("bundles/runc-web/" + name + "/core", "x");
  SetPolicy(R"({"retention": {"per_container": 2, "max_age": "unlimited"}})");
  std::ptrdiff_t told = 0;
  const char* struck = "";
  for (std::size_t at = 0; struck != nullptr; ++at) {
    RetentionPass pass({.run_dir = dir_.path() + "/run",
                        .store_dir = store_.dir(),
                        .config_dir = dir_.path() + "/etc"},
                       [this](const auto&) -> Result<FreeSpace> { return space_; });
    RetentionReport report;
    {
      const FaultPlan plan(at, Fault::kFails, EIO);
      report = pass.Run(kStart + std::chrono::hours(5), std::chrono::hours(5));
      struck = plan.struck();
    }
    told += std::ranges::count_if(report.problems, [](const std::string& problem) {
      return problem.ends_with("; what cannot be read stays");
    });
    const std::string when = fmt::format("call {}, {}", at, struck == nullptr ? "none" : struck);
    ASSERT_TRUE(fs::exists(dir_.path() + "/bundles/runc-web/" + name + "/core")) << when;
    ASSERT_EQ(Left("runc-web"), 1U) << when;
    ASSERT_EQ(summaries_.List().value().size(), 1U) << when;
  }
  EXPECT_EQ(Left("runc-old"), 2U);
  EXPECT_GE(told, 2);
}

TEST_F(RetentionPassTest, ASummaryDoesNotOutliveItsBundleWhoeverRemovedThat) {
  fs::create_directory(summaries_.dir());
  for (const char* id : {"db", "web"}) {
    Store::Draft draft = OomDraft();
    draft.container.id = id;
    draft.sections.push_back(MadeSection("summary.json", "{}"));
    ASSERT_TRUE(store_.Publish(draft));
  }
  fs::remove_all(store_.dir() + "/runc-db");
  EXPECT_TRUE(Run().problems.empty());
  const auto left = summaries_.List().value();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].container_dir, "runc-web");
  EXPECT_FALSE(fs::exists(summaries_.dir() + "/runc-db"));
}

TEST_F(RetentionPassTest, WhatAWriterOfSummariesLeftThatDiedGoes) {
  const std::string work = "/.99-20251121T031244Z-oom-kill-1a2b3c4d-0-1";
  for (const char* dir : {"summaries", "run/unwritten"}) dir_.Write(dir + work, "{");
  (void)pass_.Run(NowWall() + std::chrono::hours(1), NowBoot());
  for (const char* dir : {"/summaries", "/run/unwritten"}) {
    EXPECT_FALSE(fs::exists(fmt::format("{}{}{}", dir_.path(), dir, work))) << dir;
  }
}

TEST_F(RetentionPassTest, KeepsWhatThePolicySaysFromTheNextLookOn) {
  Publish("loop", 5);
  SetPolicy(R"({"retention": {"per_container": 3}})");
  EXPECT_EQ(Run().pruned.removed.size(), 2U);
  SetPolicy(R"({"retention": {"max_age": "30m"}})");
  EXPECT_EQ(Run().left, 0U);
}

TEST_F(RetentionPassTest, AClockThatIsSetForwardCostsNoBundleForADay) {
  using std::chrono::hours;
  SetPolicy(R"({"retention": {"max_age": "30d"}})");
  Publish("web", 3);
  EXPECT_TRUE(RunAt(hours(1), hours(1)).problems.empty());
  const auto jumped = RunAt(hours(24 * 400), hours(2));
  EXPECT_EQ(jumped.left, 3U);
  ASSERT_EQ(jumped.problems.size(), 1U);
  EXPECT_EQ(jumped.problems[0], RunAt(hours(24 * 400 + 10), hours(12)).problems.at(0))
      << "said once, not at each look";
  EXPECT_EQ(RunAt(hours(24 * 400 + 25), hours(27)).left, 0U) << "nobody set it back";
}

TEST_F(RetentionPassTest, AClockThatIsSetRightAgainIsTrustedAtOnce) {
  using std::chrono::hours;
  SetPolicy(R"({"retention": {"max_age": "30d"}})");
  Publish("web", 1);
  (void)RunAt(hours(1), hours(1));
  (void)RunAt(hours(24 * 400), hours(2));
  EXPECT_TRUE(RunAt(hours(3), hours(3)).problems.empty());
  EXPECT_EQ(RunAt(hours(24 * 40), hours(24 * 40)).left, 0U) << "that is how old it is";
}

TEST_F(RetentionPassTest, SmallStepsAndTimeThatPassesAreNoJump) {
  using std::chrono::hours;
  SetPolicy(R"({"retention": {"max_age": "30d"}})");
  Publish("web", 1);
  (void)RunAt(hours(1), hours(1));
  EXPECT_TRUE(RunAt(hours(2) + std::chrono::minutes(59), hours(2)).problems.empty());
  EXPECT_EQ(RunAt(hours(24 * 31), hours(24 * 31)).left, 0U);
}

TEST_F(RetentionPassTest, SaysInOneLineWhatWasRemoved) {
  Publish("loop", 4);
  Publish("db", 1);
  SetPolicy(R"({"retention": {"per_container": 2}})");
  const std::string text = RemovedText(Run());
  EXPECT_TRUE(text.starts_with("removed 2 bundles of ")) << text;
  EXPECT_TRUE(
      text.ends_with(", from 2025-11-21 03:12:44 UTC to 2025-11-21 03:12:45 UTC, of "
                     "runc-loop (2); 3 left"))
      << text;
}

TEST_F(RetentionPassTest, NamesTheContainersThatLostMost) {
  for (const char* id : {"a", "b", "c", "d"}) Publish(id, 1);
  Publish("d", 1, 1);
  SetPolicy(R"({"retention": {"max_age": "1m"}})");
  const std::string text = RemovedText(Run());
  EXPECT_NE(text.find("of runc-d (2), runc-a (1), runc-b (1) and 1 more; 0 left"),
            std::string::npos)
      << text;
}

TEST_F(RetentionPassTest, LeavesWhatAnEnrolledContainerNeeds) {
  Publish("web", 2);
  ASSERT_TRUE(RegistryDir(dir_.path() + "/run").Add(MadeEnrolment()));
  SetPolicy(R"({"retention": {"per_container": 1, "max_age": "1m"}})");
  EXPECT_EQ(Run().left, 2U);
  ASSERT_TRUE(GenerationNotes(RegistryDir(dir_.path() + "/run"), MadeEnrolment()).NoteAccounted(2));
  EXPECT_EQ(Run().left, 0U);
}

/// A container in mode throttle that thrashes for days.
TEST_F(RetentionPassTest, StallsOfAContainerThatLivesOnCostNobodyElseABundle) {
  Publish("db", 1);
  ASSERT_TRUE(RegistryDir(dir_.path() + "/run").Add(MadeEnrolment()));
  for (int i = 1; i <= 5; ++i) {
    Store::Draft draft = OomDraft();
    draft.kind = BundleKind::kStall;
    draft.incident.from = draft.incident.to = 0;
    draft.at = kStart + std::chrono::minutes(i);
    ASSERT_TRUE(store_.Publish(draft));
  }
  SetPolicy(R"({"retention": {"max_bundles": 2}})");
  EXPECT_EQ(Run().left, 2U);
  EXPECT_EQ(Left("runc-web"), 1U) << "its newest";
  EXPECT_EQ(Left("runc-db"), 1U) << "the oldest, and the only one of its container";
}

TEST_F(RetentionPassTest, MakesRoomOnADiskThatIsNearlyFull) {
  Publish("loop", 15);
  Publish("db", 10, 20);
  SetPolicy(R"({"retention": {"max_age": "unlimited"}})");
  space_.available = Mebibytes(50);
  EXPECT_EQ(Run().left, 25U) << "that is the floor";
  space_.available = Mebibytes(50) - Bytes{1};
  EXPECT_EQ(Run().left, 24U);
  EXPECT_EQ(Left("runc-loop"), 14U) << "its oldest";
  space_.available = Bytes{};
  EXPECT_EQ(Run().left, kLeftOnAFullDisk);
}

TEST_F(RetentionPassTest, MakesRoomOnADiskThatCanHardlyHoldOneFileMore) {
  Publish("loop", 15);
  Publish("db", 10, 20);
  SetPolicy(R"({"retention": {"max_age": "unlimited"}})");
  space_.files = 100000;
  space_.available_files = 5000;
  EXPECT_EQ(Run().left, 25U) << "that is the floor";
  space_.available_files = 4999;
  EXPECT_EQ(Run().left, 24U) << "more than one file is in each";
  EXPECT_EQ(Left("runc-loop"), 14U) << "its oldest";
  space_.available_files = 0;
  EXPECT_EQ(Run().left, kLeftOnAFullDisk);
}

TEST_F(RetentionPassTest, WhatACommandWroteGivesItsFilesBeforeAnyBundleDoes) {
  Publish("db", 25);
  const PreKillFiles files(store_.dir());
  ASSERT_TRUE(files.Make(MadeEnrolment(), std::chrono::minutes(1)));
  const auto directory = files.List().value().at(0);
  for (int i = 0; i < 10; ++i) {
    dir_.Write("bundles/runc-web/" + directory.name + "/" + std::to_string(i), "x");
  }
  SetPolicy(R"({"retention": {"max_age": "unlimited", "per_container": "unlimited"}})");
  space_.files = 1000;
  space_.available_files = 40;
  const RetentionReport report = RunAt(std::chrono::hours(1), std::chrono::hours(5));
  EXPECT_EQ(report.files.removed, 1U);
  EXPECT_EQ(report.files.size.files, 11U) << "its folder too";
  EXPECT_EQ(Left("runc-db"), 25U);
}

TEST_F(RetentionPassTest, RemovesNothingByAPolicyThatIsBroken) {
  Publish("loop", 25);
  SetPolicy(R"({"retention": {"per_container": "few"}})");
  const RetentionReport report = Run();
  EXPECT_EQ(Left("runc-loop"), 25U);
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_NE(report.problems[0].find("policy.json"), std::string::npos) << report.problems[0];
  EXPECT_EQ(Run().problems, report.problems) << "the same text, so that it is said once";
}

TEST_F(RetentionPassTest, GoesOnByTheLastGoodPolicyWhileTheFilesAreBroken) {
  Publish("loop", 5);
  SetPolicy(R"({"retention": {"per_container": 4}})");
  EXPECT_EQ(Run().left, 4U);
  fs::remove_all(dir_.path() + "/run");  // the copy that the hook would use, too
  SetPolicy("{");
  Publish("loop", 1, 5);
  const RetentionReport report = Run();
  EXPECT_EQ(report.left, 4U);
  EXPECT_EQ(report.problems.size(), 1U);
}

TEST_F(RetentionPassTest, EndsSoonAndSaysThatThereIsMore) {
  Publish("loop", static_cast<int>(RetentionPass::kMostRemoved) + 2);
  SetPolicy(R"({"retention": {"per_container": 1}})");
  RetentionReport report = Run();
  EXPECT_TRUE(report.more);
  EXPECT_EQ(report.left, 2U);
  report = Run();
  EXPECT_FALSE(report.more);
  EXPECT_EQ(report.left, 1U);
}

}  // namespace
}  // namespace headroom
