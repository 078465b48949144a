#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "evidence/pre_kill_files.h"
#include "evidence/prune_store.h"

namespace headroom {

/// A directory of what the command of a `pre_kill` wrote, and the bundle that tells of it.
struct PreKillCandidate {
  PreKillDirectory directory;
  BundleSize size;
  /// The place of its bundle, where 0 is the newest; nullopt: none names it.
  std::optional<std::size_t> bundle;
};

struct FilesBounds {
  std::optional<Bytes> max_bytes;   ///< of all that bundles name together
  Bytes to_free;                    ///< so many bytes of the disk have to be given back
  std::uint64_t files_to_free = 0;  ///< and so many inodes
};

/// How long one that no bundle names may wait for its bundle: the kill may come ten minutes after
/// the action began, and the store may have no room for the bundle at once.
inline constexpr std::chrono::minutes kWaitForBundle{30};

/// Which have to go, in that order: those whose kill never came, then the oldest of the others
/// while they take too much. They are counted by themselves: what a policy has its commands write
/// costs nobody a bundle. `now`: since the boot; what began later is of an earlier boot. Pure.
[[nodiscard]] std::vector<PreKillCandidate> ChooseFilesToRemove(
    std::vector<PreKillCandidate> candidates, const FilesBounds& bounds, BootTime now);

/// What became of them.
struct PrunedFiles {
  std::size_t removed = 0;
  BundleSize size;  ///< of those that were removed
  std::vector<Error> failed;
};

/// What a store has of them. To be listed before the bundles are: so that of one which is found,
/// the bundle was not published between the two.
[[nodiscard]] PrunedFiles PruneFiles(const PreKillFiles& files,
                                     const Result<std::vector<PreKillDirectory>>& listed,
                                     const std::vector<PruneCandidate>& bundles,
                                     const FilesBounds& bounds, BootTime now);

}  // namespace headroom
