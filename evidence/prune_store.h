#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "container/enrolment/registry_dir.h"
#include "evidence/prune.h"

namespace headroom {

/// Sizes and owners of bundles, each looked at once: a bundle never changes. One thread.
class BundleSizes {
 public:
  struct Known {
    BundleSize size;
    BundleOwner owner;
    std::string pre_kill_files;
    std::optional<Error> why_files_unknown;  ///< it may tell of some; looked at anew each time
  };
  [[nodiscard]] Result<Known> Of(const BundleEntry& bundle);
  /// Forgets those of all other bundles.
  void KeepOnly(const std::vector<PruneCandidate>& candidates);

 private:
  std::map<std::string, Known> by_path_;
};

/// Bundles that may be looked at, and what could not be.
struct Prunable {
  std::vector<PruneCandidate> candidates;
  /// Of the listing, and the folder of each bundle of which something cannot be read: who does not
  /// know what a bundle there tells of takes nothing there for lost.
  std::vector<Store::Unread> unread;
};

/// What may be pruned among those in the listing, which has to be made before this is called: a
/// bundle that is published later may be of a generation that the registry does not have yet. What
/// is gone meanwhile, and what only has the name of a bundle (a file, a link), is left out. The
/// error is of the registry: without it nothing may be removed.
[[nodiscard]] Result<Prunable> PruneCandidates(Store::Listing listing, const RegistryDir& registry,
                                               BundleSizes& sizes);

/// What became of the bundles that had to go.
struct Pruned {
  std::vector<PruneCandidate> removed;
  std::vector<Error> failed;
  Bytes freed;  ///< of the files of those that were removed
};

/// Removes them in that order. One that is gone already counts as removed.
[[nodiscard]] Pruned RemoveChosen(const Store& store, const std::vector<PruneCandidate>& chosen);

}  // namespace headroom
