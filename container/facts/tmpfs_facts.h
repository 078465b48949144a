#pragma once

#include <vector>

#include "container/facts/container_mounts.h"
#include "container/facts/facts.h"

namespace headroom {

/// Every tmpfs of the container's own but /dev/shm, in the order in which they were mounted. Left
/// out: a tmpfs that the host has mounted too (a bind of its /run, a pod's volume), whose memory is
/// not the container's alone, and parts of a tmpfs that is listed already. Pure.
[[nodiscard]] std::vector<TmpfsFacts> FindTmpfs(const ContainerMounts& mounts);

}  // namespace headroom
