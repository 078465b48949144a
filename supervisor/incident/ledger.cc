#include "supervisor/incident/ledger.h"

#include <algorithm>
#include <utility>

namespace headroom {

bool KillLedger::Observe(std::uint64_t count, BootTime now) {
  if (count <= seen_) return false;
  if (!open()) {
    first_seen_ = burst_began_ = now;
  } else if (now > *due() && held_until_ > *due()) {
    burst_began_ = now;
    ++merged_;
  }
  seen_ = count;
  last_seen_ = now;
  rose_ = true;
  return true;
}

std::optional<BootTime> KillLedger::due() const {
  if (!open()) return std::nullopt;
  return std::min(last_seen_ + kTogether, burst_began_ + kLongest);
}

std::optional<KillLedger::Range> KillLedger::Close() {
  if (!open()) return std::nullopt;
  const Range range{.from = accounted_,
                    .to = seen_,
                    .first_seen = first_seen_,
                    .last_seen = last_seen_,
                    .merged = std::exchange(merged_, 0)};
  accounted_ = seen_;
  held_until_ = {};
  return range;
}

}  // namespace headroom
