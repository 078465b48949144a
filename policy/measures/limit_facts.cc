#include "policy/measures/limit_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernel/cgroup/tripwire_high.h"

namespace headroom {
namespace {

constexpr std::uint64_t kPage = 4096;

}  // namespace

std::optional<ContainerFacts::Effective> SmallestLimit(const ContainerFacts& facts) {
  if (auto effective = facts.EffectiveLimit()) return effective;
  if (!facts.configured_limit) return std::nullopt;
  return ContainerFacts::Effective{.limit = *facts.configured_limit, .path = {}};
}

std::optional<Bytes> BytesInForce(const ContainerFacts& facts) {
  const auto smallest = SmallestLimit(facts);
  if (!smallest || smallest->limit.unlimited()) return std::nullopt;
  return smallest->limit.bytes();
}

std::string WhyLeftToTheHook(const ContainerFacts& facts) {
  if (facts.AncestorsKnown() || !facts.HookFollows()) return {};
  return "what stands above the container is known only where it runs";
}

std::string WhyNoCgroupFix(const ContainerFacts& facts) {
  if (facts.own_cgroup || facts.source == FactsSource::kConfig) return {};
  return facts.not_own_reason.empty() ? "it has no cgroup of its own" : facts.not_own_reason;
}

std::string WhyNotOnV1(const ContainerFacts& facts, std::string_view file) {
  if (facts.cgroup_version != CgroupVersion::kV1) return {};
  return fmt::format("it cannot hold on cgroup v1, where the memory controller is: no {} there",
                     file);
}

std::string_view MemoryLimitName(const ContainerFacts& facts) {
  return facts.cgroup_version == CgroupVersion::kV1 ? "memory.limit_in_bytes" : "memory.max";
}

Bytes PartOf(Bytes whole, double share) {
  // A double is not exact above 8 PiB, and the whole is the whole.
  if (share >= 1) return Bytes{whole.value / kPage * kPage};
  const double exact = std::floor(static_cast<double>(whole.value) * share);
  return Bytes{static_cast<std::uint64_t>(exact) / kPage * kPage};
}

Bytes PagesOf(Bytes whole, double share) { return std::max(Bytes{kPage}, PartOf(whole, share)); }

bool IsTripwireHeight(Bytes max, Bytes high) {
  for (const unsigned batch : {32U, 64U}) {
    if (TripwireHigh(max, {.batch_pages = batch, .cpus = 1}) == high) return true;
  }
  return false;
}

}  // namespace headroom
