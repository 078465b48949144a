#pragma once

#include <optional>

#include "base/bytes.h"
#include "container/facts/facts.h"

namespace headroom {

/// From how many dirty pages on the host's kernel starts to write them back.
struct BackgroundThreshold {
  Bytes value;
  /// By ratio, which the kernel takes of the memory that is available at the moment: `value` is
  /// that of all memory, and so the most that it can be.
  bool by_ratio = false;
};

/// vm.dirty_background_bytes, else vm.dirty_background_ratio; half of the threshold at which
/// writers are stopped where it is not below that (mm/page-writeback.c, domain_dirty_limits).
/// nullopt: the sysctls or the host's memory are not known. Pure.
[[nodiscard]] std::optional<BackgroundThreshold> HostBackgroundThreshold(const HostFacts& host);

}  // namespace headroom
