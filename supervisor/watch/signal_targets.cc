#include "supervisor/watch/signal_targets.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>

#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Reads of /proc/PID/cgroup a second for signals to processes that are no container's init: a
/// build that stops thousands of processes is none of our business.
constexpr unsigned kMostLooks = 200;
constexpr std::size_t kMostUnplaced = 64;
/// Looks at senders a second for one container, which may make as many signals as it likes.
constexpr unsigned kMostLooksOfOne = 20;
constexpr std::size_t kMostRecent = 8;
constexpr std::chrono::nanoseconds kRepeated = 1s;

/// 0 also where it cannot be told.
ino_t OwnPidNamespace(const HostView& host, pid_t pid) {
  struct stat own{};
  struct stat its{};
  const bool is_own = stat((host.proc + "/self/ns/pid").c_str(), &own) == 0 &&
                      stat(fmt::format("{}/{}/ns/pid", host.proc, pid).c_str(), &its) == 0 &&
                      own.st_ino != its.st_ino;
  return is_own ? its.st_ino : 0;
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

SignalTargets::Membership SignalTargets::Join(Target target) {
  const std::uint64_t number = next_number_++;
  target.numbers = OwnPidNamespace(host_, target.init);
  targets_.emplace(number, std::move(target));
  return {*this, number};
}

bool SignalTargets::MayLook() {
  BeginSecond();
  return ++looks_ <= kMostLooks;
}

bool SignalTargets::MayLookFor(Target& target) {
  BeginSecond();
  return ++target.looks <= kMostLooksOfOne;
}

void SignalTargets::BeginSecond() {
  const BootTime now = NowBoot();
  if (now - looks_since_ <= 1s) return;
  looks_since_ = now;
  looks_ = 0;
  for (auto& [number, target] : targets_) target.looks = 0;
}

SignalTargets::Target* SignalTargets::TargetOfInit(pid_t pid, BootTime at) {
  for (auto& [number, target] : targets_) {
    const bool lived = !target.ended_at || at <= *target.ended_at;
    if (target.init == pid && lived) return &target;
  }
  return nullptr;
}

/// Whether no other watched container has its namespace of process numbers, so that who is in there
/// reaches this one alone.
bool SignalTargets::IsAloneWithNumbers(const Target& target) const {
  return target.numbers != 0 && std::ranges::count_if(targets_, [&](const auto& other) {
                                  return other.second.numbers == target.numbers;
                                }) == 1;
}

/// Of one whose target is gone: who has a namespace of process numbers reaches nobody outside of
/// it.
SignalTargets::Target* SignalTargets::TargetOfSender(const TracedSignal& signal) {
  const auto cgroup = ReadProcessCgroup(host_, signal.sender);
  Target* target = cgroup && cgroup->memory() ? TargetOfCgroup(*cgroup->memory()) : nullptr;
  const ino_t numbers = target != nullptr ? OwnPidNamespace(host_, signal.sender) : 0;
  if (numbers != 0 && numbers == target->numbers && IsAloneWithNumbers(*target)) return target;
  target = TargetOfInit(signal.sender, signal.at);
  return target != nullptr && IsAloneWithNumbers(*target) ? target : nullptr;
}

SignalTargets::Target* SignalTargets::TargetOf(const TracedSignal& signal) {
  if (Target* target = TargetOfInit(signal.target, signal.at)) return target;
  // When a container's init ends, the kernel kills what is left in it: that is no news.
  if (targets_.empty() || signal.code > 0) return nullptr;
  if (MayLook()) {
    const auto cgroup = ReadProcessCgroup(host_, signal.target);
    if (cgroup) return cgroup->memory() ? TargetOfCgroup(*cgroup->memory()) : nullptr;
    if (Target* target = TargetOfSender(signal)) return target;
  }
  if (signal.signal != SIGTERM) unplaced_.push_back(signal.at);
  if (unplaced_.size() > kMostUnplaced) unplaced_.pop_front();
  return nullptr;
}

/// The innermost container, where one is inside of another.
SignalTargets::Target* SignalTargets::TargetOfCgroup(const std::string& path) {
  Target* found = nullptr;
  for (auto& [number, target] : targets_) {
    if (target.cgroup.size() < 2 || !IsSameOrBelow(path, target.cgroup)) continue;
    if (found == nullptr || target.cgroup.size() > found->cgroup.size()) found = &target;
  }
  return found;
}

std::uint64_t SignalTargets::UnplacedSince(BootTime since) const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(unplaced_, [&](BootTime at) { return at >= since; }));
}

void SignalTargets::OnVictim(const TracedVictim& victim) {
  Target* target = TargetOfInit(victim.pid, victim.at);
  if (target == nullptr && !targets_.empty() && MayLook()) {
    const auto cgroup = ReadProcessCgroup(host_, victim.pid);
    if (cgroup && cgroup->memory()) target = TargetOfCgroup(*cgroup->memory());
  }
  if (target != nullptr) target->on_oom_victim(victim.pid);
}

/// Of a watched container's process, its names are the container's own choice.
SignalSender SignalTargets::SenderOf(Target& target, const TracedSender& traced) {
  if (!MayLookFor(target)) return UnseenSender(traced);
  SignalSender sender = LookAtSender(host_, traced);
  // Of one that is a zombie by now neither its program nor its mounts can be seen any more.
  if (!sender.seen || !sender.of_host) {
    if (auto called = runtime_calls_.Find(traced)) sender = *std::move(called);
  }
  if (sender.seen && TargetOfCgroup(sender.cgroup) != nullptr) sender.of_host = false;
  return sender;
}

/// Before it is looked at who sent it, and by what the trace says alone.
bool SignalTargets::IsRepeat(Target& target, const SentSignal& sent) {
  const auto same = std::ranges::find_if(target.recent, [&](const SentSignal& earlier) {
    return earlier.signal == sent.signal && earlier.code == sent.code &&
           earlier.target == sent.target && earlier.result == sent.result &&
           earlier.sender->process.pid == sent.sender->process.pid;
  });
  const bool is_repeat = same != target.recent.end() && sent.at - same->at < kRepeated;
  if (same != target.recent.end()) target.recent.erase(same);
  target.recent.push_back(sent);
  if (target.recent.size() > kMostRecent) target.recent.pop_front();
  return is_repeat;
}

void SignalTargets::OnEvent(const TraceEvent& event) {
  if (const auto* victim = std::get_if<TracedVictim>(&event)) return OnVictim(*victim);
  if (const auto* exec = std::get_if<TracedExec>(&event)) {
    if (!targets_.empty()) runtime_calls_.OnExec(host_, exec->process, exec->at);
    return;
  }
  const auto& signal = std::get<TracedSignal>(event);
  Target* target = TargetOf(signal);
  if (target == nullptr) return;
  SentSignal sent{.at = signal.at,
                  .signal = signal.signal,
                  .code = signal.code,
                  .target = signal.target,
                  .target_comm = signal.target_comm,
                  .result = ResultName(signal.result),
                  .sender = {},
                  .via = {}};
  // A code above 0 is the kernel's own, whoever ran at that moment.
  if (signal.code <= 0) {
    const TracedSender traced{.thread = signal.sender, .comm = signal.sender_comm, .at = signal.at};
    sent.sender = UnseenSender(traced);
    if (IsRepeat(*target, sent)) return target->on_repeat(sent);
    sent.sender = SenderOf(*target, traced);
    sent.via = HandOf(*sent.sender);
  }
  target->on_signal(sent);
}

}  // namespace headroom
