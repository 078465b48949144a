#include "supervisor/incident/replaces.h"

namespace headroom {

bool IsTooLate(const Photograph& taken, const KillLedger& ledger) {
  // The counter knows before we do: a notification may come 20 ms behind its kill.
  return taken.kills ? *taken.kills > ledger.accounted()
                     : ledger.open() && taken.taken_boot > ledger.first_seen();
}

bool Replaces(const Photograph& taken, const Photograph* present, const KillLedger& ledger) {
  if (taken.processes.empty() || IsTooLate(taken, ledger)) return false;
  return present == nullptr || taken.taken_boot >= present->taken_boot;
}

}  // namespace headroom
