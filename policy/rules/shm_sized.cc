#include <fmt/format.h>

#include <array>

#include "policy/advice/advice.h"
#include "policy/measures/limit_facts.h"
#include "policy/measures/tmpfs_weigh.h"
#include "policy/rule.h"

namespace headroom {
namespace {

constexpr std::array<ParameterSpec, 1> kParameters = {{
    {.name = "max_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = 0.5,
     .summary = "the largest part of the memory limit that /dev/shm may hold"},
}};

std::string SizeFact(const ShmFacts& shm, Bytes limit, Bytes largest) {
  const std::string allowed =
      fmt::format("policy accepts {} of the {} limit", ToText(largest), ToText(limit));
  const char* which = shm.bind_mounted ? "/dev/shm, mounted elsewhere too," : "/dev/shm";
  if (!shm.size) {
    return fmt::format("{} has no size of its own, so up to half of the host's memory; {}", which,
                       allowed);
  }
  if (shm.size->unlimited()) return fmt::format("{} has no size limit; {}", which, allowed);
  return fmt::format("{} may hold {}, {:.0f} % of the memory limit; {}", which, ToText(*shm.size),
                     100 * Share(shm.size->bytes(), limit), allowed);
}

Violation TooLarge(const RuleInput& input, const ShmFacts& shm, Bytes limit, Bytes largest) {
  Violation violation;
  violation.fact = SizeFact(shm, limit, largest);
  violation.advice = SizeShmAdvice(input.facts.engine, largest);
  if (shm.bind_mounted) {
    violation.no_fix_reason = "it is mounted elsewhere too, and would shrink there as well";
  } else {
    violation.fixes = {SetTmpfsSize{.destination = "/dev/shm", .value = largest}};
  }
  return violation;
}

/// What is bound there has its type and size elsewhere, where config.json does not say.
bool OnlyKnownOnceMounted(const ContainerFacts& facts) {
  if (facts.source != FactsSource::kConfig) return false;
  return facts.shm->type == "bind" || (facts.shm->bind_mounted && !facts.shm->size);
}

Judgement Evaluate(const RuleInput& input) {
  if (!input.facts.shm) return NotJudged{"no mount on /dev/shm was found"};
  const ShmFacts& shm = *input.facts.shm;
  if (shm.host_shared) return NotJudged{"/dev/shm is the host's own, which host-shm is about"};
  if (OnlyKnownOnceMounted(input.facts)) {
    return NotJudged{"/dev/shm is bound from elsewhere, and its size is known once it is mounted"};
  }
  if (shm.type != "tmpfs") return Satisfied{};  // files there are not memory
  if (const std::string unread = UnreadSize(input.facts, "/dev/shm"); !unread.empty()) {
    return NotJudged{fmt::format("how large {} is cannot be told from that", unread)};
  }
  const auto limit = BytesInForce(input.facts);
  if (!limit) return NotJudged{"there is no memory limit to measure /dev/shm against"};
  const Bytes largest = PagesOf(*limit, input.parameters.Share("max_share").value_or(0.5));
  if (shm.size && *shm.size <= Limit(largest)) return Satisfied{};
  return TooLarge(input, shm, *limit, largest);
}

}  // namespace

extern constinit const Rule kShmSized{
    .id = "shm-sized",
    .summary = "Files on the container's /dev/shm cannot eat its memory limit.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
