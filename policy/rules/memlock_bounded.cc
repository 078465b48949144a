#include <fmt/format.h>

#include <array>

#include "policy/advice/process_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// The kernel's own default since Linux 5.16 (MLOCK_LIMIT), for advice where policy names none.
constexpr Bytes kUsual = Mebibytes(8);

constexpr std::array<ParameterSpec, 1> kParameters = {{
    {.name = "at_most",
     .kind = ParameterSpec::Kind::kLimit,
     .fallback = std::nullopt,
     .summary = "the largest RLIMIT_MEMLOCK that is accepted, and what action fix lowers a larger "
                "one to; without it a memory limit is bound enough"},
}};

Violation Broken(const RuleInput& input, std::string fact) {
  const auto at_most = input.parameters.LimitOf("at_most");
  const bool named = at_most && !at_most->unlimited();
  Violation violation;
  violation.fact = std::move(fact);
  violation.advice = SetMemlockAdvice(input.facts.engine, named ? at_most->bytes() : kUsual);
  if (named) {
    violation.fixes = {SetMemlock{at_most->bytes()}};
  } else {
    violation.no_fix_reason = "the policy names no \"at_most\" for this rule";
  }
  return violation;
}

std::string Value(Limit memlock) {
  return memlock.unlimited() ? "unlimited" : ToText(memlock.bytes());
}

/// Locked memory is charged like any other, so a memory limit bounds it; without one the host's
/// memory is all there is, and what is locked can be neither reclaimed nor swapped.
Judgement JudgeAgainstHost(const RuleInput& input, Limit memlock) {
  const auto& total = input.facts.host.memory_total;
  if (!memlock.unlimited() && !(total && memlock.bytes() >= *total)) return Satisfied{};
  const auto limit = SmallestLimit(input.facts);
  if (!limit) return NotJudged{"no memory limit is known that would bound what is locked"};
  if (!limit->limit.unlimited()) return Satisfied{};
  return Broken(input,
                fmt::format("RLIMIT_MEMLOCK is {} and there is no memory limit, so it can "
                            "lock all of the host's memory{}, which then can be neither "
                            "reclaimed nor swapped",
                            Value(memlock), total ? fmt::format(" ({})", ToText(*total)) : ""));
}

Judgement Evaluate(const RuleInput& input) {
  const auto memlock = input.facts.process.memlock;
  if (!memlock) return NotJudged{"its RLIMIT_MEMLOCK is not known"};
  const auto at_most = input.parameters.LimitOf("at_most");
  if (!at_most) return JudgeAgainstHost(input, *memlock);
  if (*memlock <= *at_most) return Satisfied{};
  return Broken(input, fmt::format("RLIMIT_MEMLOCK is {}, more than the {} that policy accepts; "
                                   "locked memory can be neither reclaimed nor swapped",
                                   Value(*memlock), ToText(*at_most)));
}

}  // namespace

extern constinit const Rule kMemlockBounded{
    .id = "memlock-bounded",
    .summary = "The container cannot lock so much memory that nothing is left to reclaim.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
