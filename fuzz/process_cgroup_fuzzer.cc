#include "fuzz/fuzz.h"
#include "kernel/proc/process.h"
#include "supervisor/watch/sender.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto cgroup = ParseProcessCgroup(text);
  if (!cgroup) return;
  Require(cgroup->v2 || cgroup->v1_memory);
  for (const auto& path : {cgroup->v2, cgroup->v1_memory}) {
    if (path) Require(path->find('\n') == std::string::npos);
  }
  if (!cgroup->v2) return;
  const std::string unit = UnitOf(*cgroup->v2);
  Require(unit.find('/') == std::string::npos && cgroup->v2->find(unit) != std::string::npos);
  Require(cgroup->v2->starts_with('/') || cgroup->v2->empty());
}
