#include "policy/limit_advice.h"

#include <fmt/format.h>

#include "policy/cgroup_words.h"

namespace headroom {
namespace {

/// Where neither the engine nor config.json has the say: the file itself, if there is one already.
std::string WriteFileAdvice(const ContainerFacts& facts, std::string_view key,
                            std::string_view value) {
  if (facts.cgroup.path.empty()) {
    return fmt::format("set linux.resources.unified[\"{}\"] to \"{}\" in config.json", key, value);
  }
  return fmt::format("echo {} > /sys/fs/cgroup{}/{}", value, facts.cgroup.path, key);
}

}  // namespace

std::string MoveMemoryHighAdvice(const ContainerFacts& facts, Bytes size) {
  const EngineIdentity& engine = facts.engine;
  if (engine.kubernetes) {
    // KEP-2570: the kubelet writes it, from request, limit and this factor.
    return "set memoryThrottlingFactor in the kubelet's configuration, or its feature gate "
           "MemoryQoS to false";
  }
  auto advice = CgroupFileAdvice(engine, "memory.high", fmt::format("{}", size.value));
  return advice.empty() ? WriteFileAdvice(facts, "memory.high", "max") : advice;
}

}  // namespace headroom
