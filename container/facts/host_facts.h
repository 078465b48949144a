#pragma once

#include "container/facts/facts.h"
#include "kernel/host_view.h"

namespace headroom {

/// Reads /proc/meminfo and the vm.dirty_* sysctls. What cannot be read stays nullopt.
[[nodiscard]] HostFacts CollectHost(const HostView& host);

}  // namespace headroom
