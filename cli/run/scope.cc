#include "cli/run/scope.h"

#include <systemd/sd-daemon.h>

#include "cli/systemd/transient_unit.h"

namespace headroom {
namespace {

/// Negative: an errno, by sd-bus's own convention.
int AppendProperties(sd_bus_message* message, const ScopeRequest& request) {
  const auto pid = static_cast<std::uint32_t>(request.pid);
  int done = sd_bus_message_append(message, "(sv)(sv)(sv)", "Description", "s",
                                   request.description.c_str(), "PIDs", "au", 1, pid,
                                   "MemoryAccounting", "b", 1);
  if (done < 0) return done;
  // One that ended by a kill would keep its name without the last one.
  return sd_bus_message_append(message, "(sv)(sv)(sv)", "MemoryMax", "t", request.memory.value,
                               "DelegateControllers", "as", 2, "memory", "pids", "CollectMode", "s",
                               "inactive-or-failed");
}

}  // namespace

bool HostRunsSystemd() { return sd_booted() > 0; }

Status StartScope(SystemdOwner owner, const ScopeRequest& request) {
  return StartTransientUnit(owner, request.unit, [&](sd_bus_message* message) {
    return AppendProperties(message, request);
  });
}

}  // namespace headroom
