#include <fmt/format.h>

#include <array>

#include "kernel/cgroup/hugetlb.h"
#include "policy/advice/limit_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

constexpr std::array<ParameterSpec, 1> kParameters = {{
    {.name = "at_most",
     .kind = ParameterSpec::Kind::kLimit,
     .fallback = std::nullopt,
     .summary = "the most of each size of huge pages that is accepted, 0 for none, and what action "
                "fix writes; without it any number is accepted, and no limit is not"},
}};

/// What the kernel makes of a limit: whole pages of that size (mm/hugetlb_cgroup.c).
Bytes WholePages(Bytes size, Bytes page_size) {
  if (page_size.value == 0) return size;
  return Bytes{size.value / page_size.value * page_size.value};
}

/// The ceiling of policy for pages of one size; nullopt when it names no number.
std::optional<Bytes> Ceiling(const RuleInput& input, Bytes page_size) {
  const auto at_most = input.parameters.LimitOf("at_most");
  if (!at_most || at_most->unlimited()) return std::nullopt;
  return WholePages(at_most->bytes(), page_size);
}

bool IsBounded(const RuleInput& input, const HugetlbFacts& pages) {
  const auto at_most = input.parameters.LimitOf("at_most");
  // A controller that does not limit this cgroup is no limit.
  const Limit max = pages.max.value_or(Limit::Unlimited());
  return at_most ? max <= *at_most : !max.unlimited();
}

/// "hugetlb.2MB.max is max (no limit)".
std::string SizeFact(const HugetlbFacts& pages) {
  const std::string name = HugePageSizeName(pages.page_size);
  if (!pages.max) return fmt::format("nothing limits its huge pages of {}", name);
  return fmt::format("hugetlb.{}.max is {}", name,
                     pages.max->unlimited() ? "max (no limit)" : ToText(*pages.max));
}

std::string Fact(const RuleInput& input, const std::vector<const HugetlbFacts*>& broken) {
  std::string fact;
  for (const HugetlbFacts* pages : broken) {
    fact += (fact.empty() ? "" : ", ") + SizeFact(*pages);
  }
  fact +=
      fmt::format("; the host's pool of {} is for all", ToText(*input.facts.host.hugetlb_total));
  const auto at_most = input.parameters.LimitOf("at_most");
  if (at_most) fact += fmt::format("; policy accepts {}", ToText(*at_most));
  return fact;
}

void AddFixes(const RuleInput& input, const std::vector<const HugetlbFacts*>& broken,
              Violation& violation) {
  if (!Ceiling(input, broken.front()->page_size)) {
    violation.no_fix_reason = "the policy names no \"at_most\" for this rule";
    return;
  }
  violation.no_fix_reason = WhyNoCgroupFix(input.facts);
  if (!violation.no_fix_reason.empty()) return;
  for (const HugetlbFacts* pages : broken) {
    if (!pages->max) continue;  // there is no file to write
    violation.fixes.emplace_back(
        SetHugetlbMax{pages->page_size, *Ceiling(input, pages->page_size)});
  }
  if (violation.fixes.empty()) {
    violation.no_fix_reason = "its cgroup does not have the hugetlb controller";
  }
}

Judgement Evaluate(const RuleInput& input) {
  const auto& pool = input.facts.host.hugetlb_total;
  if (!pool) return NotJudged{"the host's pool of huge pages could not be read"};
  if (pool->value == 0) return Satisfied{};
  if (input.facts.hugetlb.empty() && input.facts.cgroup_version == CgroupVersion::kV1) {
    return NotJudged{"on cgroup v1 the hugetlb controller is in another hierarchy, not looked at"};
  }
  if (input.facts.hugetlb.empty()) return NotJudged{"no hugetlb limits could be read"};
  std::vector<const HugetlbFacts*> broken;
  for (const HugetlbFacts& pages : input.facts.hugetlb) {
    if (!IsBounded(input, pages)) broken.push_back(&pages);
  }
  if (broken.empty()) return Satisfied{};
  const Bytes page_size = broken.front()->page_size;
  Violation violation;
  violation.fact = Fact(input, broken);
  violation.advice = SetHugetlbMaxAdvice(input.facts.engine, page_size,
                                         Ceiling(input, page_size).value_or(Bytes{0}));
  AddFixes(input, broken, violation);
  return violation;
}

}  // namespace

extern constinit const Rule kHugetlbBounded{
    .id = "hugetlb-bounded",
    .summary = "A container cannot take the host's whole pool of huge pages.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
