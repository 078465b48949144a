#pragma once

#include "capture/photograph.h"
#include "supervisor/incident/ledger.h"

namespace headroom {

/// Whether it shows those who outlived a kill that is not accounted for yet. Pure.
[[nodiscard]] bool IsTooLate(const Photograph& taken, const KillLedger& ledger);

/// Whether `taken` is the better picture of what the next kill will end. Not where it shows nobody,
/// or those who outlived a kill that is not accounted for yet, or when it was begun before the
/// `present` one (nullptr: none), as a sample may have waited for a busy process, or when that one
/// is recent and a death disturbed only `taken`. Pure.
[[nodiscard]] bool Replaces(const Photograph& taken, const Photograph* present,
                            const KillLedger& ledger);

}  // namespace headroom
