#include <fmt/format.h>

#include <array>

#include "policy/advice.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// For the advice alone: a number that leaves the kernel room to reclaim before the limit.
Bytes SuggestedHigh(Bytes max) { return Bytes{max.value / 20 * 19 / 4096 * 4096}; }

/// Why no tripwire of ours will stand on it; empty when one will.
std::string WhyNoWire(const RuleInput& input) {
  if (input.mode == Mode::kObserve) return "the policy's mode is observe";
  // Until the supervisor throttles, saying that something watches would be a false promise.
  if (input.mode == Mode::kThrottle) return "mode throttle only observes in this version";
  if (!input.facts.own_cgroup) return input.facts.not_own_reason;
  if (!input.facts.supervisor_listening) return "no supervisor is listening";
  return {};
}

std::string Advice(const RuleInput& input, Bytes max) {
  if (input.mode != Mode::kTripwire) {
    return "set \"mode\": \"tripwire\" in /etc/headroom/policy.json";
  }
  if (input.facts.own_cgroup && !input.facts.supervisor_listening) {
    return "start the supervisor, which places a tripwire: systemctl start headroomd";
  }
  return SetMemoryHighAdvice(input.facts.engine, SuggestedHigh(max));
}

Judgement Evaluate(const RuleInput& input) {
  const MemoryLimits& limits = input.facts.cgroup.limits;
  if (!limits.max || !limits.high) return NotJudged{"no memory.max and memory.high could be read"};
  if (limits.max->unlimited()) return NotJudged{"there is no memory.max of its own to be below"};
  if (*limits.high < *limits.max) return Satisfied{};
  Violation violation;
  violation.no_fix_reason = "memory.high is written by the supervisor alone";
  if (!limits.high->unlimited()) {
    // A number of somebody else's: the supervisor leaves it alone, so no wire can stand.
    violation.fact = fmt::format("memory.high is {}, not below memory.max, which is {}",
                                 ToText(*limits.high), ToText(*limits.max));
    violation.advice = SetMemoryHighAdvice(input.facts.engine, SuggestedHigh(limits.max->bytes()));
    return violation;
  }
  const std::string why = WhyNoWire(input);
  if (why.empty()) return Satisfied{};
  violation.fact = fmt::format(
      "memory.high is max, so nothing is noticed before memory.max, which is {}, is hit: {}",
      ToText(*limits.max), why);
  violation.advice = Advice(input, limits.max->bytes());
  return violation;
}

}  // namespace

extern constinit const Rule kMemoryHighBelowMax{
    .id = "memory-high-below-max",
    .summary =
        "Something notices before the limit is hit: a tripwire, or a memory.high of somebody "
        "else's.",
    .parameters = {},
    .evaluate = Evaluate,
};

}  // namespace headroom
