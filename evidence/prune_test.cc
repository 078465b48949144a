#include "evidence/prune.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow = 1000h;

PruneCandidate Of(const std::string& container, std::chrono::hours age, std::uint64_t bytes = 100) {
  PruneCandidate candidate;
  candidate.bundle.container_dir = container;
  candidate.bundle.path = container + "/" + std::to_string(age.count());
  candidate.at = kNow - age;
  candidate.size = {.bytes = Bytes{bytes}, .on_disk = Bytes{bytes}, .files = 4};
  return candidate;
}

const std::vector<PruneCandidate> kBundles = {Of("a", 1h), Of("b", 2h), Of("a", 3h), Of("a", 4h)};

std::vector<std::string> Removed(const PruneBounds& bounds,
                                 const std::vector<PruneCandidate>& bundles = kBundles) {
  std::vector<std::string> paths;
  for (const auto& candidate : ChooseToRemove(bundles, bounds, kNow)) {
    paths.push_back(candidate.bundle.path);
  }
  return paths;
}

using Paths = std::vector<std::string>;

TEST(ChooseToRemove, NothingGoesWithoutABound) { EXPECT_EQ(Removed({}), Paths{}); }

TEST(ChooseToRemove, WhatIsOlderGoesOldestFirst) {
  EXPECT_EQ(Removed({.older_than = 2h}), (Paths{"a/4", "a/3"}));
}

TEST(ChooseToRemove, AnAgeThatIsJustReachedStays) {
  EXPECT_EQ(Removed({.older_than = 4h}), Paths{});
}

TEST(ChooseToRemove, SoManyAreLeft) {
  EXPECT_EQ(Removed({.keep = 3}), Paths{"a/4"});
  EXPECT_EQ(Removed({.keep = 4}), Paths{});
  EXPECT_EQ(Removed({.keep = 0}), (Paths{"a/4", "a/3", "b/2", "a/1"}));
}

TEST(ChooseToRemove, SoManyAreLeftOfEachContainer) {
  EXPECT_EQ(Removed({.keep_each = 1}), (Paths{"a/4", "a/3"}));
}

TEST(ChooseToRemove, TheNewestThatFitAreLeft) {
  EXPECT_EQ(Removed({.max_bytes = Bytes{200}}), (Paths{"a/4", "a/3"}));
  EXPECT_EQ(Removed({.max_bytes = Bytes{199}}), (Paths{"a/4", "a/3", "b/2"}));
}

/// One container that dies every hour, beside one that died once, long before.
TEST(ChooseToRemove, ACrashLoopTakesOnlyItsOwn) {
  const std::vector<PruneCandidate> bundles = {Of("a", 1h), Of("a", 2h), Of("a", 3h), Of("b", 9h)};
  EXPECT_EQ(Removed({.keep = 3}, bundles), Paths{"a/3"});
  EXPECT_EQ(Removed({.keep = 2}, bundles), (Paths{"a/3", "a/2"}));
  EXPECT_EQ(Removed({.keep = 1}, bundles), (Paths{"a/3", "a/2", "b/9"})) << "then the oldest";
  EXPECT_EQ(Removed({.max_bytes = Bytes{250}}, bundles), (Paths{"a/3", "a/2"}));
  EXPECT_EQ(Removed({.keep = 2, .keep_each = 1}, bundles), (Paths{"a/3", "a/2"}));
}

/// Each run of the loop has an id, and so a folder, of its own: `--rm`, or a pod's container.
TEST(ChooseToRemove, ACrashLoopOfEverNewIdsTakesOnlyItsOwn) {
  std::vector<PruneCandidate> bundles;
  for (int i = 1; i <= 30; ++i) {
    bundles.push_back(Of("id" + std::to_string(i), std::chrono::hours(i)));
    bundles.back().owner = {.container = "shop/web-0/web", .kind = "shop/web:1"};
  }
  bundles.push_back(Of("db", 99h));
  bundles.back().owner = {.container = "db", .kind = "postgres:16"};
  EXPECT_EQ(Removed({.keep = 30}, bundles), Paths{"id30/30"});
  EXPECT_EQ(Removed({.keep = 2}, bundles).size(), 29U);
  EXPECT_EQ(Removed({.keep = 2}, bundles).back(), "id2/2");
  EXPECT_EQ(Removed({.keep = 1}, bundles).back(), "db/99") << "then the oldest";
  EXPECT_EQ(Removed({.keep_each = 20}, bundles).size(), 10U) << "it is one container";
  EXPECT_EQ(Removed({.max_bytes = Bytes{2000}}, bundles).size(), 11U);
}

