#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "evidence/signals.h"
#include "kernel/host_view.h"

namespace headroom {

/// Looks at the thread that sent a signal, at once, as it may be gone in a millisecond: its
/// process, that one's cgroup and unit, and up to 4 parents. `traced_comm`: what the kernel's trace
/// calls it; a process of another name has taken its number, and is not told. A few reads of /proc;
/// no waiting.
[[nodiscard]] SignalSender LookAtSender(const HostView& host, pid_t thread,
                                        const std::string& traced_comm);

/// The systemd unit in whose cgroup `path` lies: its innermost component that is a service or a
/// scope. Empty: none. Pure.
[[nodiscard]] std::string UnitOf(std::string_view path);

/// The program as it is told: "runc", when the sender is only a runtime's or an init's hand, behind
/// which somebody else stands. Empty: it is not known as such. Pure.
[[nodiscard]] std::string HandOf(const SignalSender& sender);

}  // namespace headroom
