#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "policy/advice/advice.h"
#include "policy/advice/limit_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// Half of the limit: there one thread that only allocates needs (64/3) * high / (64 * 4 KiB) *
/// ((max - high) / high)^3 seconds from memory.high to memory.max, 6 hours for a limit of 512 MiB
/// (at 90 % it is 57 s, at 97 % 1.2 s). The sleep of a charge reaches its 2 s at 1.177 * high, so a
/// working set above that neither fits nor dies (mm/memcontrol.c, mem_cgroup_handle_over_high).
constexpr double kAtLeast = 0.5;
/// For the advice alone: a share that leaves the kernel room to reclaim before the limit.
constexpr double kUsual = 0.95;

constexpr std::array<ParameterSpec, 2> kParameters = {{
    {.name = "at_least",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = kAtLeast,
     .summary = "the smallest part of the limit in force at which a memory.high that somebody set "
                "may stand"},
    {.name = "at_most",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = 1.0,
     .summary = "the largest part of it; 1 is anywhere below the limit"},
}};

struct Range {
  double at_least;
  double at_most;
};
Range RangeOf(const Parameters& parameters) {
  return {.at_least = parameters.Share("at_least").value_or(kAtLeast),
          .at_most = parameters.Share("at_most").value_or(1.0)};
}

std::string Contradiction(const Parameters& parameters) {
  const Range range = RangeOf(parameters);
  if (range.at_least > range.at_most) return "\"at_least\" is above \"at_most\"";
  if (range.at_least >= 1) return "\"at_least\" is the whole limit, and memory.high is below it";
  return {};
}

Bytes SuggestedHigh(Bytes limit, const Range& range) {
  return PartOf(limit, std::max(range.at_least, std::min(kUsual, range.at_most)));
}

/// Why no tripwire of ours will stand on it; empty when one will.
std::string WhyNoWire(const RuleInput& input) {
  if (input.mode == Mode::kObserve) return "the policy's mode is observe";
  if (!input.facts.own_cgroup) return input.facts.not_own_reason;
  if (!input.facts.supervisor_listening) return "no supervisor is listening";
  return {};
}

std::string WireAdvice(const RuleInput& input, Bytes max) {
  if (input.mode == Mode::kObserve) {
    return "set \"mode\": \"tripwire\" in /etc/headroom/policy.json";
  }
  if (input.facts.own_cgroup && !input.facts.supervisor_listening) {
    return "start the supervisor, which writes memory.high: systemctl start headroomd";
  }
  return SetMemoryHighAdvice(input.facts.engine, SuggestedHigh(max, RangeOf(input.parameters)));
}

Violation Broken(std::string fact, std::string advice) {
  return Violation{.fact = std::move(fact),
                   .advice = std::move(advice),
                   .fixes = {},
                   .no_fix_reason = "memory.high is written by the supervisor alone"};
}

/// memory.high is max: only a wire of ours can notice anything.
Judgement JudgeWire(const RuleInput& input, Bytes max) {
  if (input.facts.source == FactsSource::kConfig && input.mode != Mode::kObserve) {
    return NotJudged{"whether a supervisor writes memory.high is known only where it runs"};
  }
  const std::string why = WhyNoWire(input);
  if (why.empty()) return Satisfied{};
  return Broken(
      fmt::format("memory.high is max, so nothing is noticed before memory.max, which is {}, is "
                  "hit: {}",
                  ToText(max), why),
      WireAdvice(input, max));
}

/// "memory.max, which is 64 MiB", or whose limit it is.
std::string LimitText(const RuleInput& input, const ContainerFacts::Effective& limit) {
  const bool own = limit.path == input.facts.cgroup.path;
  return fmt::format("{}, which is {}", own ? "memory.max" : "the limit of " + limit.path,
                     ToText(limit.limit));
}

/// What is wrong with a number of somebody else's, on which no wire can stand since the supervisor
/// leaves it alone; empty when nothing is.
std::string WrongNumber(const RuleInput& input, const ContainerFacts::Effective& limit,
                        Bytes high) {
  const Range range = RangeOf(input.parameters);
  const Bytes bytes = limit.limit.bytes();
  const std::string place = LimitText(input, limit);
  if (high >= bytes) return fmt::format("memory.high is {}, not below {}", ToText(high), place);
  const double percent = 100 * Share(high, bytes);
  if (high < PartOf(bytes, range.at_least)) {
    return fmt::format(
        "memory.high is {}, {:.0f} % of {}: the container is throttled from there on; policy "
        "accepts {:.4g} % or more",
        ToText(high), std::floor(percent), place, 100 * range.at_least);
  }
  if (range.at_most < 1 && high > PartOf(bytes, range.at_most)) {
    return fmt::format("memory.high is {}, {:.0f} % of {}; policy accepts {:.4g} % or less",
                       ToText(high), std::ceil(percent), place, 100 * range.at_most);
  }
  return {};
}

Judgement JudgeNumber(const RuleInput& input, Bytes high) {
  const auto limit = input.facts.EffectiveLimit();
  if (!limit || limit->limit.unlimited()) return NotJudged{"there is no limit to be below"};
  const Bytes bytes = limit->limit.bytes();
  const Limit own = *input.facts.cgroup.limits.max;
  const bool wire = high < bytes && !own.unlimited() && IsTripwireHeight(own.bytes(), high);
  if (wire) return Satisfied{};
  std::string wrong = WrongNumber(input, *limit, high);
  if (wrong.empty()) return Satisfied{};
  const Bytes better = SuggestedHigh(bytes, RangeOf(input.parameters));
  return Broken(std::move(wrong), MoveMemoryHighAdvice(input.facts, better));
}

Judgement Evaluate(const RuleInput& input) {
  if (auto why = WhyNotOnV1(input.facts, "memory.high"); !why.empty()) {
    return NotJudged{std::move(why)};
  }
  const MemoryLimits& limits = input.facts.cgroup.limits;
  if (!limits.max || !limits.high) return NotJudged{"no memory.max and memory.high could be read"};
  if (!limits.high->unlimited()) return JudgeNumber(input, limits.high->bytes());
  if (limits.max->unlimited()) return NotJudged{"there is no memory.max of its own to be below"};
  return JudgeWire(input, limits.max->bytes());
}

}  // namespace

extern constinit const Rule kMemoryHighBelowMax{
    .id = "memory-high-below-max",
    .summary =
        "Something notices before the limit is hit, and early only by as much as policy wants: a "
        "tripwire, or a memory.high of somebody else's.",
    .parameters = kParameters,
    .evaluate = Evaluate,
    .contradiction = Contradiction,
};

}  // namespace headroom
