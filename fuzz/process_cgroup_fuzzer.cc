#include "fuzz/fuzz.h"
#include "kernel/proc/process.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto cgroup = ParseProcessCgroup(text);
  if (!cgroup) return;
  Require(cgroup->v2 || cgroup->v1_memory);
  for (const auto& path : {cgroup->v2, cgroup->v1_memory}) {
    if (path) Require(path->find('\n') == std::string::npos);
  }
  if (cgroup->v2) Require(cgroup->v2->starts_with('/') || cgroup->v2->empty());
}
