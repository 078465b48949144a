#pragma once

#include "container/enrolment/registry_dir.h"
#include "evidence/pre_kill_result.h"
#include "kernel/host_view.h"
#include "supervisor/prekill/request.h"

namespace headroom {

/// Does what the policy wants done about that generation before its kill, and tells what became of
/// it. Nothing is done where the enrolment names no action, or where the process has ended or is no
/// longer in the container's cgroup: the container's limit is near, and pids are reused.
/// Blocks for as long as the command takes.
[[nodiscard]] PreKillResult DoPreKill(const HostView& host, const StatePaths& paths,
                                      const PreKillRequest& request);

}  // namespace headroom
