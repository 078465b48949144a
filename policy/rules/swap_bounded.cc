#include <fmt/format.h>

#include <array>

#include "policy/advice/limit_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

constexpr std::array<ParameterSpec, 2> kParameters = {{
    {.name = "at_most",
     .kind = ParameterSpec::Kind::kLimit,
     .fallback = std::nullopt,
     .summary = "the most swap that is accepted, 0 for none, and what action fix writes into "
                "memory.swap.max; without it any number is accepted, and no limit is not"},
    {.name = "require_lasting",
     .kind = ParameterSpec::Kind::kSwitch,
     .fallback = true,
     .summary = "a limit that the next daemon-reload of systemd takes away is a finding too"},
}};

bool OnV1(const ContainerFacts& facts) { return facts.cgroup_version == CgroupVersion::kV1; }

/// A limit of swap, and whose it is.
struct SwapLimit {
  Limit limit;
  std::string_view above;  ///< the path of a cgroup above; empty: the container's own
};

/// What a cgroup above lets all below it swap; nullopt: it could not be read. On v1 swap_max is
/// what memory.memsw.limit_in_bytes leaves beside the memory limit of that level, and so what it
/// may swap where its memory is full; a container below may swap all of both.
std::optional<Limit> SwapBelow(const ContainerFacts& facts, const CgroupBaseline& above) {
  const auto& swap = above.limits.swap_max;
  if (!OnV1(facts) || !swap || swap->unlimited()) return swap;
  const auto& memory = above.limits.max;
  if (!memory || memory->unlimited()) return std::nullopt;
  return Limit(memory->bytes() + swap->bytes());
}

/// The smallest of the cgroups above, the nearest of equals; nullopt when none could be read.
std::optional<SwapLimit> SmallestAbove(const ContainerFacts& facts) {
  std::optional<SwapLimit> smallest;
  for (const CgroupBaseline& above : facts.ancestors) {
    const auto swap = SwapBelow(facts, above);
    if (!swap) continue;
    if (!smallest || *swap < smallest->limit) smallest = {.limit = *swap, .above = above.path};
  }
  return smallest;
}

/// What the container may swap: a limit counts on every level, as that of memory does.
std::optional<SwapLimit> SwapInForce(const ContainerFacts& facts) {
  const auto& own = facts.cgroup.limits.swap_max;
  const auto above = SmallestAbove(facts);
  if (own && (!above || *own <= above->limit)) return SwapLimit{.limit = *own, .above = {}};
  return above;
}

std::string SwapName(const ContainerFacts& facts, const SwapLimit& swap) {
  if (!OnV1(facts)) return "memory.swap.max";
  if (swap.above.empty() || swap.limit.unlimited()) {
    return "the swap that memory.memsw.limit_in_bytes leaves";
  }
  return fmt::format("the swap that memory.memsw.limit_in_bytes of {} leaves", swap.above);
}

std::string SwapText(Limit limit) {
  if (limit.unlimited()) return "max (no limit)";
  return limit.bytes().value == 0 ? "0 (no swap)" : ToText(limit);
}

/// The memory limit of its own, which the engines' words for swap count in.
std::optional<Bytes> OwnMemory(const ContainerFacts& facts) {
  const auto limit = SmallestLimit(facts);
  const auto& own = facts.cgroup.limits.max;
  if (own && !own->unlimited()) return own->bytes();
  return limit && !limit->limit.unlimited() ? std::optional(limit->limit.bytes()) : std::nullopt;
}

void AddFix(const RuleInput& input, Violation& violation) {
  const auto at_most = input.parameters.LimitOf("at_most");
  const auto& own = input.facts.cgroup.limits.swap_max;
  if (!at_most || at_most->unlimited()) {
    violation.no_fix_reason = "the policy names no \"at_most\" for this rule";
  } else if (auto why = WhyNoCgroupFix(input.facts); !why.empty()) {
    violation.no_fix_reason = std::move(why);
  } else if (OnV1(input.facts)) {
    violation.no_fix_reason =
        "cgroup v1 limits swap together with memory, which whoever sets the memory limit has to do";
  } else if (!own || *own <= *at_most) {
    violation.no_fix_reason = "its cgroup has no memory.swap.max to lower";
  } else {
    violation.fixes = {SetSwapMax{at_most->bytes()}};
  }
}

