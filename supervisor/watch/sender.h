#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/clock.h"
#include "evidence/signals.h"
#include "kernel/host_view.h"

namespace headroom {

/// A thread that has sent a signal, as the kernel's trace names it.
struct TracedSender {
  pid_t thread = 0;
  std::string comm;
  BootTime at{};  ///< when it sent it
};

/// Looks at it at once, as it may be gone in a millisecond: its process, that one's cgroup, unit
/// and mount namespace, and up to 4 parents. A process of another name, or one that was started
/// later, has taken its number, and is not told. A few reads of /proc; no waiting.
[[nodiscard]] SignalSender LookAtSender(const HostView& host, const TracedSender& traced);
/// The same without looking: what the trace alone says.
[[nodiscard]] SignalSender UnseenSender(const TracedSender& traced);

/// The systemd unit in whose cgroup `path` lies: its outermost component that is a service or a
/// scope, below slices alone. What lies in a unit's own cgroup is named by whoever it was handed
/// to. Empty: none. Pure.
[[nodiscard]] std::string UnitOf(std::string_view path);

/// The program as it is told: "runc", when the sender is only a runtime's or an init's hand, behind
/// which somebody else stands. Empty: it is not known as such, also when it was not seen or is not
/// of the host (SignalSender::of_host): anybody can call himself runc. Pure.
[[nodiscard]] std::string HandOf(const SignalSender& sender);

}  // namespace headroom
