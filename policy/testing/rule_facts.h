#pragma once

#include <string>
#include <utility>
#include <vector>

#include "container/facts/facts.h"
#include "policy/rule.h"

namespace headroom {

/// A docker container with a cgroup of its own below one slice; the tests set what they judge.
inline ContainerFacts FactsOfAContainer() {
  ContainerFacts facts;
  facts.id = "3f1c9a";
  facts.engine.engine = "docker";
  facts.init = {.pid = 4321, .start_ticks = 1};
  facts.process.args = {"/app"};
  facts.cgroup.path = "/system.slice/docker-3f1c9a.scope";
  facts.cgroup.inode = 7;
  facts.cgroup.limits.max = Limit(Mebibytes(64));
  facts.cgroup.limits.high = Limit::Unlimited();
  CgroupBaseline slice;
  slice.path = "/system.slice";
  slice.limits.max = Limit::Unlimited();
  facts.ancestors = {slice};
  facts.own_cgroup = true;
  facts.supervisor_listening = true;
  ShmFacts shm;
  shm.mount_point = "/b/rootfs/dev/shm";
  shm.type = "tmpfs";
  shm.size = Limit(Mebibytes(32));
  facts.shm = shm;
  facts.process.memlock = Limit(Mebibytes(8));
  facts.process.oom_score_adj = 0;
  facts.io_controller = true;
  return facts;
}

using Fixes = std::vector<Fix>;

/// What the rule of that id says.
inline Judgement Judge(std::string_view rule_id, const ContainerFacts& facts,
                       const ParameterValues& values = {}, Mode mode = Mode::kTripwire) {
  const Rule* rule = FindRule(rule_id);
  if (rule == nullptr) return NotJudged{"there is no such rule"};
  const Parameters parameters(rule->parameters, values);
  return rule->evaluate({.facts = facts, .parameters = parameters, .mode = mode});
}

inline bool IsSatisfied(const Judgement& judgement) {
  return std::holds_alternative<Satisfied>(judgement);
}
inline bool IsNotJudged(const Judgement& judgement) {
  return std::holds_alternative<NotJudged>(judgement) &&
         std::get<NotJudged>(judgement).reason != "there is no such rule";
}
/// An empty violation where the rule found none.
inline Violation ViolationOf(const Judgement& judgement) {
  const auto* violation = std::get_if<Violation>(&judgement);
  return violation == nullptr ? Violation{} : *violation;
}

}  // namespace headroom
