#pragma once

#include <sys/types.h>

#include "container/facts/facts.h"
#include "container/oci/oci_config.h"
#include "kernel/host_view.h"

namespace headroom {

/// What the container's program will be started with, told while the runtime waits for the hook.
///
/// Of rlimits config.json decides where it says anything: runc (1.1.5) gives them to the init only
/// after createRuntime, crun (1.8.1) before. Where it is silent, the init keeps what it has now,
/// which is the runtime's. oom_score_adj both have set by then, so the init's own counts: a fix of
/// ours may have changed it since. `config` may be null.
[[nodiscard]] ProcessFacts CollectStartingProcess(const HostView& host, pid_t init,
                                                  const OciConfig* config);

/// Of a container that runs: the limits are those of its init now. Arguments and environment are
/// those of `config`, since a program may have become another one or hidden them; where there is
/// none, those of the init.
[[nodiscard]] ProcessFacts CollectRunningProcess(const HostView& host, pid_t init,
                                                 const OciConfig* config);

}  // namespace headroom
