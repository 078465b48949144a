#include <fmt/format.h>

#include <array>

#include "policy/advice/advice.h"
#include "policy/advice/limit_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// The largest floor that an engine has of its own, CRI-O's container_min_memory: what runc needs
/// to start anything. runc copies its own program into the container's memory, so that the
/// container cannot overwrite it (opencontainers/runc#1980), and a kill before that is done is
/// reported as a failure of the runtime, not of the limit; with crun it can leave the unit behind
/// (crun#1092).
constexpr Bytes kFloor = Mebibytes(12);

constexpr std::array<ParameterSpec, 1> kParameters = {{
    {.name = "floor",
     .kind = ParameterSpec::Kind::kBytes,
     .fallback = kFloor,
     .summary = "the smallest limit that is accepted"},
}};

/// What the engine says to small limits itself.
const char* EnginesFloor(const EngineIdentity& engine) {
  // daemon/daemon_unix.go, linuxMinMemory.
  if (engine.engine == "docker") return "docker itself refuses less than 6 MiB";
  if (engine.engine == "cri-o") {
    return "CRI-O itself refuses less than its container_min_memory, 12 MiB unless configured";
  }
  if (engine.engine == "lxc") return "lxc has no floor of its own";
  if (engine.engine == "crun") {
    return "crun has no floor of its own, and needs half a MiB to start anything";
  }
  return "what the runtime needs to start is charged too, with some versions of runc 10 MiB";
}

Violation Broken(const RuleInput& input, const ContainerFacts::Effective& limit, Bytes floor) {
  const bool above = !limit.path.empty() && limit.path != input.facts.cgroup.path;
  Violation violation;
  violation.fact =
      fmt::format("{} is {}, less than the {} that policy wants; {}",
                  above ? "the limit of " + limit.path + " above it"
                        : std::string(MemoryLimitName(input.facts)),
                  ToText(limit.limit), ToText(floor), EnginesFloor(input.facts.engine));
  violation.advice =
      above ? SetLimitAboveAdvice(input.facts, limit.path, floor)
            : RaiseMemoryMaxAdvice(input.facts.engine, floor, input.facts.cgroup_version);
  violation.no_fix_reason = "a fix never gives a container more memory";
  return violation;
}

Judgement Evaluate(const RuleInput& input) {
  const auto limit = SmallestLimit(input.facts);
  if (!limit) return NotJudged{"no memory.max could be read"};
  const Bytes floor = input.parameters.Amount("floor").value_or(kFloor);
  if (limit->limit >= Limit(floor)) return Satisfied{};
  return Broken(input, *limit, floor);
}

}  // namespace

extern constinit const Rule kLimitTooSmall{
    .id = "limit-too-small",
    .summary = "The memory limit in force leaves enough for the runtime to start the container.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
