#pragma once

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
    bool own_numbers = false;  ///< its init has a namespace of process numbers; set by Join()
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

   private:
    SignalWatch* watch_ = nullptr;
    std::uint64_t number_ = 0;
  };

  /// Without tracefs the object is usable and tells nothing; unavailable() says why.
  [[nodiscard]] static std::unique_ptr<SignalWatch> Open(EventLoop& loop, HostView host);

  [[nodiscard]] Membership Join(Target target);
  /// Tells what is there now: a signal is traced before what it does is seen.
  void Drain();

  [[nodiscard]] const std::string& unavailable() const { return unavailable_; }
  [[nodiscard]] std::uint64_t lost() const { return trace_ ? trace_->pipe().lost() : 0; }
  /// Signals of the host since then whose target was gone before it could be placed: each may have
  /// been to a process of any container, but not to its init. At most 64 are remembered.
  [[nodiscard]] std::uint64_t UnplacedSince(BootTime since) const;

 private:
  explicit SignalWatch(HostView host) : host_(std::move(host)) {}
  void OnEvent(const TraceEvent& event);
  [[nodiscard]] const Target* TargetOf(const TracedSignal& signal);
  [[nodiscard]] const Target* TargetOfCgroup(const std::string& path) const;
  [[nodiscard]] bool MayLook();

  HostView host_;
  std::optional<TraceInstance> trace_;
  EventLoop::Source source_;
  std::map<std::uint64_t, Target> targets_;
  std::uint64_t next_number_ = 1;
  std::string unavailable_;
  std::deque<BootTime> unplaced_;
  BootTime looks_since_{};
  unsigned looks_ = 0;
};

}  // namespace headroom
