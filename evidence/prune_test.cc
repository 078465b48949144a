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
  candidate.size = {.bytes = Bytes{bytes}, .on_disk = Bytes{bytes}};
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

TEST(ChooseToRemove, AFullDiskIsGivenWhatItMissesAndNoMore) {
  std::vector<PruneCandidate> bundles;
  for (int i = 1; i <= 30; ++i) bundles.push_back(Of("a", std::chrono::hours(i)));
  EXPECT_EQ(Removed({.to_free = Bytes{150}}, bundles), (Paths{"a/30", "a/29"}));
  EXPECT_EQ(Removed({.to_free = Bytes{1U << 30U}}, bundles).size(), 30 - kLeftOnAFullDisk)
      << "what fills it is not bundles alone";
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
  bundle.path = dir.path() + "/none";
  EXPECT_EQ(SizeOfBundle(bundle).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
