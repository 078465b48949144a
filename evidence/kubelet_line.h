#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "container/engine/pod_name.h"

namespace headroom {

/// What a line of the kubelet's eviction manager says.
enum class KubeletEvent {
  kMustEvict,  ///< of a resource there is too little, and a pod has to go
  kRanked,     ///< `pods` in the order in which it would evict them; the first that it may, goes
  kRefused,    ///< `pods` is one that must not be evicted: critical, or static
  kEvicting,   ///< it begins with that pod; only at verbosity 3 and higher
  kEvicted,    ///< it is done with those pods
  kFailed,     ///< it has tried that pod, and did not see it end in time
  kGaveUp,     ///< none of them could be evicted
};

struct KubeletLine {
  KubeletEvent event = KubeletEvent::kMustEvict;
  /// "memory", "ephemeral-storage", "nodefs", "inodes", "pids"...; empty: not stated. Printable.
  std::string resource;
  /// In a list one that is no name of a pod is here with empty names: it has a place in it.
  std::vector<PodName> pods;

  bool operator==(const KubeletLine&) const = default;
};

/// A line of klog's text format as eviction_manager.go writes it: structured as since Kubernetes
/// 1.21 (pod="ns/name"), or a sentence as before (name_ns(uid)). nullopt: none of those above, or
/// not whole: a name that is cut off would be another pod's. JSON logs are not read. Pure.
[[nodiscard]] std::optional<KubeletLine> ParseKubeletLine(std::string_view text);

/// The same line with other names of pods, in the form of today's versions; what else was said in
/// it is left out. nullopt: it is no such line. Pure.
[[nodiscard]] std::optional<std::string> RenamedKubeletLine(
    std::string_view text, const std::function<PodName(const PodName&)>& rename);

}  // namespace headroom
