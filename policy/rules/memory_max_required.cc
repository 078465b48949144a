#include <fmt/format.h>

#include <array>

#include "policy/advice/advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// A size to write into the advice where policy names none.
constexpr Bytes kExample = Mebibytes(512);

constexpr std::array<ParameterSpec, 3> kParameters = {{
    {.name = "ancestor_counts",
     .kind = ParameterSpec::Kind::kSwitch,
     .fallback = true,
     .summary = "a memory.max on a cgroup above the container (a pod, a slice) is enough"},
    {.name = "at_most",
     .kind = ParameterSpec::Kind::kBytes,
     .fallback = std::nullopt,
     .summary = "the largest limit that is accepted"},
    {.name = "fix_to",
     .kind = ParameterSpec::Kind::kBytes,
     .fallback = std::nullopt,
     .summary = "what action fix writes into memory.max; without it nothing is written"},
}};

std::string Contradiction(const Parameters& parameters) {
  const auto fix_to = parameters.Amount("fix_to");
  const auto at_most = parameters.Amount("at_most");
  return fix_to && at_most && *fix_to > *at_most ? "\"fix_to\" is above \"at_most\"" : "";
}

Violation Broken(const RuleInput& input, std::string fact) {
  const auto fix_to = input.parameters.Amount("fix_to");
  const auto at_most = input.parameters.Amount("at_most");
  Violation violation;
  violation.fact = std::move(fact);
  violation.advice =
      SetMemoryMaxAdvice(input.facts.engine, fix_to ? *fix_to : at_most.value_or(kExample),
                         input.facts.cgroup_version);
  if (!fix_to) {
    violation.no_fix_reason = "the policy names no \"fix_to\" for this rule";
  } else if (auto why = WhyNoCgroupFix(input.facts); !why.empty()) {
    violation.no_fix_reason = std::move(why);
  } else {
    violation.fixes = {SetMemoryMax{*fix_to}};
  }
  return violation;
}

bool AncestorCounts(const RuleInput& input) {
  return input.parameters.Switch("ancestor_counts").value_or(true);
}

/// The limit that the rule looks at; nullopt when no level of the tree has a memory.max to read.
std::optional<Limit> LimitToJudge(const RuleInput& input) {
  if (AncestorCounts(input)) {
    if (const auto effective = input.facts.EffectiveLimit()) return effective->limit;
    return std::nullopt;
  }
  return input.facts.cgroup.limits.max;
}

std::string UnlimitedFact(const RuleInput& input) {
  const std::string_view name = MemoryLimitName(input.facts);
  if (!input.facts.AncestorsKnown() && AncestorCounts(input)) {
    return fmt::format(
        "{} is max (no limit) by config.json; whether a cgroup above has a limit is not known",
        name);
  }
  if (input.facts.ancestors.empty()) return fmt::format("{} is max (no limit)", name);
  const auto levels = input.facts.ancestors.size();
  if (!AncestorCounts(input)) {
    return fmt::format("{} of the container itself is max (no limit)", name);
  }
  return fmt::format("{} is max (no limit) on the container and on {} cgroup{} above it", name,
                     levels, levels == 1 ? "" : "s");
}

Judgement JudgeUnlimited(const RuleInput& input) {
  if (std::string why = WhyLeftToTheHook(input.facts); AncestorCounts(input) && !why.empty()) {
    return NotJudged{std::move(why)};
  }
  return Broken(input, UnlimitedFact(input));
}

Judgement Evaluate(const RuleInput& input) {
  auto limit = LimitToJudge(input);
  // Where no cgroup was found the runtime still sets what config.json asks for, by its own means.
  if (!limit && input.facts.configured_limit) limit = input.facts.configured_limit;
  if (!limit) return NotJudged{"no memory.max could be read"};
  if (limit->unlimited()) return JudgeUnlimited(input);
  const auto at_most = input.parameters.Amount("at_most");
  if (at_most && limit->bytes() > *at_most) {
    return Broken(input,
                  fmt::format("{} is {}, more than the {} that policy accepts",
                              MemoryLimitName(input.facts), ToText(*limit), ToText(*at_most)));
  }
  return Satisfied{};
}

}  // namespace

extern constinit const Rule kMemoryMaxRequired{
    .id = "memory-max-required",
    .summary = "A container has a memory limit, so that it cannot take the whole host down.",
    .parameters = kParameters,
    .evaluate = Evaluate,
    .contradiction = Contradiction,
};

}  // namespace headroom
