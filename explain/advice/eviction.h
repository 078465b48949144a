#pragma once

#include "container/engine/pod_name.h"
#include "explain/advice/advice.h"
#include "explain/study/eviction.h"

namespace headroom {

/// What to do about an evicted pod, in the words of Kubernetes, for the resource that the kubelet
/// had to reclaim.
[[nodiscard]] Advice EvictionAdvice(const PodName& pod, const Eviction& eviction);

}  // namespace headroom
