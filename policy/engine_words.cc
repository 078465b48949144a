#include "policy/engine_words.h"

#include <fmt/format.h>

#include <cstdint>

namespace headroom {
namespace {

struct Unit {
  std::uint64_t bytes;
  const char* command;
  const char* kubernetes;
};

constexpr Unit kUnits[] = {
    {1ULL << 30U, "g", "Gi"}, {1ULL << 20U, "m", "Mi"}, {1ULL << 10U, "k", "Ki"}};

/// The largest unit that says it exactly; bytes when none does.
std::string Quantity(Bytes size, bool kubernetes) {
  for (const Unit& unit : kUnits) {
    if (size.value == 0 || size.value % unit.bytes != 0) continue;
    return fmt::format("{}{}", size.value / unit.bytes,
                       kubernetes ? unit.kubernetes : unit.command);
  }
  return fmt::format("{}", size.value);
}

}  // namespace

std::string ForCommand(Bytes size) { return Quantity(size, false); }
std::string ForPod(Bytes size) { return Quantity(size, true); }

bool HasRunCommand(const EngineIdentity& engine) {
  return engine.engine == "docker" || engine.engine == "podman" || engine.engine == "containerd";
}

std::string RunCommand(const EngineIdentity& engine) {
  return engine.engine == "containerd" ? "nerdctl run" : engine.engine + " run";
}

bool HasCgroupConf(const EngineIdentity& engine) {
  return engine.engine == "podman" || engine.engine == "containerd";
}

std::string CgroupFileAdvice(const EngineIdentity& engine, std::string_view key,
                             std::string_view value) {
  if (engine.kubernetes || engine.engine == "docker") return {};
  if (HasCgroupConf(engine)) {
    return fmt::format("{} --cgroup-conf {}={} ...", RunCommand(engine), key, value);
  }
  if (engine.engine == "lxc") {
    return fmt::format("set lxc.cgroup2.{} = {} in the container's config", key, value);
  }
  return fmt::format("set linux.resources.unified[\"{}\"] to \"{}\" in config.json", key, value);
}

std::string PolicyFixAdvice(const EngineIdentity& engine, std::string_view rule_id) {
  return fmt::format(
      "set \"action\": \"fix\" for {} in /etc/headroom/policy.json ({} has no option for it)",
      rule_id, engine.kubernetes ? "kubernetes" : engine.engine);
}

}  // namespace headroom
