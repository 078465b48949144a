#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "evidence/store.h"

namespace headroom {

/// A bundle that may have to go.
struct PruneCandidate {
  BundleEntry bundle;
  std::optional<WallTime> at;  ///< of its name; nullopt: no time that there is
  Bytes size;
  /// It has to stay: its container is still enrolled, and a supervisor that starts anew would
  /// report the kills that only this bundle accounts for a second time.
  bool needed = false;
};

/// What is to be left. Each that is given has to hold.
struct PruneBounds {
  std::optional<std::chrono::nanoseconds> older_than;  ///< what is older goes
  std::optional<std::uint64_t> keep;                   ///< so many are left, in all
  std::optional<std::uint64_t> keep_each;              ///< of each container
  std::optional<Bytes> max_bytes;                      ///< of all together
};

/// Which have to go, oldest first: a newer bundle never goes before an older one of those that may
/// go at all. `candidates` are newest first; what is needed is counted, and stays. Pure.
[[nodiscard]] std::vector<PruneCandidate> ChooseToRemove(
    const std::vector<PruneCandidate>& candidates, const PruneBounds& bounds, WallTime now);

/// Bytes of all files of a bundle; what is a symbolic link counts for nothing and is not followed.
[[nodiscard]] Result<Bytes> SizeOfBundle(const BundleEntry& bundle);

/// The time of the stamp in a bundle's name, "20261121T031244Z"; nullopt if it is none.
[[nodiscard]] std::optional<WallTime> StampTime(const std::string& stamp);

}  // namespace headroom
