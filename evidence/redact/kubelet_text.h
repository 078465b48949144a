#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "container/engine/pod_name.h"
#include "evidence/redact/pseudonyms.h"

namespace headroom {

/// What a pod is called in a copy where names are hidden: the bundle's own, or another.
[[nodiscard]] PodName HiddenPod(const PodName& pod, const std::optional<PodName>& own,
                                Pseudonyms& names);

/// host/kubelet.log with what the eviction manager said alone, in today's words; with other names
/// of pods where `names` is not nullptr. `own` is the bundle's pod. Pure.
[[nodiscard]] std::string RedactedKubeletLog(std::string_view log,
                                             const std::optional<PodName>& own, Pseudonyms* names);

}  // namespace headroom
