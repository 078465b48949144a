#include "supervisor/tripwire/stall_breaker.h"

#include <algorithm>

namespace headroom {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr double kRereadShare = 0.01;  // of what it may hold, each second
constexpr double kPartOfLimit = 0.25;  // of the stall limit, where files are read again
/// Looks come about once a second. More often, and not every one is kept: at most so many.
constexpr std::size_t kMostSeen = 128;

double Seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

StallRecord StallBreaker::Measure(Bytes high) const {
  const Seen& first = seen_.front();
  const Seen& last = seen_.back();
  StallRecord stall{
      .reason = StallRecord::Reason::kPressure,
      .over = last.at - first.at,
      .stalled = std::min(1.0, Seconds(last.stalled - first.stalled) / Seconds(last.at - first.at)),
      .reread = {},
      .high = high};
  if (first.refaults && last.refaults && *last.refaults >= *first.refaults) {
    stall.reread = Bytes{(*last.refaults - *first.refaults) * kPage};
  }
  return stall;
}

std::optional<StallRecord> StallBreaker::Observe(BootTime now,
                                                 std::optional<std::chrono::microseconds> stalled,
                                                 std::optional<std::uint64_t> refaults,
                                                 Bytes high) {
  if (!stalled) {
    Forget();
    return std::nullopt;
  }
  if (!seen_.empty() && (*stalled < seen_.back().stalled || now < seen_.back().at)) Forget();
  const BootTime spacing = BootTime(throttle_.stall_grace) / static_cast<int>(kMostSeen / 2);
  if (seen_.size() >= 2 && now - seen_[seen_.size() - 2].at < spacing) seen_.pop_back();
  seen_.push_back({.at = now, .stalled = *stalled, .refaults = refaults});
  while (seen_.size() > 2 && now - seen_[1].at >= throttle_.stall_grace) seen_.pop_front();
  if (now - seen_.front().at < throttle_.stall_grace) return std::nullopt;
  StallRecord stall = Measure(high);
  if (stall.stalled >= throttle_.stall_limit) return stall;
  const bool rereads =
      stall.reread && static_cast<double>(stall.reread->value) >=
                          kRereadShare * static_cast<double>(high.value) * Seconds(stall.over);
  if (!rereads || stall.stalled < kPartOfLimit * throttle_.stall_limit) return std::nullopt;
  stall.reason = StallRecord::Reason::kRereading;
  return stall;
}

}  // namespace headroom
