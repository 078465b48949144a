#include <fmt/format.h>

#include <array>

#include "policy/advice/tmpfs_advice.h"
#include "policy/rule.h"

namespace headroom {
namespace {

constexpr std::array<ParameterSpec, 1> kParameters = {{
    {.name = "shared_ok",
     .kind = ParameterSpec::Kind::kSwitch,
     .fallback = true,
     .summary = "a /dev/shm that only other containers share is accepted; every pod of Kubernetes "
                "has one"},
}};

/// How much of it there is; empty where that is not known.
std::string SizeText(const ShmFacts& shm) {
  if (!shm.size) return "";
  return shm.size->unlimited() ? " without a size limit" : " of " + ToText(*shm.size);
}

Violation Found(std::string fact, std::string advice, std::string no_fix_reason) {
  return Violation{.fact = std::move(fact),
                   .advice = std::move(advice),
                   .fixes = {},
                   .no_fix_reason = std::move(no_fix_reason)};
}

Judgement Evaluate(const RuleInput& input) {
  if (!input.facts.shm) return NotJudged{"no mount on /dev/shm was found"};
  const ShmFacts& shm = *input.facts.shm;
  if (shm.host_shared) {
    return Found(
        fmt::format("/dev/shm is the host's own{}, shared with every process on it", SizeText(shm)),
        NoHostShmAdvice(input.facts.engine), "the host's /dev/shm is never changed");
  }
  if (!shm.bind_mounted || input.parameters.Switch("shared_ok").value_or(true)) return Satisfied{};
  return Found(
      fmt::format("/dev/shm{} is mounted elsewhere too, and whoever has it there can fill it",
                  SizeText(shm)),
      OwnShmAdvice(input.facts.engine), "what is mounted elsewhere too is never changed");
}

}  // namespace

extern constinit const Rule kHostShm{
    .id = "host-shm",
    .summary = "/dev/shm is not the host's own, which every process on the host can fill.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
