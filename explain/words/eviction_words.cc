#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "evidence/kubelet_log.h"
#include "explain/words/ending_words.h"

namespace headroom {

std::string ReclaimedText(const Eviction& eviction) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kKinds = {{
      {"ephemeral-storage", "disk"},
      {"nodefs", "disk"},
      {"imagefs", "disk"},
      {"containerfs", "disk"},
      {"inodes", "of a file system"},
      {"pids", "process numbers"},
  }};
  const std::string& name = eviction.resource;
  const auto* const kind =
      std::ranges::find(kKinds, name, &std::pair<std::string_view, std::string_view>::first);
  return kind == kKinds.end() ? name : fmt::format("{} ({}, not memory)", name, kind->second);
}

std::string EvictedText(const Eviction& eviction) {
  const std::string reclaimed =
      eviction.resource.empty() ? "" : " to reclaim " + ReclaimedText(eviction);
  return (eviction.done ? "was evicted by the kubelet"
                        : "was killed with SIGKILL as the kubelet evicted its pod") +
         reclaimed;
}

std::vector<Statement> EvictionStatements(const Case& the_case, const Ending& ending) {
  const Eviction& eviction = *ending.eviction;
  const PodName& pod = *the_case.container().pod;
  const std::string name = fmt::format("{}/{}", pod.name_space, pod.name);
  const auto cite = [&](std::size_t line) {
    return fmt::format("{}:{}", kKubeletLog, the_case.inputs.kubelet->header + line + 1);
  };
  const bool is_stated = !eviction.resource.empty();
  return {{.label = "evicted",
           .text = eviction.done
                       ? fmt::format("the kubelet wrote that it had evicted pod {}", name)
                       : fmt::format("by what the kubelet wrote, pod {} was the one to be evicted",
                                     name),
           .evidence = cite(eviction.line)},
          {.label = "evicted",
           .text = is_stated ? "it had to reclaim " + ReclaimedText(eviction)
                             : "what for is not stated there; a pod above a limit of its own for "
                               "storage is evicted as well",
           .evidence = cite(is_stated ? eviction.resource_line : eviction.line)}};
}

}  // namespace headroom
