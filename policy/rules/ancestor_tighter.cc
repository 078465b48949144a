#include <fmt/format.h>

#include <array>

#include "policy/advice/advice.h"
#include "policy/advice/limit_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// For the advice where the limits are equal: so far below the one above that the own one is met
/// first.
constexpr double kBelow = 0.95;

constexpr std::array<ParameterSpec, 1> kParameters = {{
    {.name = "equal_counts",
     .kind = ParameterSpec::Kind::kSwitch,
     .fallback = false,
     .summary = "a limit above that is equal to the container's own is a finding too"},
}};

/// The cgroup above with the smallest limit, the nearest of equals; nullptr when none has one.
const CgroupBaseline* TightestAbove(const ContainerFacts& facts) {
  const CgroupBaseline* tightest = nullptr;
  for (const CgroupBaseline& above : facts.ancestors) {
    if (!above.limits.max || above.limits.max->unlimited()) continue;
    if (tightest == nullptr || *above.limits.max < *tightest->limits.max) tightest = &above;
  }
  return tightest;
}

Violation Broken(const RuleInput& input, Bytes own, const CgroupBaseline& above) {
  const Bytes limit = above.limits.max->bytes();
  const bool equal = limit == own;
  const Bytes lower = equal ? PartOf(limit, kBelow) : limit;
  Violation violation;
  violation.fact = fmt::format(
      "{} is {}, {}: an OOM there is counted there, and may kill in any container below it",
      MemoryLimitName(input.facts), ToText(own),
      equal ? fmt::format("and so is the limit of {} above it", above.path)
            : fmt::format("but {} above it has {} only", above.path, ToText(limit)));
  violation.advice = fmt::format(
      "{}, or {}", SetMemoryMaxAdvice(input.facts.engine, lower, input.facts.cgroup_version),
      SetLimitAboveAdvice(input.facts, above.path, equal ? own + own : own));
  violation.no_fix_reason = "the limits of other cgroups are never changed";
  return violation;
}

Judgement Evaluate(const RuleInput& input) {
  if (input.facts.source == FactsSource::kConfig) {
    return NotJudged{"what stands above the container is known only where it runs"};
  }
  const auto& own = input.facts.cgroup.limits.max;
  if (!own) return NotJudged{"no memory.max could be read"};
  if (own->unlimited()) return NotJudged{"there is no memory.max of its own to compare with"};
  const CgroupBaseline* above = TightestAbove(input.facts);
  if (above == nullptr || *above->limits.max > *own) return Satisfied{};
  const bool equal = *above->limits.max == *own;
  if (equal && !input.parameters.Switch("equal_counts").value_or(false)) return Satisfied{};
  return Broken(input, own->bytes(), *above);
}

}  // namespace

extern constinit const Rule kAncestorTighter{
    .id = "ancestor-tighter",
    .summary = "No cgroup above the container has a smaller memory limit than its own.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
