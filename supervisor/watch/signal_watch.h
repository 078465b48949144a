#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "kernel/host_view.h"
#include "kernel/trace/trace_instance.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/watch/signal_targets.h"

namespace headroom {

/// Listens to who sends signals to the watched containers, by a trace instance of our own. One
/// thread.
class SignalWatch {
 public:
  using Target = SignalTargets::Target;
  using Membership = SignalTargets::Membership;

  /// Without tracefs the object is usable and tells nothing; unavailable() says why.
  [[nodiscard]] static std::unique_ptr<SignalWatch> Open(EventLoop& loop, HostView host);

  /// The watch must outlive the membership.
  [[nodiscard]] Membership Join(Target target) { return targets_.Join(std::move(target)); }
  /// Tells what is there now: a signal is traced before what it does is seen. For 5 ms at most;
  /// what is left is told soon after.
  void Drain();

  [[nodiscard]] const std::string& unavailable() const { return unavailable_; }
  /// Events of the host since then that the kernel had no room for, or that nobody has read yet; 1
  /// where the kernel does not tell. Reads a small file a processor.
  [[nodiscard]] std::uint64_t LostSince(BootTime since);
  /// As SignalTargets has it.
  [[nodiscard]] std::uint64_t UnplacedSince(BootTime since) const {
    return targets_.UnplacedSince(since);
  }

 private:
  SignalWatch(EventLoop& loop, HostView host)
      : loop_(loop), host_(std::move(host)), targets_(host_) {}
  void OnEvent(TraceEvent event);
  void LookForLost();

  /// So many events were lost between two looks.
  struct Loss {
    BootTime until{};
    std::uint64_t events = 0;
  };

  EventLoop& loop_;
  HostView host_;
  SignalTargets targets_;
  std::optional<TraceInstance> trace_;
  EventLoop::Source continue_;
  std::uint64_t lost_seen_ = 0;
  std::deque<Loss> losses_;
  BootTime looked_for_lost_{};
  EventLoop::Source source_;
  std::string unavailable_;
};

}  // namespace headroom
