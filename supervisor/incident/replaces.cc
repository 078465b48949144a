#include "supervisor/incident/replaces.h"

namespace headroom {
namespace {

/// A verdict that rests on an older one loses its confidence.
constexpr std::chrono::seconds kRecent{5};

/// Whether `taken` was spoilt by a death that `present` came shortly before.
bool IsWorse(const Photograph& taken, const Photograph& present) {
  return taken.disturbed && !present.disturbed && taken.kills == present.kills &&
         taken.taken_boot - present.taken_boot < kRecent;
}

}  // namespace

bool IsTooLate(const Photograph& taken, const KillLedger& ledger) {
  // The counter knows before we do: a notification may come 20 ms behind its kill.
  return taken.kills ? *taken.kills > ledger.accounted()
                     : ledger.open() && taken.taken_boot > ledger.first_seen();
}

bool Replaces(const Photograph& taken, const Photograph* present, const KillLedger& ledger) {
  if (taken.processes.empty() || IsTooLate(taken, ledger)) return false;
  if (present == nullptr) return true;
  return taken.taken_boot >= present->taken_boot && !IsWorse(taken, *present);
}

}  // namespace headroom
