#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "policy/advice.h"
#include "policy/rule.h"

namespace headroom {
namespace {

constexpr std::uint64_t kPage = 4096;
/// What the engines give a container, for advice where there is no limit to take a share of.
constexpr Bytes kUsualShm = Mebibytes(64);

constexpr std::array<ParameterSpec, 1> kParameters = {{
    {.name = "max_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = 0.5,
     .summary = "the largest part of the memory limit that /dev/shm may hold"},
}};

/// What files on /dev/shm count against; nullopt when nothing limits the container.
std::optional<Bytes> MemoryLimit(const ContainerFacts& facts) {
  if (const auto effective = facts.EffectiveLimit()) {
    return effective->limit.unlimited() ? std::nullopt : std::optional(effective->limit.bytes());
  }
  if (!facts.configured_limit || facts.configured_limit->unlimited()) return std::nullopt;
  return facts.configured_limit->bytes();
}

/// Whole pages, and at least one: a tmpfs of size 0 is one without any limit.
Bytes LargestShm(Bytes limit, double share) {
  const double exact = std::floor(static_cast<double>(limit.value) * share);
  return Bytes{std::max(kPage, static_cast<std::uint64_t>(exact) / kPage * kPage)};
}

std::string SizeFact(const ShmFacts& shm, Bytes limit, Bytes largest) {
  const std::string allowed =
      fmt::format("policy accepts {} of the {} limit", ToText(largest), ToText(limit));
  if (!shm.size) {
    return fmt::format("/dev/shm has no size of its own, so up to half of the host's memory; {}",
                       allowed);
  }
  if (shm.size->unlimited()) return fmt::format("/dev/shm has no size limit; {}", allowed);
  return fmt::format("/dev/shm may hold {}, {:.0f} % of the memory limit; {}", ToText(*shm.size),
                     100 * Share(shm.size->bytes(), limit), allowed);
}

Violation HostShared(const RuleInput& input, const ShmFacts& shm, Bytes largest) {
  const std::string size = shm.size ? " of " + ToText(*shm.size) : "";
  return Violation{
      .fact = fmt::format("/dev/shm is the host's own{}, shared with every process on it", size),
      .advice = fmt::format("{}, without --ipc=host", SizeShmAdvice(input.facts.engine, largest)),
      .fixes = {},
      .no_fix_reason = "the host's /dev/shm is never changed"};
}

Judgement Evaluate(const RuleInput& input) {
  if (!input.facts.shm) return NotJudged{"no mount on /dev/shm was found"};
  const ShmFacts& shm = *input.facts.shm;
  if (shm.type != "tmpfs") return Satisfied{};  // files there are not memory
  const auto limit = MemoryLimit(input.facts);
  const double share = input.parameters.Share("max_share").value_or(0.5);
  const Bytes largest = limit ? LargestShm(*limit, share) : kUsualShm;
  if (shm.host_shared) return HostShared(input, shm, largest);
  if (!limit) return NotJudged{"there is no memory limit to measure /dev/shm against"};
  if (shm.size && *shm.size <= Limit(largest)) return Satisfied{};
  return Violation{.fact = SizeFact(shm, *limit, largest),
                   .advice = SizeShmAdvice(input.facts.engine, largest),
                   .fixes = {SetTmpfsSize{.destination = "/dev/shm", .value = largest}},
                   .no_fix_reason = {}};
}

}  // namespace

extern constinit const Rule kShmSized{
    .id = "shm-sized",
    .summary = "/dev/shm is a tmpfs of the container's own, and files there cannot eat its limit.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
