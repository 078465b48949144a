#include "policy/limit_in_force.h"

#include <algorithm>
#include <cmath>

namespace headroom {

std::optional<Limit> LimitInForce(const ContainerFacts& facts) {
  if (const auto effective = facts.EffectiveLimit()) return effective->limit;
  return facts.configured_limit;
}

std::optional<Bytes> BytesInForce(const ContainerFacts& facts) {
  const auto limit = LimitInForce(facts);
  if (!limit || limit->unlimited()) return std::nullopt;
  return limit->bytes();
}

Bytes PagesOf(Bytes whole, double share) {
  constexpr std::uint64_t kPage = 4096;
  const double exact = std::floor(static_cast<double>(whole.value) * share);
  return Bytes{std::max(kPage, static_cast<std::uint64_t>(exact) / kPage * kPage)};
}

}  // namespace headroom
