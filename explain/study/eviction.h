#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "container/engine/pod_name.h"
#include "evidence/kept_log.h"

namespace headroom {

/// What the kubelet's log says of the eviction of one pod.
struct Eviction {
  bool done = false;              ///< it says that the pod was evicted; false: that it was to be
  std::size_t line = 0;           ///< which of the lines says so, from 0
  std::string resource;           ///< what it had to reclaim; empty: not stated
  std::size_t resource_line = 0;  ///< which line states that
};

/// The last eviction of exactly that pod; nullopt: the log tells of none. A pod is to be evicted
/// when it stands first in a ranking, behind pods that must not be: the kubelet kills its
/// containers before it writes that it has. What it had to reclaim is stated once for a ranking,
/// and of an eviction for another reason (a pod above its own limit of storage) it is not. Pure.
[[nodiscard]] std::optional<Eviction> FindEviction(const KeptLog& log, const PodName& pod);

/// Whether it is memory that the kubelet had to reclaim.
[[nodiscard]] bool IsForMemory(const Eviction& eviction);

}  // namespace headroom
