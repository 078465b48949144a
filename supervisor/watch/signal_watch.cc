#include "supervisor/watch/signal_watch.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>

#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/proc/process.h"
#include "supervisor/watch/sender.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Reads of /proc/PID/cgroup a second for signals to processes that are no container's init: a
/// build that stops thousands of processes is none of our business.
constexpr unsigned kMostLooks = 200;
constexpr std::size_t kMostUnplaced = 64;

/// False also where it cannot be told.
bool IsInOwnPidNamespace(const HostView& host, pid_t pid) {
  struct stat own{};
  struct stat its{};
  return stat((host.proc + "/self/ns/pid").c_str(), &own) == 0 &&
         stat(fmt::format("{}/{}/ns/pid", host.proc, pid).c_str(), &its) == 0 &&
         own.st_ino != its.st_ino;
}

std::string ResultName(SignalResult result) {
  switch (result) {
    case SignalResult::kDelivered:
      return "delivered";
    case SignalResult::kIgnored:
      return "ignored";
    case SignalResult::kPending:
      return "pending";
    case SignalResult::kLost:
      break;
  }
  return "lost";
}

}  // namespace

std::unique_ptr<SignalWatch> SignalWatch::Open(EventLoop& loop, HostView host) {
  std::unique_ptr<SignalWatch> watch(new SignalWatch(std::move(host)));
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

SignalWatch::Membership SignalWatch::Join(Target target) {
  const std::uint64_t number = next_number_++;
  target.own_numbers = IsInOwnPidNamespace(host_, target.init);
  targets_.emplace(number, std::move(target));
  return {*this, number};
}

void SignalWatch::Drain() {
  if (!trace_) return;
  const auto drained = trace_->pipe().Drain([this](const TraceEvent& event) { OnEvent(event); });
  if (drained) return;
  unavailable_ = drained.error().Message();
  source_.Cancel();
  trace_.reset();
}

bool SignalWatch::MayLook() {
  const BootTime now = NowBoot();
  if (now - looks_since_ > 1s) {
    looks_since_ = now;
    looks_ = 0;
  }
  return ++looks_ <= kMostLooks;
}

const SignalWatch::Target* SignalWatch::TargetOf(const TracedSignal& signal) {
  for (const auto& [number, target] : targets_) {
    if (target.init == signal.target) return &target;
  }
  // When a container's init ends, the kernel kills what is left in it: that is no news.
  if (targets_.empty() || signal.code > 0) return nullptr;
  const bool may_look = MayLook();
  if (may_look) {
    const auto cgroup = ReadProcessCgroup(host_, signal.target);
    if (cgroup) return cgroup->v2 ? TargetOfCgroup(*cgroup->v2) : nullptr;
    // It is gone; but who has a namespace of process numbers reaches nobody outside of that.
    const auto senders = ReadProcessCgroup(host_, signal.sender);
    const Target* target = senders && senders->v2 ? TargetOfCgroup(*senders->v2) : nullptr;
    if (target != nullptr && IsInOwnPidNamespace(host_, signal.sender)) return target;
    for (const auto& [number, candidate] : targets_) {
      if (candidate.init == signal.sender && candidate.own_numbers) return &candidate;
    }
  }
  if (signal.signal != SIGTERM) unplaced_.push_back(trace_->ToBootTime(signal.at));
  if (unplaced_.size() > kMostUnplaced) unplaced_.pop_front();
  return nullptr;
}

/// The innermost container, where one is inside of another.
const SignalWatch::Target* SignalWatch::TargetOfCgroup(const std::string& path) const {
  const Target* found = nullptr;
  for (const auto& [number, target] : targets_) {
    if (target.cgroup.size() < 2 || !IsSameOrBelow(path, target.cgroup)) continue;
    if (found == nullptr || target.cgroup.size() > found->cgroup.size()) found = &target;
  }
  return found;
}

std::uint64_t SignalWatch::UnplacedSince(BootTime since) const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(unplaced_, [&](BootTime at) { return at >= since; }));
}

void SignalWatch::OnEvent(const TraceEvent& event) {
  if (const auto* victim = std::get_if<TracedVictim>(&event)) {
    for (const auto& [number, target] : targets_) {
      if (target.init == victim->pid) return target.on_oom_victim(victim->pid);
    }
    if (targets_.empty() || !MayLook()) return;
    const auto cgroup = ReadProcessCgroup(host_, victim->pid);
    const Target* target = cgroup && cgroup->v2 ? TargetOfCgroup(*cgroup->v2) : nullptr;
    if (target != nullptr) target->on_oom_victim(victim->pid);
    return;
  }
  const auto& signal = std::get<TracedSignal>(event);
  const Target* target = TargetOf(signal);
  if (target == nullptr) return;
  SentSignal sent{.at = trace_->ToBootTime(signal.at),
                  .signal = signal.signal,
                  .code = signal.code,
                  .target = signal.target,
                  .target_comm = signal.target_comm,
                  .result = ResultName(signal.result),
                  .sender = {},
                  .via = {}};
  // A code above 0 is the kernel's own, whoever ran at that moment.
  if (signal.code <= 0) {
    sent.sender = LookAtSender(host_, signal.sender, signal.sender_comm);
    sent.via = HandOf(*sent.sender);
  }
  target->on_signal(sent);
}

}  // namespace headroom
