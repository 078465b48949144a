#include "supervisor/watch/shm_watch.h"

#include <chrono>
#include <utility>

#include "capture/section.h"
#include "capture/shm_files.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kRest = 1s;
/// Mostly it takes a tenth of a millisecond; a busy machine may take the processor away in between.
constexpr std::chrono::nanoseconds kLongestListing = 30ms;

Section ReadShm(const HostView& host, const ProcessId& init) {
  return MakeSection("before/shm.json", [&]() -> Result<std::string> {
    const auto listing = ListOwnShm(host, init.pid, NowBoot() + kLongestListing);
    if (!listing) return std::unexpected(listing.error());
    if (!IsNobodyElse(host, init)) {
      return MakeError(ErrorCode::kGone, "/dev/shm", "the container's init has ended");
    }
    return SerializeShm(*listing);
  });
}

}  // namespace

ShmWatch::ShmWatch(WireServices& services) : services_(services) {}

void ShmWatch::Look(const ProcessId& init, Haste haste) {
  const BootTime now = NowBoot();
  const bool rests = haste == Haste::kNone && state_->asked_at && now - *state_->asked_at < kRest;
  if (state_->looking || rests) return;
  state_->looking = true;
  state_->asked_at = now;
  services_.samplers.Run([&loop = services_.loop, host = services_.host, init, state = state_] {
    Section section = ReadShm(host, init);
    loop.Post([state, section = std::move(section)] {
      state->looking = false;
      if (section.row.outcome == Outcome::kComplete) state->last = section;
    });
  });
}

}  // namespace headroom
