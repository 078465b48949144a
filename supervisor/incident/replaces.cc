#include "supervisor/incident/replaces.h"

namespace headroom {

bool Replaces(const Photograph& taken, const Photograph* present, const KillLedger& ledger) {
  if (taken.processes.empty()) return false;
  // The counter knows before we do: a notification may come 20 ms behind its kill.
  const bool too_late = taken.kills ? *taken.kills > ledger.accounted()
                                    : ledger.open() && taken.taken_boot > ledger.first_seen();
  return !too_late && (present == nullptr || taken.taken_boot >= present->taken_boot);
}

}  // namespace headroom
