#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "evidence/signals.h"
#include "kernel/host_view.h"
#include "kernel/trace/trace_line.h"
#include "supervisor/watch/runtime_calls.h"
#include "supervisor/watch/sender.h"

namespace headroom {

/// Which watched container a traced signal is for, and who sent it. A signal to a process of a
/// container has its sender looked at at once; all others are passed over. Times of events are
/// boot times here. One thread.
class SignalTargets {
 public:
  /// A watched container.
  struct Target {
    pid_t init = 0;
    std::string cgroup;  ///< path of version 2; empty: only the init's signals are told
    std::function<void(const SentSignal&)> on_signal;
    std::function<void(pid_t)> on_oom_victim;
    /// The same process sent the same again, within a second.
    std::function<void(const SentSignal&)> on_repeat;
    ino_t numbers = 0;  ///< its init's own namespace of process numbers; 0: none. Set by Join()
    std::optional<BootTime> ended_at;  ///< of its init: what its number gets later is another's
    unsigned looks = 0;                ///< at senders, in this second
    std::deque<SentSignal> recent;     ///< one of each kind, as far as they may be repeated
  };

  /// Told as long as it lives; the targets must outlive it.
  class Membership {
   public:
    Membership() = default;
    Membership(SignalTargets& targets, std::uint64_t number)
        : targets_(&targets), number_(number) {}
    Membership(Membership&& other) noexcept
        : targets_(std::exchange(other.targets_, nullptr)), number_(other.number_) {}
    Membership& operator=(Membership&& other) noexcept {
      std::swap(targets_, other.targets_);
      std::swap(number_, other.number_);
      return *this;
    }
    ~Membership() {
      if (targets_ != nullptr) targets_->targets_.erase(number_);
    }

    /// The init has ended, and its number is free.
    void OnEnd(BootTime at) {
      if (targets_ != nullptr) targets_->targets_.at(number_).ended_at = at;
    }

   private:
    SignalTargets* targets_ = nullptr;
    std::uint64_t number_ = 0;
  };

  explicit SignalTargets(HostView host) : host_(std::move(host)) {}

  [[nodiscard]] Membership Join(Target target);
  /// Tells the container that it is for, if it is for one. A runtime that is called is looked at.
  void OnEvent(const TraceEvent& event);

  /// Signals of the host since then whose target was gone before it could be placed: each may have
  /// been to a process of any container, but not to its init. At most 64 are remembered.
  [[nodiscard]] std::uint64_t UnplacedSince(BootTime since) const;

 private:
  void OnVictim(const TracedVictim& victim);
  [[nodiscard]] Target* TargetOf(const TracedSignal& signal);
  [[nodiscard]] Target* TargetOfInit(pid_t pid, BootTime at);
  [[nodiscard]] Target* TargetOfSender(const TracedSignal& signal);
  [[nodiscard]] Target* TargetOfCgroup(const std::string& path);
  [[nodiscard]] bool IsAloneWithNumbers(const Target& target) const;
  [[nodiscard]] static bool IsRepeat(Target& target, const SentSignal& sent);
  [[nodiscard]] SignalSender SenderOf(Target& target, const TracedSender& traced);
  [[nodiscard]] bool MayLook();
  [[nodiscard]] bool MayLookFor(Target& target);
  void BeginSecond();

  HostView host_;
  std::map<std::uint64_t, Target> targets_;
  std::uint64_t next_number_ = 1;
  std::deque<BootTime> unplaced_;
  RuntimeCalls runtime_calls_;
  BootTime looks_since_{};
  unsigned looks_ = 0;
};

}  // namespace headroom
