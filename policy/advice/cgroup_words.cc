#include "policy/advice/cgroup_words.h"

#include <fmt/format.h>

#include "policy/advice/engine_words.h"
#include "policy/advice/unit_words.h"

namespace headroom {

std::string CgroupFileAdvice(const EngineIdentity& engine, std::string_view key,
                             std::string_view value) {
  if (engine.kubernetes || engine.engine == "docker" || IsCommand(engine) || IsUnit(engine)) {
    return {};
  }
  if (HasRunCommand(engine)) {
    return fmt::format("{} --cgroup-conf {}={} ...", RunCommand(engine), key, value);
  }
  if (engine.engine == "lxc") {
    return fmt::format("set lxc.cgroup2.{} = {} in the container's config", key, value);
  }
  return fmt::format("set linux.resources.unified[\"{}\"] to \"{}\" in config.json", key, value);
}

std::string PolicyFixAdvice(const EngineIdentity& engine, std::string_view rule_id) {
  const std::string name = IsCommand(engine) ? "headroom run" : engine.engine;
  return fmt::format(
      "set \"action\": \"fix\" for {} in /etc/headroom/policy.json ({} has no option for it)",
      rule_id, engine.kubernetes ? "kubernetes" : name);
}

}  // namespace headroom
