#pragma once

#include <sys/types.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "evidence/signals.h"
#include "kernel/host_view.h"
#include "kernel/trace/trace_instance.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/watch/runtime_calls.h"

namespace headroom {

/// Who sends signals to the watched containers, from a trace instance of our own. A signal to a
/// process of a container has its sender looked at at once; all others are passed over. One thread.
class SignalWatch {
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

  /// Told as long as it lives; the watch must outlive it.
  class Membership {
   public:
    Membership() = default;
    Membership(SignalWatch& watch, std::uint64_t number) : watch_(&watch), number_(number) {}
    Membership(Membership&& other) noexcept
        : watch_(std::exchange(other.watch_, nullptr)), number_(other.number_) {}
    Membership& operator=(Membership&& other) noexcept {
      std::swap(watch_, other.watch_);
      std::swap(number_, other.number_);
      return *this;
    }
    ~Membership() {
      if (watch_ != nullptr) watch_->targets_.erase(number_);
    }

    /// The init has ended, and its number is free.
    void OnEnd(BootTime at) {
      if (watch_ != nullptr) watch_->targets_.at(number_).ended_at = at;
    }

   private:
    SignalWatch* watch_ = nullptr;
    std::uint64_t number_ = 0;
  };

  /// Without tracefs the object is usable and tells nothing; unavailable() says why.
  [[nodiscard]] static std::unique_ptr<SignalWatch> Open(EventLoop& loop, HostView host);

  [[nodiscard]] Membership Join(Target target);
  /// Tells what is there now: a signal is traced before what it does is seen. For 5 ms at most;
  /// what is left is told soon after.
  void Drain();

  [[nodiscard]] const std::string& unavailable() const { return unavailable_; }
  /// Events of the host since then that the kernel had no room for, or that nobody has read yet; 1
  /// where the kernel does not tell. Reads a small file a processor.
  [[nodiscard]] std::uint64_t LostSince(BootTime since);
  /// Signals of the host since then whose target was gone before it could be placed: each may have
  /// been to a process of any container, but not to its init. At most 64 are remembered.
  [[nodiscard]] std::uint64_t UnplacedSince(BootTime since) const;

 private:
  SignalWatch(EventLoop& loop, HostView host) : loop_(loop), host_(std::move(host)) {}
  void OnEvent(const TraceEvent& event);
  void OnVictim(const TracedVictim& victim);
  void LookForLost();
  [[nodiscard]] Target* TargetOf(const TracedSignal& signal);
  [[nodiscard]] Target* TargetOfInit(pid_t pid, std::chrono::nanoseconds at);
  [[nodiscard]] Target* TargetOfSender(const TracedSignal& signal);
  [[nodiscard]] Target* TargetOfCgroup(const std::string& path);
  [[nodiscard]] bool IsAloneWithNumbers(const Target& target) const;
  [[nodiscard]] bool IsRepeat(Target& target, const SentSignal& sent) const;
  [[nodiscard]] SignalSender SenderOf(Target& target, const TracedSignal& signal);
  [[nodiscard]] bool MayLook();
  [[nodiscard]] bool MayLookFor(Target& target);
  void BeginSecond();

  /// So many events were lost between two looks.
  struct Loss {
    BootTime until{};
    std::uint64_t events = 0;
  };

  EventLoop& loop_;
  HostView host_;
  std::optional<TraceInstance> trace_;
  EventLoop::Source continue_;
  std::uint64_t lost_seen_ = 0;
  std::deque<Loss> losses_;
  BootTime looked_for_lost_{};
  EventLoop::Source source_;
  std::map<std::uint64_t, Target> targets_;
  std::uint64_t next_number_ = 1;
  std::string unavailable_;
  std::deque<BootTime> unplaced_;
  RuntimeCalls runtime_calls_;
  BootTime looks_since_{};
  unsigned looks_ = 0;
};

}  // namespace headroom
