#include "supervisor/watch/runtime_calls.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostCalls = 32;
/// From the call to the signal. A number is given away anew only after all others were.
constexpr std::chrono::nanoseconds kLongestCall = 5s;
/// A host that starts containers without end is not looked at any closer.
constexpr std::size_t kMostInSecond = 20;

}  // namespace

void RuntimeCalls::OnExec(const HostView& host, pid_t process, BootTime at) {
  const bool many =
      calls_.size() >= kMostInSecond && at - calls_[calls_.size() - kMostInSecond].at < 1s;
  if (many) return;
  SignalSender sender = LookAtSender(host, {.thread = process, .comm = "", .at = at});
  if (!sender.seen) return;
  calls_.push_back({.at = at, .seen = std::move(sender)});
  if (calls_.size() > kMostCalls) calls_.pop_front();
}

std::optional<SignalSender> RuntimeCalls::Find(const TracedSender& traced) const {
  for (const Call& call : calls_ | std::views::reverse) {
    if (call.seen.process.pid != traced.thread) continue;
    const bool is_it = call.seen.process.comm == traced.comm && call.at <= traced.at &&
                       traced.at - call.at < kLongestCall;
    return is_it ? std::optional(call.seen) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace headroom
