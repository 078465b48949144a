#pragma once

#include <sys/types.h>

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// A transient scope of systemd's system manager, which exists as long as it has a process.
struct ScopeRequest {
  std::string unit;  ///< "headroom-run-NAME.scope"
  std::string description;
  pid_t pid = 0;  ///< moved into it
  Bytes memory;   ///< MemoryMax=
};

/// Whether the host's init is systemd (sd_booted(3)).
[[nodiscard]] bool HostRunsSystemd();

/// Asks for it and returns when systemd has taken the request; it is carried out soon after. Where
/// no bus runs, systemd's own socket is asked, as systemctl does. Waits 10 s at most.
///
/// The scope delegates: systemd 252 else ends a whole scope when the OOM killer has taken one
/// process of it (src/core/scope.c, scope_notify_cgroup_oom_event), which no container does.
///
/// kExists: there is such a unit already. Others name what systemd said.
[[nodiscard]] Status StartScope(const ScopeRequest& request);

}  // namespace headroom
