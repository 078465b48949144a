#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "policy/advice/tmpfs_advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/measures/tmpfs_weigh.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// The most that the advice ever suggests for one of them.
constexpr Bytes kEnough = Mebibytes(64);

constexpr std::array<ParameterSpec, 3> kParameters = {{
    {.name = "max_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = 1.0,
     .summary = "the largest part of the memory limit that all tmpfs may hold together, /dev/shm "
                "among them"},
    {.name = "each_at_most",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = std::nullopt,
     .summary = "the largest part of the memory limit that one of them may hold; action fix makes "
                "a larger one that small"},
    {.name = "fix_to_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = std::nullopt,
     .summary = "the part of the memory limit that action fix gives to one without a size; without "
                "it nothing is changed"},
}};

std::string Contradiction(const Parameters& parameters) {
  const auto fix_to = parameters.Share("fix_to_share");
  const auto each = parameters.Share("each_at_most");
  const auto max = parameters.Share("max_share");
  if (fix_to && each && *fix_to > *each) return "\"fix_to_share\" is above \"each_at_most\"";
  if (fix_to && max && *fix_to > *max) return "\"fix_to_share\" is above \"max_share\"";
  return {};
}

/// The container as this rule sees it.
struct Weighing {
  WeighedTmpfs tmpfs;
  std::optional<Bytes> limit;
  Bytes allowed;                                ///< for all together; only with a limit
  std::vector<WeighedTmpfs::Sized> over;        ///< larger than each_at_most
  [[nodiscard]] bool TooMuchTogether() const {  ///< says nothing about those without a size
    return limit && !tmpfs.sized.empty() && tmpfs.Sum() > allowed;
  }
};

Weighing Weigh(const RuleInput& input) {
  Weighing weighing{.tmpfs = WeighTmpfs(input.facts),
                    .limit = BytesInForce(input.facts),
                    .allowed = {},
                    .over = {}};
  if (!weighing.limit) return weighing;
  weighing.allowed = PagesOf(*weighing.limit, input.parameters.Share("max_share").value_or(1.0));
  const auto each = input.parameters.Share("each_at_most");
  if (!each) return weighing;
  for (const WeighedTmpfs::Sized& one : weighing.tmpfs.sized) {
    if (one.size > PagesOf(*weighing.limit, *each)) weighing.over.push_back(one);
  }
  return weighing;
}

std::string LimitText(const std::optional<Bytes>& limit) {
  return limit ? fmt::format("the memory limit is {}", ToText(*limit)) : "there is no memory limit";
}

std::string UnsizedFact(const ContainerFacts& facts, const Weighing& weighing) {
  const bool one = weighing.tmpfs.unsized.size() == 1;
  const std::string half =
      facts.host.memory_total
          ? fmt::format(" ({})", ToText(Bytes{facts.host.memory_total->value / 2}))
          : "";
  return fmt::format(
      "the tmpfs on {} {} no size of {} own, so up to half of the host's memory{}{}; {}",
      NameAll(weighing.tmpfs.unsized), one ? "has" : "have", one ? "its" : "their", half,
      one ? "" : " each", LimitText(weighing.limit));
}

std::string OverFact(const Weighing& weighing, double each) {
  std::vector<std::string> names;
  names.reserve(weighing.over.size());
  for (const WeighedTmpfs::Sized& one : weighing.over) {
    names.push_back(fmt::format("{} ({})", one.destination, ToText(one.size)));
  }
  return fmt::format(
      "the tmpfs on {} may hold more than the {} that policy accepts for each of them",
      NameAll(names), ToText(PagesOf(*weighing.limit, each)));
}

std::string SumFact(const Weighing& weighing) {
  std::vector<std::string> names;
  names.reserve(weighing.tmpfs.sized.size() + 1);
  for (const WeighedTmpfs::Sized& one : weighing.tmpfs.sized) {
    names.push_back(fmt::format("{} {}", one.destination, ToText(one.size)));
  }
  if (weighing.tmpfs.shm) {
    names.push_back(fmt::format("/dev/shm {}", ToText(*weighing.tmpfs.shm)));
  }
  return fmt::format(
      "all tmpfs together may hold {} ({}), {:.0f} % of the memory limit; policy "
      "accepts {} of the {} limit",
      ToText(weighing.tmpfs.Sum()), NameAll(names),
      100 * Share(weighing.tmpfs.Sum(), *weighing.limit), ToText(weighing.allowed),
      ToText(*weighing.limit));
}

/// What is found; the first of the three kinds, since its cure changes what there is of the others.
std::string Fact(const RuleInput& input, const Weighing& weighing) {
  if (!weighing.tmpfs.unsized.empty()) return UnsizedFact(input.facts, weighing);
  if (!weighing.over.empty()) {
    return OverFact(weighing, input.parameters.Share("each_at_most").value_or(1.0));
  }
  return SumFact(weighing);
}

