#include <fmt/format.h>

#include <array>

#include "policy/advice/limit_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// To write into the advice where policy names none: what podman gives every container.
constexpr Count kUsual{2048};

constexpr std::array<ParameterSpec, 2> kParameters = {{
    {.name = "at_most",
     .kind = ParameterSpec::Kind::kCount,
     .fallback = std::nullopt,
     .summary = "the most processes and threads that are accepted; without it any number is"},
    {.name = "fix_to",
     .kind = ParameterSpec::Kind::kCount,
     .fallback = std::nullopt,
     .summary = "what action fix writes into pids.max; without it nothing is written"},
}};

std::string Contradiction(const Parameters& parameters) {
  const auto fix_to = parameters.CountOf("fix_to");
  const auto at_most = parameters.CountOf("at_most");
  return fix_to && at_most && *fix_to > *at_most ? "\"fix_to\" is above \"at_most\"" : "";
}

Violation Broken(const RuleInput& input, std::string fact) {
  const auto fix_to = input.parameters.CountOf("fix_to");
  const auto at_most = input.parameters.CountOf("at_most");
  const auto& count = input.facts.pids->count;
  Violation violation;
  violation.fact = std::move(fact);
  violation.advice =
      SetPidsMaxAdvice(input.facts.engine, fix_to ? *fix_to : at_most.value_or(kUsual));
  if (!fix_to) {
    violation.no_fix_reason = "the policy names no \"fix_to\" for this rule";
  } else if (count && fix_to->value >= *count) {
    violation.no_fix_reason = "a fix never raises a limit";
  } else if (auto why = WhyNoCgroupFix(input.facts); !why.empty()) {
    violation.no_fix_reason = std::move(why);
  } else {
    violation.fixes = {SetPidsMax{*fix_to}};
  }
  return violation;
}

/// On cgroup v1 the levels that are read are those of the memory controller.
bool AboveIsKnown(const ContainerFacts& facts) {
  if (facts.source != FactsSource::kConfig) return true;
  return facts.AncestorsKnown() && facts.cgroup_version != CgroupVersion::kV1;
}

/// A task costs its container at least a kernel stack of 16 KiB (THREAD_SIZE of x86-64 and arm64)
/// and its task_struct of more than 5 KiB (5,888 B in slabinfo of Linux 6.18, x86-64). Both are
/// charged to its cgroup: THREADINFO_GFP is GFP_KERNEL_ACCOUNT (include/linux/thread_info.h), the
/// slab is SLAB_ACCOUNT (kernel/fork.c, fork_init).
std::string EndlessFact(const ContainerFacts& facts) {
  const auto limit = SmallestLimit(facts);
  const bool limited = limit && !limit->limit.unlimited();
  return fmt::format(
      "pids.max is max (no limit){} a fork bomb fills {} with kernel memory, 21 KiB and more for "
      "each process",
      AboveIsKnown(facts)
          ? ":"
          : " by config.json; unless a cgroup above has a limit, which is not known,",
      limited ? "the memory limit of " + ToText(limit->limit) : "the host");
}

/// What is missing for a verdict of a container that has no bound of its own. Empty: nothing.
std::string WhyNotYet(const ContainerFacts& facts) {
  if (AboveIsKnown(facts)) return {};
  if (facts.cgroup_version != CgroupVersion::kV1) return WhyLeftToTheHook(facts);
  // The hook does not see it there either, so that config.json is judged, but for a pod's
  // containers: theirs is the pod's limit, and nobody can give them one.
  return facts.engine.kubernetes ? "a pod's pids.max, on cgroup v1, is not looked at" : "";
}

Judgement Evaluate(const RuleInput& input) {
  const auto& pids = input.facts.pids;
  if (!pids && input.facts.cgroup_version == CgroupVersion::kV1) {
    return NotJudged{"on cgroup v1 the pids controller is in another hierarchy, not looked at"};
  }
  if (!pids) return NotJudged{"no pids.max could be read"};
  if (!pids->count) {
    if (std::string why = WhyNotYet(input.facts); !why.empty()) return NotJudged{std::move(why)};
    return Broken(input, EndlessFact(input.facts));
  }
  const auto at_most = input.parameters.CountOf("at_most");
  if (!at_most || *pids->count <= at_most->value) return Satisfied{};
  const bool above = !pids->path.empty() && pids->path != input.facts.cgroup.path;
  return Broken(input,
                fmt::format("pids.max is {}{}, more than the {} that policy accepts", *pids->count,
                            above ? ", that of " + pids->path : "", at_most->value));
}

}  // namespace

extern constinit const Rule kPidsBounded{
    .id = "pids-bounded",
    .summary = "The number of a container's processes is bounded, as each is kernel memory.",
    .parameters = kParameters,
    .evaluate = Evaluate,
    .contradiction = Contradiction,
};

}  // namespace headroom
