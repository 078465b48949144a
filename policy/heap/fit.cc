#include "policy/heap/fit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "policy/advice/advice.h"

namespace headroom::heap {
namespace {

Bytes ToWholeMebibytes(Bytes size) { return Mebibytes((size.value + (1U << 20U) - 1) >> 20U); }

std::string RaiseAdvice(const Fit& fit, Bytes needed) {
  const Bytes size = ToWholeMebibytes(needed);
  const bool too_much =
      fit.facts.host.memory_total ? size > *fit.facts.host.memory_total : needed >= kLargestAmount;
  if (too_much) return {};
  if (!fit.limit_path.empty()) {
    return fmt::format("raise the limit of {} to {}", EscapedForPeople(fit.limit_path),
                       ToText(size));
  }
  return "raise the limit: " +
         RaiseMemoryMaxAdvice(fit.facts.engine, size, fit.facts.cgroup_version);
}

}  // namespace

std::optional<Bytes> SeenMemory(const Fit& fit) {
  const ContainerFacts& facts = fit.facts;
  // There memory.stat tells the smallest limit on the way up, and both read it.
  if (facts.cgroup_version == CgroupVersion::kV1) return fit.limit;
  const std::optional<Limit> own =
      facts.cgroup.limits.max ? facts.cgroup.limits.max : facts.configured_limit;
  if (!own) return fit.limit;
  if (own->unlimited()) return facts.host.memory_total;
  return facts.host.memory_total ? std::min(own->bytes(), *facts.host.memory_total) : own->bytes();
}

std::string LimitText(const Fit& fit) {
  if (fit.limit_path.empty()) return fmt::format("the {} limit", ToText(fit.limit));
  return fmt::format("the {} limit of {}", ToText(fit.limit), EscapedForPeople(fit.limit_path));
}

int FittingPerCent(Bytes allowed, Bytes seen) {
  // A limit far above the host's memory allows more than all of what is seen.
  return static_cast<int>(100 * std::min(Share(allowed, seen), 1.0));
}

std::string ShareText(const Fit& fit, Bytes size) {
  return fmt::format(", {:.0f} % of {}", 100 * Share(size, fit.limit), LimitText(fit));
}

std::string SmallerOrRaise(const Fit& fit, const std::string& setting, Bytes needed) {
  const std::string raise = RaiseAdvice(fit, needed);
  if (setting.empty() && raise.empty()) return "raise the limit, or give it less to hold";
  if (setting.empty() || raise.empty()) return setting + raise;
  return setting + ", or " + raise;
}

Violation Misfit(std::string fact, std::string advice) {
  return Violation{.fact = std::move(fact),
                   .advice = std::move(advice),
                   .fixes = {},
                   .no_fix_reason = "a program's own settings are never changed"};
}

}  // namespace headroom::heap
