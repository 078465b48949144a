#include "supervisor/incident/ledger.h"

#include <algorithm>

namespace headroom {

bool KillLedger::Observe(std::uint64_t count, BootTime now) {
  if (count <= seen_) return false;
  if (!open()) first_seen_ = now;
  seen_ = count;
  last_seen_ = now;
  rose_ = true;
  return true;
}

std::optional<BootTime> KillLedger::due() const {
  if (!open()) return std::nullopt;
  return std::min(last_seen_ + kTogether, first_seen_ + kLongest);
}

std::optional<KillLedger::Range> KillLedger::Close() {
  if (!open()) return std::nullopt;
  const Range range{
      .from = accounted_, .to = seen_, .first_seen = first_seen_, .last_seen = last_seen_};
  accounted_ = seen_;
  return range;
}

}  // namespace headroom
