#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "explain/study/case.h"

namespace headroom {

/// What stood around a kill, beside whose limit it was and what filled it. Each is nullopt where
/// nothing recorded says so.

/// The swap that the container might use, when the limit was met.
struct SwapUse {
  Bytes used;
  Bytes of;                ///< what it might use: its own limit, else all of the host's
  bool of_host = false;    ///< `of` is the host's
  bool exhausted = false;  ///< so much of it that there was no room left
  std::string evidence;
};
/// As the kernel printed it at the kill, else as of the snapshot. nullopt too where no swap was
/// allowed, or the host has none.
[[nodiscard]] std::optional<SwapUse> FindSwapUse(const Case& the_case);

/// A kill before the program could do anything.
struct EarlyDeath {
  bool of_runtime = false;  ///< the runtime's own process, which was to become the container's init
  std::optional<std::chrono::nanoseconds> lived;  ///< since the container was enrolled
  std::string evidence;
};
/// At its own limit: the runtime's init; or the init of a container with less memory than it takes
/// to start one, in its first seconds.
[[nodiscard]] std::optional<EarlyDeath> FindEarlyDeath(const Case& the_case);

/// No runtime starts a container with less than this at hand, or only just.
inline constexpr Bytes kLeastToStart = Mebibytes(8);

/// Memory of one piece that was asked for and that the host did not have, although it had enough in
/// smaller ones.
struct Fragmented {
  Bytes piece;
  int order = 0;
  Bytes in_smaller;  ///< free in pieces that are too small
  std::string evidence;
};
[[nodiscard]] std::optional<Fragmented> FindFragmented(const Case& the_case);

/// Memory nodes that the allocation was bound to, by the cpuset or by a memory policy.
struct Bound {
  bool by_policy = false;
  std::string nodes;  ///< "0-1"; empty: not stated
  std::string evidence;
};
[[nodiscard]] std::optional<Bound> FindBound(const Case& the_case);

/// The host's swap, at a kill for want of memory of the host.
struct HostSwap {
  Bytes free;
  Bytes total;  ///< not 0
  std::string evidence;
};
[[nodiscard]] std::optional<HostSwap> FindHostSwap(const Case& the_case);

/// Memory of the host that is set aside as huge pages and free, so that nothing else may use it.
struct SetAside {
  Bytes free;
  std::string evidence;
};
[[nodiscard]] std::optional<SetAside> FindSetAside(const Case& the_case);

}  // namespace headroom
