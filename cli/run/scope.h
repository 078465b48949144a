#pragma once

#include <sys/types.h>

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "cli/systemd/bus.h"

namespace headroom {

/// A transient scope of systemd's, which exists as long as it has a process.
struct ScopeRequest {
  std::string unit;  ///< "headroom-run-NAME.scope"
  std::string description;
  pid_t pid = 0;  ///< moved into it
  /// MemoryMax=; on cgroup v1 systemd writes it into memory.limit_in_bytes.
  Bytes memory;
};

/// Whether the host's init is systemd (sd_booted(3)).
[[nodiscard]] bool HostRunsSystemd();

/// Asks for it, see StartTransientUnit. A process that its user may not move there itself, as it is
/// in a session, is moved by the system's manager, which the user's one asks for that.
///
/// The scope delegates: systemd 252 else ends a whole scope when the OOM killer has taken one
/// process of it (src/core/scope.c, scope_notify_cgroup_oom_event), which no container does.
///
/// kExists: there is such a unit already. Others name what systemd said.
[[nodiscard]] Status StartScope(SystemdOwner owner, const ScopeRequest& request);

}  // namespace headroom
