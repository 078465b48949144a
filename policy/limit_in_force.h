#pragma once

#include <optional>

#include "base/bytes.h"
#include "container/facts.h"

namespace headroom {

/// The memory limit that the container will meet first: the smallest memory.max on its way up, else
/// (cgroup v1, or config.json alone) what config.json asks for. nullopt: not known, which is not
/// the same as unlimited. Pure.
[[nodiscard]] std::optional<Limit> LimitInForce(const ContainerFacts& facts);

/// The same where there is one; nullopt both for "no limit" and for "not known".
[[nodiscard]] std::optional<Bytes> BytesInForce(const ContainerFacts& facts);

/// `share` of `whole` in whole pages, and at least one page: a tmpfs of size 0 is one without any
/// limit. Pure.
[[nodiscard]] Bytes PagesOf(Bytes whole, double share);

}  // namespace headroom
