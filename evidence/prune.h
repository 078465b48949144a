#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "evidence/bundle_owner.h"
#include "evidence/store.h"

namespace headroom {

/// What a bundle takes.
struct BundleSize {
  Bytes bytes;              ///< of its files, as they read
  Bytes on_disk;            ///< of its blocks: what its removal gives back
  std::uint64_t files = 0;  ///< and so many inodes: files, folders and what else lies there

  bool operator==(const BundleSize&) const = default;
};

/// A bundle that may have to go.
struct PruneCandidate {
  BundleEntry bundle;
  std::optional<WallTime> at;  ///< of its name; nullopt: no time that there is
  BundleSize size;
  BundleOwner owner;
  std::string pre_kill_files;  ///< PreKillDirectoryOf; empty: none
  /// It has to stay: its container is still enrolled, and a supervisor that starts anew would
  /// report what only this bundle accounts for a second time.
  bool needed = false;
};

/// What is to be left. Each that is given has to hold.
struct PruneBounds {
  std::optional<std::chrono::nanoseconds> older_than;  ///< what is older goes
  std::optional<std::uint64_t> keep;                   ///< so many are left, in all
  std::optional<std::uint64_t> keep_each;              ///< of each container
  std::optional<Bytes> max_bytes;                      ///< of all together
  /// So many bytes and inodes of the disk have to be given back, as far as bundles can: the newest
  /// kLeftOnAFullDisk stay, or a disk that something else fills would cost all evidence.
  Bytes to_free;
  std::uint64_t files_to_free = 0;
};

inline constexpr std::uint64_t kLeftOnAFullDisk = 20;

/// Which have to go, in the order in which they are to go. First what is too old; then what a
/// container has too many of; then, for the bounds that hold for all together, the oldest of those
/// that are not their container's newest, then of those that are not the newest of their kind, and
/// only after all of these the newest of kinds (BundleOwner). So a container that dies every second
/// costs others nothing, whether or not each of its runs has another id or name, and within each
/// step an older bundle goes before a newer one. `candidates` are newest first; what is needed is
/// counted, and stays. Pure.
///
/// Age is by the wall clock. A bundle that is older by it than one from before is of a clock that
/// was wrong, and counts as old as that one.
[[nodiscard]] std::vector<PruneCandidate> ChooseToRemove(
    const std::vector<PruneCandidate>& candidates, const PruneBounds& bounds, WallTime now);

/// All files of a bundle, or of another directory; what is a symbolic link counts for nothing and
/// is not followed.
[[nodiscard]] Result<BundleSize> SizeOfBundle(const BundleEntry& bundle);
[[nodiscard]] Result<BundleSize> SizeOfTree(const std::string& path);

/// The time of the stamp in a bundle's name, "20261121T031244Z", whatever its era; nullopt if it is
/// none.
[[nodiscard]] std::optional<WallTime> StampTime(const std::string& stamp);

}  // namespace headroom
