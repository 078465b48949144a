#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "evidence/prune.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow = 10000h;

/// Stores in which a few containers have many bundles, with bounds of any strictness.
class RandomStores {
 public:
  explicit RandomStores(unsigned seed) : random_(seed) {}

  std::vector<PruneCandidate> Store() {
    std::vector<PruneCandidate> candidates;
    WallTime at = kNow;
    for (unsigned i = Below(60); i > 0; --i) {
      at -= std::chrono::minutes(Below(300));
      PruneCandidate candidate;
      // The lower numbers are met far more often: those crash in a loop.
      candidate.bundle.container_dir = "c" + std::to_string(Below(1 + Below(6)));
      candidate.bundle.path = std::to_string(i);
      if (Below(20) != 0) candidate.at = at;
      candidate.size = {
          .bytes = Bytes{Below(1000)}, .on_disk = Bytes{Below(1000)}, .files = Below(100)};
      candidate.needed = Below(8) == 0;
      candidates.push_back(std::move(candidate));
    }
    return candidates;
  }

  PruneBounds Bounds() {
    PruneBounds bounds;
    if (Below(2) == 0) bounds.older_than = std::chrono::hours(Below(200));
    if (Below(2) == 0) bounds.keep = Below(60);
    if (Below(2) == 0) bounds.keep_each = Below(12);
    if (Below(2) == 0) bounds.max_bytes = Bytes{Below(30000)};
    if (Below(2) == 0) bounds.to_free = Bytes{Below(20000)};
    if (Below(2) == 0) bounds.files_to_free = Below(2000);
    return bounds;
  }

 private:
  unsigned Below(unsigned bound) { return static_cast<unsigned>(random_()) % bound; }
  std::mt19937 random_;
};

using Paths = std::set<std::string>;

/// A store before and after, taken apart.
struct Outcome {
  Outcome(const std::vector<PruneCandidate>& all, const PruneBounds& bounds)
      : chosen(ChooseToRemove(all, bounds, kNow)) {
    for (const PruneCandidate& candidate : chosen) {
      gone.insert(candidate.bundle.path);
      freed = freed + candidate.size.on_disk;
      freed_files += candidate.size.files;
    }
    for (const PruneCandidate& candidate : all) {
      newest.try_emplace(candidate.bundle.container_dir, candidate.bundle.path);
      if (!gone.contains(candidate.bundle.path)) left.push_back(candidate);
    }
    for (const PruneCandidate& candidate : left) {
      bytes = bytes + candidate.size.bytes;
      ++of_container[candidate.bundle.container_dir];
      if (!candidate.needed) ++could_go;
    }
  }

  [[nodiscard]] bool IsNewest(const PruneCandidate& candidate) const {
    return newest.at(candidate.bundle.container_dir) == candidate.bundle.path;
  }

  std::vector<PruneCandidate> chosen;
  std::vector<PruneCandidate> left;
  Paths gone;
  std::map<std::string, std::string> newest;
  std::map<std::string, std::uint64_t> of_container;
  std::uint64_t could_go = 0;
  Bytes bytes;
  Bytes freed;
  std::uint64_t freed_files = 0;
};

bool IsOld(const PruneCandidate& candidate, const PruneBounds& bounds) {
  return bounds.older_than && candidate.at && kNow - *candidate.at > *bounds.older_than;
}

template <typename Check>
void ForManyStores(const Check& check) {
  RandomStores stores(20261121);
  for (int i = 0; i < 5000; ++i) {
    SCOPED_TRACE(i);
    const auto all = stores.Store();
    const auto bounds = stores.Bounds();
    check(all, bounds, Outcome(all, bounds));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(AnyStore, IsWithinItsBoundsAfterwardsUnlessWhatIsLeftIsNeeded) {
  ForManyStores([](const auto&, const PruneBounds& bounds, const Outcome& after) {
    std::map<std::string, bool> can_give;
    for (const PruneCandidate& candidate : after.left) {
      EXPECT_FALSE(!candidate.needed && IsOld(candidate, bounds));
      const bool spared = after.IsNewest(candidate) && bounds.keep_each != 0U;
      if (!candidate.needed && !spared) can_give[candidate.bundle.container_dir] = true;
    }
    for (const auto& [container, count] : after.of_container) {
      EXPECT_FALSE(bounds.keep_each && count > *bounds.keep_each && can_give[container]);
    }
    if (after.could_go == 0) return;
    EXPECT_FALSE(bounds.keep && after.left.size() > *bounds.keep);
    EXPECT_FALSE(bounds.max_bytes && after.bytes > *bounds.max_bytes);
    EXPECT_FALSE(after.freed < bounds.to_free && after.left.size() > kLeftOnAFullDisk);
    EXPECT_FALSE(after.freed_files < bounds.files_to_free && after.left.size() > kLeftOnAFullDisk);
  });
}

TEST(AnyStore, LosesNothingThatAccountingNeeds) {
  ForManyStores([](const auto&, const auto&, const Outcome& after) {
    for (const PruneCandidate& candidate : after.chosen) EXPECT_FALSE(candidate.needed);
  });
}

TEST(AnyStore, LosesNothingWhileItIsWithinItsBounds) {
  ForManyStores([](const auto&, const PruneBounds& bounds, const Outcome& after) {
    PruneBounds again = bounds;
    again.to_free = {};  // the disk has it by then
    again.files_to_free = 0;
    EXPECT_TRUE(ChooseToRemove(after.left, again, kNow).empty());
  });
}

TEST(AnyStore, KeepsTheNewestOfEachContainerWhileAnotherHasMoreThanOneToGive) {
  ForManyStores([](const auto&, PruneBounds bounds, const Outcome& after) {
    const bool lost_a_newest =
        std::any_of(after.chosen.begin(), after.chosen.end(), [&](const PruneCandidate& gone) {
          // A bound of its own takes it: its age, or that nothing of any container is to be left.
          return after.IsNewest(gone) && !IsOld(gone, bounds) && bounds.keep_each != 0U;
        });
    if (!lost_a_newest) return;
    for (const PruneCandidate& candidate : after.left) {
      EXPECT_TRUE(candidate.needed || after.IsNewest(candidate)) << candidate.bundle.path;
    }
  });
}

TEST(AnyStore, LosesAContainersOlderBundlesBeforeItsNewerOnes) {
  ForManyStores([](const std::vector<PruneCandidate>& all, const auto&, const Outcome& after) {
    std::set<std::string> lost_newer;
    for (const PruneCandidate& candidate : all) {  // newest first
      const std::string& container = candidate.bundle.container_dir;
      if (after.gone.contains(candidate.bundle.path)) {
        lost_newer.insert(container);
      } else if (candidate.at) {  // an age takes only those that have one
        EXPECT_TRUE(candidate.needed || !lost_newer.contains(container));
      }
    }
  });
}

}  // namespace
}  // namespace headroom
