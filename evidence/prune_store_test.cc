#include "evidence/prune_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "container/enrolment/generation_notes.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

class PruneStoreTest : public testing::Test {
 protected:
  /// The bundle of the kills (from, to].
  void Publish(std::uint64_t from, std::uint64_t to) {
    Store::Draft draft = OomDraft();
    draft.incident.from = from;
    draft.incident.to = to;
    draft.at += std::chrono::seconds(to);
    ASSERT_TRUE(store_.Publish(draft));
  }

  std::vector<PruneCandidate> Candidates() {
    const auto prunable = PruneCandidates(store_.Look().value(), registry_, sizes_);
    EXPECT_TRUE(prunable) << prunable.error().Message();
    return prunable.value_or(Prunable{}).candidates;
  }

  TemporaryDirectory dir_;
  Store store_{dir_.path() + "/bundles"};
  RegistryDir registry_{dir_.path() + "/run"};
  BundleSizes sizes_;
};

TEST_F(PruneStoreTest, ABundleIsNeededWhileItsGenerationIsEnrolled) {
  Publish(0, 1);
  EXPECT_FALSE(Candidates().at(0).needed);
  ASSERT_TRUE(registry_.Add(MadeEnrolment()));
  EXPECT_TRUE(Candidates().at(0).needed);
  ASSERT_TRUE(registry_.Remove(registry_.List()->front()));
  EXPECT_FALSE(Candidates().at(0).needed);
}

/// Otherwise a container that lives on while its processes are killed would fill the disk.
TEST_F(PruneStoreTest, WhatIsNotedAsAccountedIsNeededNoLonger) {
  Publish(0, 1);
  Publish(1, 3);
  Publish(3, 4);
  ASSERT_TRUE(registry_.Add(MadeEnrolment()));
  ASSERT_TRUE(GenerationNotes(registry_, MadeEnrolment()).NoteAccounted(3));
  const auto candidates = Candidates();  // newest first
  ASSERT_EQ(candidates.size(), 3U);
  EXPECT_TRUE(candidates[0].needed) << "it was published, and not noted yet";
  EXPECT_FALSE(candidates[1].needed);
  EXPECT_FALSE(candidates[2].needed);
  EXPECT_EQ(RemoveChosen(store_, {candidates[1], candidates[2]}).removed.size(), 2U);
  const auto noted = GenerationNotes(registry_, MadeEnrolment()).ReadAccounted();
  EXPECT_EQ(store_.AccountedUpTo(MadeEnrolment(), noted).value(), 4U);
  ASSERT_TRUE(store_.Remove(candidates[0].bundle));
  EXPECT_EQ(store_.AccountedUpTo(MadeEnrolment(), noted).value(), 3U);
}

/// There may be any number of them, and none of them accounts for anything.
TEST_F(PruneStoreTest, StallsAndSnapsOfAContainerThatLivesAreNotNeeded) {
  Store::Draft draft = OomDraft();
  draft.incident.from = draft.incident.to = 7;
  for (const BundleKind kind : {BundleKind::kStall, BundleKind::kSnap, BundleKind::kKilled}) {
    draft.kind = kind;
    draft.at += std::chrono::seconds(1);
    ASSERT_TRUE(store_.Publish(draft));
  }
  ASSERT_TRUE(registry_.Add(MadeEnrolment()));
  const auto candidates = Candidates();  // newest first
  ASSERT_EQ(candidates.size(), 3U);
  EXPECT_TRUE(candidates[0].needed) << "an end is told once";
  EXPECT_FALSE(candidates[1].needed) << "snap";
  EXPECT_FALSE(candidates[2].needed) << "stall";
}

