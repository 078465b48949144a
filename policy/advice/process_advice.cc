#include "policy/advice/process_advice.h"

#include <fmt/format.h>

#include "policy/advice/engine_words.h"
#include "policy/advice/unit_words.h"

namespace headroom {

std::string SetOomScoreAdjAdvice(const EngineIdentity& engine, int score) {
  if (engine.kubernetes) {
    // kubelet computes it (Guaranteed: -997); no field of a pod takes it.
    return "give the pod's containers other resources.requests and resources.limits: kubelet "
           "derives oom_score_adj from the QoS class";
  }
  if (HasRunCommand(engine)) {
    return fmt::format("{} --oom-score-adj {} ...", RunCommand(engine), score);
  }
  if (IsUnit(engine)) return UnitSettingAdvice(engine, fmt::format("OOMScoreAdjust={}", score));
  if (IsCommand(engine)) return fmt::format("choom -n {} -- headroom run ...", score);
  if (engine.engine == "lxc") {
    return fmt::format("set lxc.proc.oom_score_adj = {} in the container's config", score);
  }
  return fmt::format("set process.oomScoreAdj to {} in config.json", score);
}

std::string EnableOomKillerAdvice(const EngineIdentity& engine) {
  if (!engine.kubernetes && HasRunCommand(engine)) {
    return fmt::format("{} without --oom-kill-disable", RunCommand(engine));
  }
  if (engine.engine == "lxc") {
    return "set lxc.cgroup.memory.oom_control = 0 in the container's config";
  }
  // A pod has no field for it either: it comes from the runtime's base specification.
  return fmt::format(
      "set linux.resources.memory.disableOOMKiller to false in {}",
      engine.kubernetes ? "the base specification of the pod's runtime" : "config.json");
}

std::string SetMemlockAdvice(const EngineIdentity& engine, Bytes value) {
  if (engine.engine == "cri-o") {
    return fmt::format("set default_ulimits = [\"memlock={0}:{0}\"] in /etc/crio/crio.conf",
                       value.value);
  }
  if (engine.kubernetes) {
    return fmt::format("systemctl edit {}: [Service] LimitMEMLOCK={}", engine.engine, value.value);
  }
  if (HasRunCommand(engine)) {
    return fmt::format("{0} --ulimit memlock={1}:{1} ...", RunCommand(engine), value.value);
  }
  if (IsUnit(engine)) {
    return UnitSettingAdvice(engine, fmt::format("LimitMEMLOCK={}", value.value));
  }
  if (IsCommand(engine)) return fmt::format("prlimit --memlock={} headroom run ...", value.value);
  if (engine.engine == "lxc") {
    return fmt::format("set lxc.prlimit.memlock = {} in the container's config", value.value);
  }
  return fmt::format(
      "set soft and hard of RLIMIT_MEMLOCK to {} among process.rlimits in config.json",
      value.value);
}

}  // namespace headroom