/// Of what has a new name each time as well, what is alike is all that can be told.
TEST(ChooseToRemove, ACrashLoopOfEverNewNamesTakesOfItsKindFirst) {
  std::vector<PruneCandidate> bundles;
  for (int i = 1; i <= 5; ++i) {
    bundles.push_back(Of("id" + std::to_string(i), std::chrono::hours(i)));
    bundles.back().owner = {.container = "funny_name_" + std::to_string(i), .kind = "job:1"};
  }
  bundles.insert(bundles.begin() + 2, Of("id2", 3h));
  bundles[2].owner = bundles[1].owner;
  bundles.push_back(Of("db", 99h));
  bundles.back().owner = {.container = "db", .kind = "postgres:16"};
  EXPECT_EQ(Removed({.keep = 6}, bundles), Paths{"id2/3"}) << "not its container's newest";
  EXPECT_EQ(Removed({.keep = 2}, bundles), (Paths{"id2/3", "id5/5", "id4/4", "id3/3", "id2/2"}));
  EXPECT_EQ(Removed({.keep_each = 1}, bundles), Paths{"id2/3"}) << "others are other containers";
}

/// A board whose clock begins in 1970 at each boot: the newest bundle is not 55 years old.
TEST(ChooseToRemove, ABundleIsNoOlderThanOneFromBefore) {
  auto bundles = kBundles;
  bundles[0].at = 1h;
  EXPECT_EQ(Removed({.older_than = 5h}, bundles), Paths{});
  EXPECT_EQ(Removed({.older_than = 90min}, bundles), (Paths{"a/4", "a/3", "b/2", "a/1"}));
}

TEST(ChooseToRemove, ATimeThatIsYetToComeSaysNothingOfLaterBundles) {
  auto bundles = kBundles;
  bundles[3].at = kNow + 1000h;
  EXPECT_EQ(Removed({.older_than = 150min}, bundles), Paths{"a/3"});
}

TEST(ChooseToRemove, AFullDiskIsGivenWhatItMissesAndNoMore) {
  std::vector<PruneCandidate> bundles;
  for (int i = 1; i <= 30; ++i) bundles.push_back(Of("a", std::chrono::hours(i)));
  EXPECT_EQ(Removed({.to_free = Bytes{150}}, bundles), (Paths{"a/30", "a/29"}));
  EXPECT_EQ(Removed({.to_free = Bytes{1U << 30U}}, bundles).size(), 30 - kLeftOnAFullDisk)
      << "what fills it is not bundles alone";
  EXPECT_EQ(Removed({.files_to_free = 5}, bundles), (Paths{"a/30", "a/29"}));
  EXPECT_EQ(Removed({.to_free = Bytes{100}, .files_to_free = 5}, bundles).size(), 2U)
      << "as many as both need";
  EXPECT_EQ(Removed({.files_to_free = 1U << 30U}, bundles).size(), 30 - kLeftOnAFullDisk);
  EXPECT_EQ(Removed({.keep = 27, .to_free = Bytes{150}}, bundles).size(), 3U)
      << "what goes anyway counts";
}

TEST(ChooseToRemove, WhatIsNeededStaysAndIsCounted) {
  auto bundles = kBundles;
  bundles[3].needed = true;
  EXPECT_EQ(Removed({.keep = 1}, bundles), (Paths{"a/3", "b/2", "a/1"}));
  EXPECT_EQ(Removed({.older_than = 0h}, bundles), (Paths{"a/3", "b/2", "a/1"}));
}

TEST(ChooseToRemove, ABundleWithoutATimeIsNotOld) {
  auto bundles = kBundles;
  bundles[3].at.reset();
  EXPECT_EQ(Removed({.older_than = 2h}, bundles), Paths{"a/3"});
}

TEST(SizeOfBundle, CountsFilesAndFollowsNoLink) {
  const TemporaryDirectory dir;
  dir.Write("b/one", "12345");
  dir.Write("b/before/two", "123");
  dir.Write("large", std::string(4096, 'x'));
  ASSERT_EQ(symlink("../large", (dir.path() + "/b/link").c_str()), 0);
  ASSERT_EQ(symlink("/usr", (dir.path() + "/b/usr").c_str()), 0);
  BundleEntry bundle;
  bundle.path = dir.path() + "/b";
  EXPECT_EQ(SizeOfBundle(bundle).value().bytes, Bytes{8});
  EXPECT_GE(SizeOfBundle(bundle).value().on_disk, Bytes{8});
  EXPECT_EQ(SizeOfBundle(bundle).value().files, 6U) << "two files, two folders, two links";
  bundle.path = dir.path() + "/none";
  EXPECT_EQ(SizeOfBundle(bundle).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
