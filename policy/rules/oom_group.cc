#include <array>

#include "policy/advice/limit_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

constexpr std::array<ParameterSpec, 1> kParameters = {{
    {.name = "expected",
     .kind = ParameterSpec::Kind::kSwitch,
     .fallback = true,
     .summary = "whether an OOM kill is to take the whole container; false: one process alone"},
}};

Violation Partial(const RuleInput& input) {
  Violation violation;
  violation.fact =
      "memory.oom.group is 0, so an OOM kill may take one process and leave the others without it";
  violation.advice = SetOomGroupAdvice(input.facts, true);
  violation.no_fix_reason = WhyNoCgroupFix(input.facts);
  if (violation.no_fix_reason.empty()) violation.fixes = {SetOomGroup{}};
  return violation;
}

Violation Whole(const RuleInput& input) {
  return Violation{.fact =
                       "memory.oom.group is 1, so an OOM kill takes every process of the "
                       "container, where policy wants one alone to die",
                   .advice = SetOomGroupAdvice(input.facts, false),
                   .fixes = {},
                   .no_fix_reason = "a fix never loosens what somebody set"};
}

Judgement Evaluate(const RuleInput& input) {
  // That of a cgroup above counts for an OOM there alone (mm/memcontrol.c,
  // mem_cgroup_get_oom_group), so only the container's own decides about its own limit.
  if (auto why = WhyNotOnV1(input.facts, "memory.oom.group"); !why.empty()) {
    return NotJudged{std::move(why)};
  }
  const auto& group = input.facts.cgroup.limits.oom_group;
  if (!group) return NotJudged{"no memory.oom.group could be read"};
  const bool expected = input.parameters.Switch("expected").value_or(true);
  if (*group == expected) return Satisfied{};
  return expected ? Partial(input) : Whole(input);
}

}  // namespace

extern constinit const Rule kOomGroup{
    .id = "oom-group",
    .summary = "An OOM kill takes the container as a whole, not one process out of it.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
