#include "supervisor/watch/signal_watch.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// The event thread has other things to do.
constexpr std::chrono::nanoseconds kLongestDrain = 5ms;
constexpr std::chrono::nanoseconds kLostRecheck = 10s;
constexpr std::size_t kMostLosses = 64;

}  // namespace

std::unique_ptr<SignalWatch> SignalWatch::Open(EventLoop& loop, HostView host) {
  std::unique_ptr<SignalWatch> watch(new SignalWatch(loop, std::move(host)));
  auto trace = TraceInstance::Create(watch->host_, FindTracefs());
  if (!trace) {
    watch->unavailable_ = trace.error().Message();
    return watch;
  }
  watch->trace_ = std::move(*trace);
  auto source = loop.OnReady(watch->trace_->pipe().fd(), EPOLLIN,
                             [raw = watch.get()](std::uint32_t /*ready*/) { raw->Drain(); });
  if (source) {
    watch->source_ = std::move(*source);
  } else {
    watch->unavailable_ = source.error().Message();
    watch->trace_.reset();
  }
  return watch;
}

void SignalWatch::Drain() {
  if (!trace_) return;
  const BootTime now = NowBoot();
  const auto drained = trace_->pipe().Drain([this](TraceEvent event) { OnEvent(std::move(event)); },
                                            now + kLongestDrain);
  if (drained) {
    if (now - looked_for_lost_ > kLostRecheck) LookForLost();
    if (!trace_->pipe().pending()) return;
    auto timer = loop_.After(1ms, 1ms, [this] { Drain(); });
    if (timer) continue_ = std::move(*timer);
    return;
  }
  unavailable_ = drained.error().Message();
  source_.Cancel();
  trace_.reset();
}

void SignalWatch::OnEvent(TraceEvent event) {
  std::visit([this](auto& seen) { seen.at = trace_->ToBootTime(seen.at); }, event);
  targets_.OnEvent(event);
}

/// Where nobody tells, one may always have been lost.
void SignalWatch::LookForLost() {
  if (!trace_) return;
  looked_for_lost_ = NowBoot();
  const auto told = trace_->ReadLost();
  const std::uint64_t lost =
      told ? std::max(*told, trace_->pipe().lost()) : std::max(lost_seen_ + 1, std::uint64_t{1});
  if (lost <= lost_seen_) return;
  losses_.push_back({.until = looked_for_lost_, .events = lost - lost_seen_});
  lost_seen_ = lost;
  if (losses_.size() > kMostLosses) losses_.pop_front();
}

std::uint64_t SignalWatch::LostSince(BootTime since) {
  LookForLost();
  std::uint64_t lost = trace_ && trace_->pipe().pending() ? 1 : 0;
  for (const Loss& loss : losses_) {
    if (loss.until >= since) lost += loss.events;
  }
  return lost;
}

}  // namespace headroom
