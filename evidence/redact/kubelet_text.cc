#include "evidence/redact/kubelet_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evidence/kept_log.h"
#include "evidence/kubelet_line.h"
#include "evidence/kubelet_log.h"

namespace headroom {

PodName HiddenPod(const PodName& pod, const std::optional<PodName>& own, Pseudonyms& names) {
  if (pod == own) return {.name_space = "namespace", .name = "pod"};
  return {.name_space = "namespace",
          .name = names.Container(fmt::format("{}/{}", pod.name_space, pod.name))};
}

std::string RedactedKubeletLog(std::string_view log, const std::optional<PodName>& own,
                               Pseudonyms* names) {
  const auto rename = [&](const PodName& pod) {
    return names == nullptr ? pod : HiddenPod(pod, own, *names);
  };
  std::vector<ContainerLine> lines;
  for (ContainerLine& line : ParseKeptLog(log).lines) {
    auto renamed = RenamedKubeletLine(line.text, rename);
    if (!renamed) continue;
    line.text = std::move(*renamed);
    const bool is_known = std::ranges::find(kKubeletUnits, line.stream) != kKubeletUnits.end();
    if (!is_known) line.stream = "-";
    lines.push_back(std::move(line));
  }
  return SerializeKubeletLog(lines);
}

}  // namespace headroom
