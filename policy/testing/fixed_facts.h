#pragma once

#include <variant>

#include "policy/testing/rule_facts.h"

namespace headroom {

/// What the facts are once a fix has taken: one function a fix, so that a new one is not forgotten.
struct FixedFacts {
  ContainerFacts facts;

  void operator()(const SetMemoryMax& fix) { facts.cgroup.limits.max = Limit(fix.value); }
  void operator()(const SetSwapMax& fix) { facts.cgroup.limits.swap_max = Limit(fix.value); }
  void operator()(const SetOomGroup&) { facts.cgroup.limits.oom_group = true; }
  void operator()(const SetMemoryLow& fix) { facts.memory_low = Limit(fix.value); }
  void operator()(const SetPidsMax& fix) {
    facts.pids = ContainerFacts::PidsMax{.count = fix.value.value, .path = facts.cgroup.path};
  }
  void operator()(const SetHugetlbMax& fix) {
    for (HugetlbFacts& pages : facts.hugetlb) {
      if (pages.page_size == fix.page_size) pages.max = Limit(fix.value);
    }
  }
  void operator()(const SetTmpfsSize& fix) {
    if (fix.destination == "/dev/shm" && facts.shm) facts.shm->size = Limit(fix.value);
    for (TmpfsFacts& mount : facts.tmpfs) {
      if (mount.destination == fix.destination) mount.size = Limit(fix.value);
    }
  }
  void operator()(const SetOomScoreAdj& fix) { facts.process.oom_score_adj = fix.value.value; }
  void operator()(const SetMemlock& fix) { facts.process.memlock = Limit(fix.value); }
  void operator()(const EnableOomKiller&) { facts.oom_kill_disabled = false; }
};

inline ContainerFacts Fixed(ContainerFacts facts, const Fixes& fixes) {
  FixedFacts fixed{std::move(facts)};
  for (const Fix& fix : fixes) std::visit(fixed, fix);
  return std::move(fixed.facts);
}

}  // namespace headroom
