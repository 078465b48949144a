#pragma once

#include <deque>

#include "base/clock.h"
#include "evidence/signals.h"
#include "kernel/host_view.h"
#include "supervisor/watch/sender.h"

namespace headroom {

/// The runtimes that were called a moment ago. One that is called to send a signal ends in the
/// moment in which it has sent it, before anybody can look; while it still reads its own state, a
/// few milliseconds before, it is there to be seen. One owner, one thread.
class RuntimeCalls {
 public:
  /// A process runs a runtime since `at`: looks at it at once. A few reads of /proc.
  void OnExec(const HostView& host, pid_t process, BootTime at);
  /// What was seen of `traced` when it was called. nullopt: nothing; it goes by another name since,
  /// or so much time has passed that its number may be somebody else's.
  [[nodiscard]] std::optional<SignalSender> Find(const TracedSender& traced) const;

 private:
  struct Call {
    BootTime at{};
    SignalSender seen;
  };
  std::deque<Call> calls_;  ///< oldest first
};

}  // namespace headroom
