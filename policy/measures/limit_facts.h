#pragma once

#include <optional>
#include <string>

#include "container/facts/facts.h"

namespace headroom {

/// What several rules ask of the facts. Pure.

/// The memory limit that counts: the smallest on the way up, or without cgroup v2 what config.json
/// asks for (its `path` is empty then). nullopt: none is known at all.
[[nodiscard]] std::optional<ContainerFacts::Effective> SmallestLimit(const ContainerFacts& facts);

/// The number of bytes of that limit; nullopt both for "no limit" and for "not known".
[[nodiscard]] std::optional<Bytes> BytesInForce(const ContainerFacts& facts);

/// Why a limit that the container itself lacks is not missed yet: one of the cgroups above would
/// do, and the hook will see them. Empty: what is known of them is all that will be.
[[nodiscard]] std::string WhyLeftToTheHook(const ContainerFacts& facts);

/// Why a fix may not write into the container's cgroup; empty when it may. Before the runtime has
/// read config.json there is no cgroup yet, and nothing is shared.
[[nodiscard]] std::string WhyNoCgroupFix(const ContainerFacts& facts);

/// Why nothing can be said of `file`, one that cgroup v2 alone has: the container's memory
/// controller is on v1. Empty on v2.
[[nodiscard]] std::string WhyNotOnV1(const ContainerFacts& facts, std::string_view file);

/// What the container's memory limit is called: "memory.max", or "memory.limit_in_bytes" on v1.
[[nodiscard]] std::string_view MemoryLimitName(const ContainerFacts& facts);

/// `share` of `whole` in whole pages, rounded down as the kernel does with a limit.
[[nodiscard]] Bytes PartOf(Bytes whole, double share);

/// The same, but at least one page: a tmpfs of size 0 is one without any limit.
[[nodiscard]] Bytes PagesOf(Bytes whole, double share);

/// Whether a memory.high of `high` may be our own tripwire below a memory.max of `max`: it stands
/// where the supervisor would put one, for either batch size. Where a running container is looked
/// at, that is not somebody's setting.
[[nodiscard]] bool IsTripwireHeight(Bytes max, Bytes high);

}  // namespace headroom
