#include "evidence/kubelet_line.h"

#include "explain/study/eviction.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto line = ParseKubeletLine(text);
  const auto same = [](const PodName& pod) { return pod; };
  const auto written = RenamedKubeletLine(text, same);
  Require(written.has_value() == line.has_value());
  if (line) {
    for (const PodName& pod : line->pods) {
      Require(pod == PodName{} || (IsKubernetesName(pod.name) && IsKubernetesName(pod.name_space)));
    }
    // In whichever version's words, it says the same in today's.
    const auto again = ParseKubeletLine(*written);
    Require(again.has_value());
    Require(*again == *line);
  }
  const KeptLog log = ParseKeptLog(text);
  if (const auto found = FindEviction(log, {.name_space = "shop", .name = "web"})) {
    Require(found->line < log.lines.size() && found->resource_line < log.lines.size());
  }
}