/// What is wrong with this much swap; empty when nothing is.
std::string TooMuch(const RuleInput& input, const SwapLimit& swap) {
  const auto at_most = input.parameters.LimitOf("at_most");
  if (at_most && swap.limit <= *at_most) return {};
  if (!swap.limit.unlimited()) {
    if (!at_most) return {};
    return fmt::format("{} is {}, more than the {} that policy accepts",
                       SwapName(input.facts, swap), SwapText(swap.limit), SwapText(*at_most));
  }
  const auto memory = OwnMemory(input.facts);
  const auto& host = input.facts.host.swap_total;
  return fmt::format(
      "{} is max (no limit), so {} the container may fill the host's swap{}{}",
      SwapName(input.facts, swap),
      memory ? fmt::format("beyond its {} of memory", ToText(*memory)) : "besides all memory",
      host ? " of " + ToText(*host) : "",
      at_most ? fmt::format("; policy accepts {}", SwapText(*at_most)) : "");
}

Violation Broken(const RuleInput& input, std::string fact) {
  const auto at_most = input.parameters.LimitOf("at_most");
  const Bytes swap = at_most && !at_most->unlimited() ? at_most->bytes() : Bytes{0};
  Violation violation;
  violation.fact = std::move(fact);
  violation.advice = SetSwapMaxAdvice(input.facts.engine, OwnMemory(input.facts), swap,
                                      input.facts.cgroup_version);
  AddFix(input, violation);
  return violation;
}

/// systemd writes the unit's own value into memory.swap.max at every daemon-reload, "max" where the
/// unit has none (src/core/cgroup.c, cgroup_context_apply). runc makes no property of a
/// memory.swap that leaves no swap, so docker's usual way to forbid it is lost (moby#51446).
bool WouldBeLost(const ContainerFacts& facts) {
  const auto& own = facts.cgroup.limits.swap_max;
  if (facts.source == FactsSource::kConfig || !facts.unit || !own || own->unlimited()) return false;
  if (OnV1(facts)) return false;  // systemd sets no such limit there
  if (facts.unit->sets_swap_max.value_or(true)) return false;
  const auto above = SmallestAbove(facts);
  return !above || above->limit > *own;
}

Violation NotLasting(const ContainerFacts& facts) {
  const Limit swap = *facts.cgroup.limits.swap_max;
  return Violation{
      .fact = fmt::format("memory.swap.max is {}, not lasting: {} has no MemorySwapMax of its own, "
                          "so systemd sets it back to max at the next daemon-reload",
                          SwapText(swap), facts.unit->name),
      .advice = LastingSwapMaxAdvice(facts, *facts.unit, swap.bytes()),
      .fixes = {},
      .no_fix_reason = "systemd takes back what stands in the cgroup's file alone"};
}

Judgement Evaluate(const RuleInput& input) {
  const ContainerFacts& facts = input.facts;
  const auto swap = SwapInForce(facts);
  if (!swap) return NotJudged{"no memory.swap.max could be read"};
  if (facts.host.swap_total == Bytes{0}) return Satisfied{};  // there is nothing to bound
  const bool policy_speaks = input.parameters.LimitOf("at_most").has_value();
  if (swap->limit.unlimited() && !policy_speaks && !OwnMemory(facts)) {
    return NotJudged{"there is no memory limit that swap could undo"};
  }
  if (std::string fact = TooMuch(input, *swap); !fact.empty()) {
    std::string why = swap->limit.unlimited() ? WhyLeftToTheHook(facts) : "";
    if (!why.empty()) return NotJudged{std::move(why)};
    return Broken(input, std::move(fact));
  }
  const bool lasting = input.parameters.Switch("require_lasting").value_or(true);
  if (lasting && WouldBeLost(facts)) return NotLasting(facts);
  return Satisfied{};
}

}  // namespace

extern constinit const Rule kSwapBounded{
    .id = "swap-bounded",
    .summary = "What a container with a memory limit may swap is bounded too, and stays so.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
