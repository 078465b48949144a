#include "evidence/store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "base/file.h"
#include "base/sha256.h"
#include "base/testing/temporary_directory.h"
#include "evidence/bundle_writer.h"
#include "evidence/evidence.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class StoreTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> Incoming() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(store_.dir() + "/incoming")) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  TemporaryDirectory dir_;
  Store store_{dir_.path() + "/lib/bundles"};
};

TEST_F(StoreTest, ABundleLiesWhereItsNameSays) {
  const auto path = store_.Publish(OomDraft());
  ASSERT_TRUE(path.has_value()) << path.error().Message();
  const IncidentId incident = OomDraft().incident;
  EXPECT_EQ(*path,
            store_.dir() + "/runc-web/20251121T031244Z-oom-kill-" + incident.DirectoryPart());
  EXPECT_TRUE(Incoming().empty());
}

TEST_F(StoreTest, NobodyElseMayReadOrWriteABundle) {
  const std::string path = store_.Publish(OomDraft()).value();
  for (const auto& entry : fs::recursive_directory_iterator(store_.dir())) {
    struct stat info{};
    ASSERT_EQ(lstat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, S_ISDIR(info.st_mode) ? 0700U : 0600U) << entry.path();
  }
  EXPECT_TRUE(fs::exists(path + "/before/smaps/12"));
}

TEST_F(StoreTest, TheManifestHasARowForWhatIsThereAndForWhatIsNot) {
  const std::string path = store_.Publish(OomDraft()).value();
  const auto text = ReadFileAt(AT_FDCWD, path + "/manifest.json", 1U << 20U);
  const auto manifest = ParseManifest(*text, "manifest.json");
  ASSERT_TRUE(manifest.has_value()) << manifest.error().Message();
  const ManifestRow* stat_row = manifest->Find("before/memory.stat");
  ASSERT_NE(stat_row, nullptr);
  EXPECT_EQ(stat_row->bytes, std::string("anon 42\n").size());
  EXPECT_EQ(stat_row->sha256, Sha256Hex("anon 42\n"));
  const ManifestRow* absent = manifest->Find("host/pressure/memory");
  ASSERT_NE(absent, nullptr);
  EXPECT_EQ(absent->outcome, Outcome::kUnavailable);
  EXPECT_FALSE(fs::exists(path + "/host"));
  EXPECT_NE(manifest->Find("container.json"), nullptr);
}

TEST_F(StoreTest, TheManifestHasARowForWhatTheDraftDoesNotMention) {
  const Manifest manifest = FinishDraft(OomDraft()).value().manifest;
  for (const char* section :
       {"before/smaps_rollup", "before/status", "before/memory.pressure", "cgroup",
        "kernel/oom.log", "after/survivors.json", "timeline.json", "summary.json", "report.txt"}) {
    const ManifestRow* row = manifest.Find(section);
    ASSERT_NE(row, nullptr) << section;
    EXPECT_EQ(row->outcome, Outcome::kUnavailable) << section;
    EXPECT_FALSE(row->reason.empty()) << section;
  }
  EXPECT_EQ(manifest.Find("before/smaps"), nullptr) << "its file has a row of its own";
  EXPECT_EQ(manifest.Find("container.json")->outcome, Outcome::kComplete);
}

TEST_F(StoreTest, ARowOfAFolderStandsForAllInIt) {
  Store::Draft draft = OomDraft();
  draft.sections.clear();
  Section folder;
  folder.row.section = "before";
  folder.row.outcome = Outcome::kTooLate;
  folder.row.reason = "it was gone";
  draft.sections.push_back(folder);
  const Manifest manifest = FinishDraft(draft).value().manifest;
  EXPECT_EQ(manifest.Find("before/snapshot.json"), nullptr);
  EXPECT_NE(manifest.Find("before"), nullptr);
}

