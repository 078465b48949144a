#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/testing/temporary_directory.h"
#include "evidence/store.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

Store::Draft SnapDraft() {
  Store::Draft draft = OomDraft();
  draft.kind = BundleKind::kSnap;
  draft.incident.to = draft.incident.from;
  return draft;
}

class StoreRemoveTest : public testing::Test {
 protected:
  TemporaryDirectory dir_;
  Store store_{dir_.path() + "/bundles"};
};

TEST_F(StoreRemoveTest, SnapsOfOneSecondAllHaveABundle) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store_.Publish(SnapDraft()));
  const auto bundles = store_.List().value();
  ASSERT_EQ(bundles.size(), 3U);
  EXPECT_EQ(bundles[0].stamp, "20251121T031246Z");
  EXPECT_EQ(bundles[2].stamp, "20251121T031244Z");
}

TEST_F(StoreRemoveTest, ASnapAccountsForNoKill) {
  Store::Draft snap = SnapDraft();
  snap.incident.from = snap.incident.to = 7;
  ASSERT_TRUE(store_.Publish(snap));
  EXPECT_EQ(store_.AccountedUpTo(snap.container).value(), std::nullopt);
  ASSERT_TRUE(store_.Publish(OomDraft()));
  EXPECT_EQ(store_.AccountedUpTo(snap.container).value(), 1U);
}

TEST_F(StoreRemoveTest, ASnapDoesNotStandInTheWayOfAKill) {
  Store::Draft snap = SnapDraft();
  snap.incident.to = 1;  // of the very range
  ASSERT_TRUE(store_.Publish(snap));
  EXPECT_TRUE(store_.Publish(OomDraft()));
  EXPECT_EQ(store_.Publish(OomDraft()).error().code, ErrorCode::kExists);
}

TEST_F(StoreRemoveTest, TheLastBundleTakesItsContainersFolderAlong) {
  ASSERT_TRUE(store_.Publish(SnapDraft()));
  ASSERT_TRUE(store_.Publish(OomDraft()));
  const auto bundles = store_.List().value();
  ASSERT_TRUE(store_.Remove(bundles[0]));
  EXPECT_FALSE(fs::exists(bundles[0].path));
  EXPECT_TRUE(fs::exists(bundles[1].path));
  ASSERT_TRUE(store_.Remove(bundles[1]));
  EXPECT_FALSE(fs::exists(store_.dir() + "/runc-web"));
  EXPECT_TRUE(fs::is_empty(store_.dir() + "/incoming"));
}

TEST_F(StoreRemoveTest, OneThatIsGoneAlreadyIsNotFound) {
  ASSERT_TRUE(store_.Publish(OomDraft()));
  ASSERT_TRUE(store_.Publish(SnapDraft()));
  const auto bundles = store_.List().value();
  ASSERT_TRUE(store_.Remove(bundles[0]));
  EXPECT_EQ(store_.Remove(bundles[0]).error().code, ErrorCode::kNotFound);
}

TEST_F(StoreRemoveTest, ALinkInABundleIsRemovedAndNotFollowed) {
  ASSERT_TRUE(store_.Publish(OomDraft()));
  const BundleEntry bundle = store_.List().value().at(0);
  dir_.Write("outside/kept", "x");
  ASSERT_EQ(symlink((dir_.path() + "/outside").c_str(), (bundle.path + "/link").c_str()), 0);
  ASSERT_TRUE(store_.Remove(bundle));
  EXPECT_TRUE(fs::exists(dir_.path() + "/outside/kept"));
}

TEST_F(StoreRemoveTest, AContainersFolderThatIsALinkIsNotFollowed) {
  ASSERT_TRUE(store_.Publish(OomDraft()));
  BundleEntry bundle = store_.List().value().at(0);
  ASSERT_EQ(rename((store_.dir() + "/runc-web").c_str(), (dir_.path() + "/elsewhere").c_str()), 0);
  ASSERT_EQ(symlink((dir_.path() + "/elsewhere").c_str(), (store_.dir() + "/runc-web").c_str()), 0);
  EXPECT_FALSE(store_.Remove(bundle));
  EXPECT_FALSE(fs::is_empty(dir_.path() + "/elsewhere"));
}

TEST_F(StoreRemoveTest, WhatIsNoBundleOfTheStoreIsNotRemoved) {
  ASSERT_TRUE(store_.Publish(OomDraft()));
  BundleEntry bundle = store_.List().value().at(0);
  BundleEntry elsewhere = bundle;
  elsewhere.path = "/tmp" + bundle.path;
  EXPECT_EQ(store_.Remove(elsewhere).error().code, ErrorCode::kMalformed);
  bundle.path = store_.dir() + "/runc-web/..";
  EXPECT_EQ(store_.Remove(bundle).error().code, ErrorCode::kMalformed);
}

TEST_F(StoreRemoveTest, SweepRemovesWhatAnInterruptedRemovalLeft) {
  ASSERT_TRUE(store_.Publish(OomDraft()));
  fs::rename(store_.List().value().at(0).path, store_.dir() + "/incoming/99-1-0");
  fs::remove(store_.dir() + "/incoming/99-1-0/manifest.json");
  ASSERT_TRUE(store_.Sweep());
  EXPECT_TRUE(fs::is_empty(store_.dir() + "/incoming"));
}

/// As they were removed until a full disk had no room for one more folder.
TEST_F(StoreRemoveTest, SweepRemovesWhatAnInterruptedRemovalOfAnEarlierVersionLeft) {
  ASSERT_TRUE(store_.Publish(OomDraft()));
  fs::create_directories(store_.dir() + "/incoming/99-1-0");
  fs::rename(store_.List().value().at(0).path, store_.dir() + "/incoming/99-1-0/bundle");
  ASSERT_TRUE(store_.Sweep());
  EXPECT_TRUE(fs::is_empty(store_.dir() + "/incoming"));
}

}  // namespace
}  // namespace headroom
