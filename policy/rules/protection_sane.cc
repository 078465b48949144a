#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/advice/limit_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// What memory.min protects is never reclaimed, not even to save the host: with half of it given to
/// one container there is still as much for everything else.
constexpr double kShareOfHost = 0.5;

constexpr std::array<ParameterSpec, 2> kParameters = {{
    {.name = "min_share_of_host",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = kShareOfHost,
     .summary = "the largest part of the host's memory that memory.min may protect"},
    {.name = "low_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = std::nullopt,
     .summary = "the part of the container's own limit that memory.low has to protect, and what "
                "action fix writes; without it no memory.low is asked for"},
}};

/// memory.high where it is somebody's setting: a tripwire of ours is one of the moment.
std::optional<Bytes> HighOf(const MemoryLimits& limits) {
  if (!limits.high || limits.high->unlimited()) return std::nullopt;
  const Bytes high = limits.high->bytes();
  const bool limited = limits.max && !limits.max->unlimited();
  if (limited && IsTripwireHeight(limits.max->bytes(), high)) return std::nullopt;
  return high;
}

/// The lower of memory.high and memory.max, and its name.
struct Top {
  const char* name;
  Bytes value;
};
std::optional<Top> TopOf(const MemoryLimits& limits) {
  std::optional<Top> top;
  if (limits.max && !limits.max->unlimited()) top = {"memory.max", limits.max->bytes()};
  const auto high = HighOf(limits);
  if (high && (!top || *high < top->value)) top = {"memory.high", *high};
  return top;
}

std::string ProtectionText(Limit limit) {
  return limit.unlimited() ? "max (everything)" : ToText(limit);
}

/// More is protected than can ever be there.
std::optional<Violation> AboveTop(const RuleInput& input, const char* file,
                                  const std::optional<Limit>& protection) {
  const auto top = TopOf(input.facts.cgroup.limits);
  if (!protection || !top || *protection <= Limit(top->value)) return std::nullopt;
  const bool low = std::string_view(file) == "memory.low";
  return Violation{
      .fact = fmt::format("{} is {}, above {}, which is {}: so much is never there to protect",
                          file, ProtectionText(*protection), top->name, ToText(top->value)),
      .advice = low ? SetMemoryLowAdvice(input.facts, top->value)
                    : SetMemoryMinAdvice(input.facts, top->value),
      .fixes = {},
      .no_fix_reason = "a fix never takes protection away"};
}

/// Whether memory.min is a matter of the host's memory at all.
bool ProtectsAnything(const std::optional<Limit>& min) { return min && *min > Limit(Bytes{0}); }

std::optional<Violation> TooMuchOfHost(const RuleInput& input) {
  const auto& min = input.facts.memory_min;
  const auto& host = input.facts.host.memory_total;
  if (!ProtectsAnything(min) || !host) return std::nullopt;
  const double share = input.parameters.Share("min_share_of_host").value_or(kShareOfHost);
  const Bytes most = PartOf(*host, share);
  if (*min <= Limit(most)) return std::nullopt;
  return Violation{.fact = fmt::format(
                       "memory.min is {} of the host's {}, which is never reclaimed from it, not "
                       "even to save the host; policy accepts {:.4g} %",
                       ProtectionText(*min), ToText(*host), 100 * share),
                   .advice = SetMemoryMinAdvice(input.facts, most),
                   .fixes = {},
                   .no_fix_reason = "a fix never takes protection away"};
}

/// As much as policy wants protected, but no more than there can ever be.
Bytes WantedLow(const MemoryLimits& limits, double share) {
  const Bytes wanted = PartOf(limits.max->bytes(), share);
  return std::min(wanted, HighOf(limits).value_or(wanted));
}

Judgement JudgeLow(const RuleInput& input, double share) {
  const ContainerFacts& facts = input.facts;
  const auto& max = facts.cgroup.limits.max;
  if (!facts.memory_low) return NotJudged{"no memory.low could be read"};
  if (!max || max->unlimited()) {
    return NotJudged{"there is no memory.max of its own to protect a part of"};
  }
  const Bytes wanted = WantedLow(facts.cgroup.limits, share);
  if (*facts.memory_low >= Limit(wanted)) return Satisfied{};
  Violation violation;
  violation.fact =
      fmt::format("memory.low is {}, less than the {} of its {} that policy wants protected",
                  ToText(*facts.memory_low), ToText(wanted), ToText(*max));
  violation.advice = SetMemoryLowAdvice(facts, wanted);
  violation.no_fix_reason = WhyNoCgroupFix(facts);
  if (violation.no_fix_reason.empty()) violation.fixes = {SetMemoryLow{wanted}};
  return violation;
}

Judgement Evaluate(const RuleInput& input) {
  const ContainerFacts& facts = input.facts;
  if (auto why = WhyNotOnV1(facts, "memory.min and memory.low"); !why.empty()) {
    return NotJudged{std::move(why)};
  }
  if (!facts.memory_min && !facts.memory_low) {
    return NotJudged{"no memory.min and memory.low could be read"};
  }
  if (auto above = AboveTop(input, "memory.min", facts.memory_min)) return *std::move(above);
  if (auto above = AboveTop(input, "memory.low", facts.memory_low)) return *std::move(above);
  if (auto much = TooMuchOfHost(input)) return *std::move(much);
  if (const auto share = input.parameters.Share("low_share")) return JudgeLow(input, *share);
  if (ProtectsAnything(facts.memory_min) && !facts.host.memory_total) {
    return NotJudged{"the host's memory could not be read, so memory.min has no measure"};
  }
  return Satisfied{};
}

}  // namespace

extern constinit const Rule kProtectionSane{
    .id = "protection-sane",
    .summary = "memory.min and memory.low protect what can be there, and never the whole host.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
