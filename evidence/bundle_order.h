#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "evidence/store.h"

namespace headroom {

/// Which of two bundles tells of what happened later. The stamp in a bundle's name is of the wall
/// clock, which may be set back; where that put a later bundle before an earlier one, its stamp has
/// an era behind it ("20261121T031244Z.1"): how often that had happened in this store by then. All
/// of an era is later than all of the one before, and a store whose clock was never set back knows
/// none but 0, which is not written.
[[nodiscard]] bool IsNewer(const BundleEntry& one, const BundleEntry& other);

/// Of a stamp as it is in a bundle's name; 0 where it states none.
[[nodiscard]] std::uint64_t EraOf(std::string_view stamp);

/// Whether that time's stamp is of an earlier second than the bundle's, whatever its era.
[[nodiscard]] bool IsBehind(WallTime at, const BundleEntry& bundle);

/// When something happened, by a clock that nobody sets.
struct BootMoment {
  std::string boot_id;
  BootTime at{};
};
/// Of what a bundle tells of; nullopt: it does not say. Reads its files.
[[nodiscard]] std::optional<BootMoment> MomentOf(const BundleEntry& bundle);
[[nodiscard]] BootMoment MomentOf(const Store::Draft& draft);

/// The era that a bundle of that draft belongs to if it is published now. What cannot be read in
/// the store counts for nothing, so that an unreadable bundle or folder keeps no other one from
/// being written. The error is of the store itself: in 0 the newest would be taken for the oldest.
[[nodiscard]] Result<std::uint64_t> EraInStore(const Store& store, const Store::Draft& draft);
/// The same for a verdict that is kept because its bundle cannot be written; 0 where nothing can be
/// read.
[[nodiscard]] std::uint64_t EraFor(const Store& store, const Store::Draft& draft);

}  // namespace headroom