/// The verdict cites lines of the manifest, and is one of the sections itself.
TEST_F(StoreTest, TheRowsOfTheVerdictMoveNoOtherRow) {
  Store::Draft draft = OomDraft();
  const std::string before = SerializeManifest(FinishDraft(draft).value().manifest);
  draft.sections.push_back(MadeSection("summary.json", "{}"));
  const std::string after = SerializeManifest(FinishDraft(draft).value().manifest);
  const std::string row = "\"section\": \"timeline.json\"";
  ASSERT_NE(before.find(row), std::string::npos);
  EXPECT_EQ(before.substr(0, before.find(row)), after.substr(0, after.find(row)));
}

TEST_F(StoreTest, ABundleOfManyFilesNeedsFewDescriptors) {
  Store::Draft draft = OomDraft();
  for (int pid = 100; pid < 400; ++pid) {
    draft.sections.push_back(MadeSection("before/status/" + std::to_string(pid), "Name: x\n"));
  }
  struct rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{.rlim_cur = 128, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto path = store_.Publish(draft);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(path.has_value()) << path.error().Message();
  EXPECT_EQ(ReadBundle(*path).value().files.size(), draft.sections.size());
}

TEST_F(StoreTest, TheSameIncidentIsPublishedOnce) {
  ASSERT_TRUE(store_.Publish(OomDraft()).has_value());
  Store::Draft again = OomDraft();
  again.at += 5s;  // after a restart, at another time and under the other name for kills
  again.kind = BundleKind::kGroupKill;
  const auto second = store_.Publish(again);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kExists);
  EXPECT_EQ(store_.List()->size(), 1U);
  EXPECT_TRUE(Incoming().empty());
}

TEST_F(StoreTest, TheNextKillAndTheNextGenerationAreOtherIncidents) {
  ASSERT_TRUE(store_.Publish(OomDraft()).has_value());
  Store::Draft next_kill = OomDraft();
  next_kill.incident.from = 1;
  next_kill.incident.to = 2;
  ASSERT_TRUE(store_.Publish(next_kill).has_value());
  Store::Draft restarted = OomDraft();
  restarted.incident.generation = "another";
  ASSERT_TRUE(store_.Publish(restarted).has_value());
  EXPECT_EQ(store_.List()->size(), 3U);
}

TEST_F(StoreTest, NamesThatAreNoPathBelowABundleAreRefused) {
  for (const char* name : {"", "/etc/passwd", "../x", "before/../../x", "before//x", "a/",
                           ".hidden", "before/.x", "a\nb", "manifest.json", "a/b/c/d/e/f/g/h/i"}) {
    Store::Draft draft = OomDraft();
    draft.sections.push_back(MadeSection(name, "x"));
    const auto path = store_.Publish(draft);
    ASSERT_FALSE(path.has_value()) << name;
    EXPECT_EQ(path.error().code, ErrorCode::kMalformed) << name;
  }
  EXPECT_TRUE(store_.List()->empty());
}

TEST_F(StoreTest, ASectionThatIsThereTwiceIsRefused) {
  Store::Draft draft = OomDraft();
  draft.sections.push_back(draft.sections.front());
  EXPECT_EQ(store_.Publish(draft).error().code, ErrorCode::kMalformed);
}

TEST_F(StoreTest, AFileThatIsADirectoryOfAnotherLeavesNothingBehind) {
  Store::Draft draft = OomDraft();
  draft.sections.push_back(MadeSection("before/memory.stat/deeper", "x"));
  const auto path = store_.Publish(draft);
  ASSERT_FALSE(path.has_value());
  EXPECT_NE(path.error().where.find("before/memory.stat"), std::string::npos)
      << path.error().Message();
  EXPECT_TRUE(store_.List()->empty());
  EXPECT_TRUE(Incoming().empty());
}

