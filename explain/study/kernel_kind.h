#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explain/study/breakdown.h"
#include "explain/study/case.h"

namespace headroom {

/// What kernel memory that filled a limit was.
struct KernelKinds {
  std::vector<PartAmount> kinds;  ///< largest first; what reclaim can free is not among them
  bool at_kill = false;           ///< as the kernel printed it; else as of the snapshot
  std::string evidence;

  /// The one that makes up half of them or more: what filled the limit. nullopt: none does.
  [[nodiscard]] std::optional<ChargedPart> Main() const;
};

/// zswap is none of them. Empty where it was not kernel memory that held most, and where the kernel
/// did not state all of it: then the largest that it names need not be the largest.
[[nodiscard]] KernelKinds FindKernelKinds(const Case& the_case);

}  // namespace headroom
