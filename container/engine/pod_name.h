#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "container/oci/oci_state.h"

namespace headroom {

/// A pod of Kubernetes. Both are names as Kubernetes takes them: no quotes, blanks or slashes.
struct PodName {
  std::string name_space;
  std::string name;

  bool operator==(const PodName&) const = default;
};

/// Letters, digits, "-" and ".", at most 253 of them: what a pod or a namespace may be called.
[[nodiscard]] bool IsKubernetesName(std::string_view name);

/// The pod that a container is in, as containerd, CRI-O and cri-dockerd state it: in annotations,
/// the latter in labels. nullopt: in none, or the two names are not whole. Podman's pods, whose
/// containers have CRI-O's annotations too, are no pods of a kubelet. Pure.
[[nodiscard]] std::optional<PodName> PodOf(std::string_view engine, const Annotations& annotations,
                                           const Annotations& labels);

}  // namespace headroom
