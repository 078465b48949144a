#include "container/engine/pod_name.h"

#include <algorithm>
#include <array>
#include <utility>

namespace headroom {
namespace {

constexpr std::size_t kLongestName = 253;

/// The namespace's key, then the pod's.
using Keys = std::pair<std::string_view, std::string_view>;
constexpr std::array<Keys, 3> kSpellings = {{
    {"io.kubernetes.cri.sandbox-namespace", "io.kubernetes.cri.sandbox-name"},
    {"io.kubernetes.pod.namespace", "io.kubernetes.pod.name"},
    {"io.kubernetes.cri-o.Namespace", "io.kubernetes.cri-o.KubeName"},
}};

std::string_view ValueOf(const Annotations& values, std::string_view key) {
  const auto found = values.find(key);
  return found == values.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<PodName> PodIn(const Annotations& values) {
  for (const auto& [name_space, name] : kSpellings) {
    PodName pod{.name_space = std::string(ValueOf(values, name_space)),
                .name = std::string(ValueOf(values, name))};
    if (IsKubernetesName(pod.name_space) && IsKubernetesName(pod.name)) return pod;
  }
  return std::nullopt;
}

}  // namespace

bool IsKubernetesName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

std::optional<PodName> PodOf(std::string_view engine, const Annotations& annotations,
                             const Annotations& labels) {
  if (engine == "podman") return std::nullopt;
  auto pod = PodIn(annotations);
  return pod ? std::move(pod) : PodIn(labels);
}

}  // namespace headroom