TEST_F(StoreTest, ADiskThatIsFullLeavesNothingBehindAndNamesTheFile) {
  // A limit on file sizes stops the write in the middle, like a full disk, without needing one.
  Store::Draft draft = OomDraft();
  draft.sections.push_back(MadeSection("before/smaps/99", std::string(300'000, 'x')));
  struct rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* const old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 100'000, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto path = store_.Publish(draft);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(path.has_value());
  EXPECT_EQ(path.error().errno_value, EFBIG);
  EXPECT_NE(path.error().where.find("before/smaps/99"), std::string::npos)
      << path.error().Message();
  EXPECT_TRUE(store_.List()->empty());
  EXPECT_TRUE(Incoming().empty());
}

TEST_F(StoreTest, AStoreThatOthersMayWriteToIsRefused) {
  ASSERT_TRUE(store_.Publish(OomDraft()).has_value());
  Store::Draft next = OomDraft();
  next.incident = {"another", 0, 1};
  for (const std::string& place :
       {store_.dir(), store_.dir() + "/incoming", store_.dir() + "/runc-web"}) {
    ASSERT_EQ(chmod(place.c_str(), 0770), 0);
    const auto path = store_.Publish(next);
    ASSERT_FALSE(path.has_value()) << place;
    EXPECT_EQ(path.error().code, ErrorCode::kDenied);
    EXPECT_EQ(path.error().where, place);
    ASSERT_EQ(chmod(place.c_str(), 0700), 0);
  }
  EXPECT_TRUE(store_.Publish(next).has_value());
}

TEST_F(StoreTest, AContainersFolderThatIsASymbolicLinkIsRefused) {
  ASSERT_TRUE(store_.Publish(OomDraft()).has_value());
  Store::Draft other = OomDraft();
  other.container.id = "db";
  fs::create_directory(dir_.path() + "/elsewhere");
  fs::create_symlink(dir_.path() + "/elsewhere", store_.dir() + "/runc-db");
  EXPECT_FALSE(store_.Publish(other).has_value());
  EXPECT_TRUE(fs::is_empty(dir_.path() + "/elsewhere"));
}

TEST_F(StoreTest, NoStoreYetIsAnEmptyList) {
  EXPECT_TRUE(store_.List().value().empty());
  EXPECT_TRUE(store_.ListContainer("runc-web").value().empty());
  EXPECT_EQ(store_.AccountedUpTo(OomDraft().container).value(), std::nullopt);
  EXPECT_TRUE(store_.Sweep().has_value());
}

TEST_F(StoreTest, AStoreThatIsAFileIsAnError) {
  dir_.Write("lib/bundles", "x");
  EXPECT_FALSE(store_.List().has_value());
  EXPECT_FALSE(store_.Publish(OomDraft()).has_value());
}

TEST_F(StoreTest, TheNewestComesFirstWithinOneSecondToo) {
  for (const auto& [second, from] : {std::pair{0, 9U}, {3, 10U}, {3, 11U}, {1, 8U}}) {
    Store::Draft draft = OomDraft();
    draft.at += std::chrono::seconds(second);
    draft.incident.from = from;
    draft.incident.to = from + 1;
    ASSERT_TRUE(store_.Publish(draft).has_value());
  }
  const auto entries = store_.ListContainer("runc-web").value();
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_TRUE(entries[0].incident.ends_with("-11-12"));
  EXPECT_TRUE(entries[1].incident.ends_with("-10-11"));
  EXPECT_TRUE(entries[2].incident.ends_with("-8-9"));
  EXPECT_TRUE(entries[3].incident.ends_with("-9-10"));
}

TEST_F(StoreTest, WhatIsNoBundleIsPassedOver) {
  ASSERT_TRUE(store_.Publish(OomDraft()).has_value());
  dir_.Write("lib/bundles/README", "x");
  dir_.Write("lib/bundles/runc-web/notes.txt", "x");
  dir_.Write("lib/bundles/incoming/20251121T031244Z-oom-kill-1a2b3c4d-0-1/x", "x");
  EXPECT_EQ(store_.List().value().size(), 1U);
}

TEST_F(StoreTest, AContainersFolderIsANameNotAPath) {
  for (const char* name : {"", "..", "a/b", "runc-a%2fb", "runc web"}) {
    const auto entries = store_.ListContainer(name);
    ASSERT_FALSE(entries.has_value()) << name;
    EXPECT_EQ(entries.error().code, ErrorCode::kMalformed);
  }
}

TEST_F(StoreTest, AccountsForTheKillsOfThatGenerationOnly) {
  Store::Draft draft = OomDraft();
  draft.incident = {draft.container.GenerationKey(), 0, 1};
  ASSERT_TRUE(store_.Publish(draft).has_value());
  draft.incident = {draft.container.GenerationKey(), 1, 4};
  ASSERT_TRUE(store_.Publish(draft).has_value());
  draft.incident = {draft.container.GenerationKey(), 9, 9};
  draft.kind = BundleKind::kStall;  // counts no kill
  ASSERT_TRUE(store_.Publish(draft).has_value());
  EXPECT_EQ(store_.AccountedUpTo(draft.container).value(), 4U);
  Enrolment restarted = draft.container;
  restarted.init.start_ticks += 1;
  EXPECT_EQ(store_.AccountedUpTo(restarted).value(), std::nullopt);
}

TEST_F(StoreTest, DoesNotPassOverAnIncidentThatCouldNotBeWritten) {
  Store::Draft draft = OomDraft();
  draft.container.cgroup.events.emplace().oom_kill = 0;
  draft.incident = {draft.container.GenerationKey(), 1, 2};
  ASSERT_TRUE(store_.Publish(draft).has_value());
  EXPECT_EQ(store_.AccountedUpTo(draft.container).value(), 0U);
  draft.incident = {draft.container.GenerationKey(), 0, 1};
  ASSERT_TRUE(store_.Publish(draft).has_value());
  EXPECT_EQ(store_.AccountedUpTo(draft.container).value(), 2U);
}

TEST_F(StoreTest, SweepRemovesWhatACrashLeftAndNothingElse) {
  ASSERT_TRUE(store_.Publish(OomDraft()).has_value());
  dir_.Write("lib/bundles/incoming/dead/before/memory.stat", "x");
  dir_.Write("lib/bundles/incoming/alive/summary.json", "x");
  const auto alive = OpenDirectory(AT_FDCWD, store_.dir() + "/incoming/alive");
  ASSERT_EQ(flock(alive->get(), LOCK_SH), 0);  // as a writer in the middle of its work has it
  ASSERT_TRUE(store_.Sweep().has_value());
  EXPECT_EQ(Incoming(), std::vector<std::string>{"alive"});
  EXPECT_EQ(store_.List().value().size(), 1U);
}

TEST_F(StoreTest, AGenerationEndsOnceWhateverWasCountedByThen) {
  Store::Draft end = OomDraft();
  end.kind = BundleKind::kKilled;
  end.incident.from = end.incident.to = 1;
  ASSERT_TRUE(store_.Publish(end).has_value());
  end.incident.from = end.incident.to = 2;
  const auto again = store_.Publish(end);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::kExists);
  end.incident.generation += "-later";
  EXPECT_TRUE(store_.Publish(end).has_value()) << "another life of the same container";
}

TEST_F(StoreTest, AnEndAccountsForNoKillAndHidesNone) {
  Store::Draft end = OomDraft();
  end.kind = BundleKind::kKilled;
  end.incident.from = end.incident.to = 0;
  ASSERT_TRUE(store_.Publish(end).has_value());
  EXPECT_EQ(store_.AccountedUpTo(end.container).value(), std::nullopt);
  ASSERT_TRUE(store_.Publish(OomDraft()).has_value());
  EXPECT_EQ(store_.AccountedUpTo(end.container).value(), 1U);
}

}  // namespace
}  // namespace headroom
