#include <algorithm>

#include "fuzz/fuzz.h"
#include "kernel/cgroup/cgroup_dir.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto pids = ParseCgroupProcs(text);
  if (pids) Require(std::ranges::all_of(*pids, [](int pid) { return pid > 0; }));
  for (const std::string& ancestor : AncestorPaths(text)) {
    Require(!ancestor.empty() && ancestor.size() < text.size());
    Require(IsSameOrBelow(text, ancestor));
  }
}