/// A round number that leaves each of `count` tmpfs the same part of what is left of `allowed`.
Bytes Suggested(const Weighing& weighing, std::size_t count) {
  if (!weighing.limit) return kEnough;
  Bytes left = weighing.allowed - weighing.tmpfs.shm.value_or(Bytes{0});
  if (left.value == 0) left = Bytes{weighing.allowed.value / 2};
  const std::uint64_t round = std::bit_floor(left.value / std::max<std::size_t>(count, 1));
  return Bytes{std::clamp<std::uint64_t>(round, 4096, kEnough.value)};
}

std::string Advice(const RuleInput& input, const Weighing& weighing) {
  std::vector<std::string> names = weighing.tmpfs.unsized;
  auto size = input.parameters.Share("fix_to_share");
  if (names.empty()) {
    const auto& large = weighing.over.empty() ? weighing.tmpfs.sized : weighing.over;
    for (const WeighedTmpfs::Sized& one : large) names.push_back(one.destination);
    size = weighing.over.empty() ? std::nullopt : input.parameters.Share("each_at_most");
  }
  const Bytes value =
      size && weighing.limit
          ? PagesOf(*weighing.limit, *size)
          : Suggested(weighing, weighing.tmpfs.unsized.size() + weighing.tmpfs.sized.size());
  return SizeTmpfsAdvice(input.facts.engine, names, value);
}

/// What all would hold with `fixes` made.
Bytes SumAfter(const Weighing& weighing, const std::vector<Fix>& fixes) {
  Bytes sum = weighing.tmpfs.Sum();
  for (const WeighedTmpfs::Sized& one : weighing.over) sum = sum - one.size;
  for (const Fix& fix : fixes) sum = sum + std::get<SetTmpfsSize>(fix).value;
  return sum;
}

std::string WhyNoFix(const RuleInput& input, const Weighing& weighing) {
  if (!weighing.limit) return "there is no memory limit to take a share of";
  if (input.facts.engine.kubernetes) return "a pod's volumes belong to its kubelet";
  if (!weighing.tmpfs.unsized.empty() && !input.parameters.Share("fix_to_share")) {
    return "the policy names no \"fix_to_share\" for this rule";
  }
  return {};
}

/// All that it takes to keep the rule, or nothing: half a cure would be found wanting again.
void AddFixes(const RuleInput& input, const Weighing& weighing, Violation& violation) {
  violation.no_fix_reason = WhyNoFix(input, weighing);
  if (!violation.no_fix_reason.empty()) return;
  std::vector<Fix> fixes;
  const auto add = [&](const std::string& destination, const char* share) {
    const Bytes size = PagesOf(*weighing.limit, input.parameters.Share(share).value_or(1.0));
    fixes.emplace_back(SetTmpfsSize{.destination = destination, .value = size});
  };
  for (const std::string& destination : weighing.tmpfs.unsized) add(destination, "fix_to_share");
  for (const WeighedTmpfs::Sized& one : weighing.over) add(one.destination, "each_at_most");
  if (fixes.empty()) {
    violation.no_fix_reason = "the policy does not say which of them is to be smaller";
  } else if (std::ranges::any_of(fixes, [&](const Fix& fix) {
               return IsUnsized(Limit(std::get<SetTmpfsSize>(fix).value), input.facts.host);
             })) {
    violation.no_fix_reason =
        "with the size that policy names one of them could still hold half of the host's memory";
  } else if (const Bytes after = SumAfter(weighing, fixes); after > weighing.allowed) {
    violation.no_fix_reason = fmt::format(
        "with the sizes that policy names all of them together would hold {}, more than "
        "the {} that it accepts",
        ToText(after), ToText(weighing.allowed));
  } else {
    violation.fixes = std::move(fixes);
  }
}

Judgement Evaluate(const RuleInput& input) {
  const Weighing weighing = Weigh(input);
  if (weighing.tmpfs.unsized.empty() && weighing.over.empty() && !weighing.TooMuchTogether()) {
    if (!weighing.tmpfs.unread.empty()) {
      return NotJudged{fmt::format("how large the tmpfs on {} is cannot be told from that",
                                   NameAll(weighing.tmpfs.unread))};
    }
    if (SmallestLimit(input.facts)) return Satisfied{};
    return NotJudged{"no memory limit is known to measure the tmpfs against"};
  }
  Violation violation;
  violation.fact = Fact(input, weighing);
  violation.advice = Advice(input, weighing);
  AddFixes(input, weighing, violation);
  return violation;
}

}  // namespace

extern constinit const Rule kTmpfsSized{
    .id = "tmpfs-sized",
    .summary = "Every writable tmpfs has a size, and all of them together fit the memory limit.",
    .parameters = kParameters,
    .evaluate = Evaluate,
    .contradiction = Contradiction,
};

}  // namespace headroom