TEST_F(PruneStoreTest, WhatOnlyHasTheNameOfABundleIsLeftAlone) {
  Publish(0, 1);
  const std::string real = store_.List().value().at(0).path;
  const std::string name = real.substr(real.rfind('/') + 1);
  dir_.Write("bundles/a-file/" + name, "not ours");
  dir_.Write("bundles/notes.txt", "not ours");
  dir_.Write("outside/kept", "x");
  fs::create_directory(store_.dir() + "/a-link");
  ASSERT_EQ(symlink((dir_.path() + "/outside").c_str(), (store_.dir() + "/a-link/" + name).c_str()),
            0);
  ASSERT_EQ(symlink(dir_.path().c_str(), (store_.dir() + "/a-folder").c_str()), 0);
  const auto candidates = Candidates();
  ASSERT_EQ(candidates.size(), 1U);
  EXPECT_EQ(candidates[0].bundle.path, real);
  const Pruned pruned = RemoveChosen(store_, ChooseToRemove(candidates, {.keep = 0}, NowWall()));
  EXPECT_TRUE(pruned.failed.empty());
  EXPECT_FALSE(fs::exists(real));
  for (const std::string& kept : {"/bundles/a-file/" + name, std::string("/bundles/notes.txt"),
                                  std::string("/outside/kept"), "/bundles/a-link/" + name}) {
    EXPECT_TRUE(fs::exists(dir_.path() + kept)) << kept;
  }
}

TEST_F(PruneStoreTest, TheSummaryGoesWithItsBundle) {
  fs::create_directory(dir_.path() + "/summaries");
  fs::permissions(dir_.path() + "/summaries", fs::perms::owner_all);
  Store::Draft draft = OomDraft();
  draft.sections.push_back(MadeSection("summary.json", "{}"));
  ASSERT_TRUE(store_.Publish(draft));
  ASSERT_FALSE(fs::is_empty(dir_.path() + "/summaries"));
  const Pruned pruned = RemoveChosen(store_, Candidates());
  EXPECT_EQ(pruned.removed.size(), 1U);
  EXPECT_GT(pruned.freed, Bytes{});
  EXPECT_TRUE(fs::is_empty(dir_.path() + "/summaries"));
}

TEST_F(PruneStoreTest, WhoseABundleIsIsReadFromIt) {
  Store::Draft draft = OomDraft();
  draft.container.name = "shop";
  draft.container.image = "web:1";
  ASSERT_TRUE(store_.Publish(draft));
  const auto candidates = Candidates();
  EXPECT_EQ(candidates.at(0).owner, OwnerOf(candidates[0].bundle, draft.container));
  EXPECT_NE(candidates[0].owner.container, candidates[0].bundle.container_dir);
}

TEST_F(PruneStoreTest, ABundleThatCannotBeReadIsPassedOverAndTold) {
  Publish(0, 1);
  Publish(1, 2);
  const auto listing = store_.Look().value();
  bool told = false;
  for (std::size_t at = 0;; ++at) {
    BundleSizes sizes;
    const FaultPlan plan(at, Fault::kFails, EIO);
    const auto prunable = PruneCandidates(listing, registry_, sizes);
    if (plan.struck() == nullptr) break;
    if (!prunable) continue;  // of the registry
    const std::size_t found = prunable->candidates.size();
    EXPECT_GE(found, 1U) << at;
    if (found < 2) {
      ASSERT_EQ(prunable->unread.size(), 1U) << at << ", " << plan.struck();
      EXPECT_EQ(prunable->unread.front().container_dir, "runc-web");
      told = true;
    }
  }
  EXPECT_TRUE(told);
}

TEST_F(PruneStoreTest, SizesAreMeasuredOnceAndForgottenWithTheirBundles) {
  Publish(0, 1);
  const auto candidates = Candidates();
  const std::string path = candidates.at(0).bundle.path;
  fs::remove_all(path);
  EXPECT_EQ(sizes_.Of(candidates[0].bundle).value().size, candidates[0].size);
  sizes_.KeepOnly({});
  EXPECT_EQ(sizes_.Of(candidates[0].bundle).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
