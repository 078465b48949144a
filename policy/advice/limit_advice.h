#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "container/engine/engine.h"
#include "container/facts/facts.h"
#include "policy/rule.h"

namespace headroom {

/// What to type instead, as in policy/advice.h, for the limits of a cgroup other than memory.max
/// and for those that stand above the container's. Pure.

/// How to move a memory.high that somebody set to `size`. Where the engine has no option for it,
/// it was written by other means, and the advice is to take it away so that a tripwire can stand.
[[nodiscard]] std::string MoveMemoryHighAdvice(const ContainerFacts& facts, Bytes size);

/// How to give the cgroup `path`, which is above a container's, a memory.max of `size`.
[[nodiscard]] std::string SetLimitAboveAdvice(const ContainerFacts& facts, const std::string& path,
                                              Bytes size);

/// How to let the container swap `swap` and no more. `memory` is its memory limit, which docker's
/// --memory-swap, config.json's memory.swap and LXC's keys for cgroup v1 count in; nullopt: it has
/// none, so one is named too.
[[nodiscard]] std::string SetSwapMaxAdvice(const EngineIdentity& engine,
                                           std::optional<Bytes> memory, Bytes swap,
                                           CgroupVersion version);

/// How to have `swap` stand in the container's systemd unit, not in the cgroup's file alone.
[[nodiscard]] std::string LastingSwapMaxAdvice(const ContainerFacts& facts, const UnitFacts& unit,
                                               Bytes swap);

/// How to have memory.oom.group 1 (`group`), or 0.
[[nodiscard]] std::string SetOomGroupAdvice(const ContainerFacts& facts, bool group);

/// How to have memory.low, or memory.min, of `size`.
[[nodiscard]] std::string SetMemoryLowAdvice(const ContainerFacts& facts, Bytes size);
[[nodiscard]] std::string SetMemoryMinAdvice(const ContainerFacts& facts, Bytes size);

/// How to let the container have `size` of huge pages of that size; 0: none.
[[nodiscard]] std::string SetHugetlbMaxAdvice(const EngineIdentity& engine, Bytes page_size,
                                              Bytes size);

/// How to let the container have `count` processes and threads.
[[nodiscard]] std::string SetPidsMaxAdvice(const EngineIdentity& engine, Count count);

}  // namespace headroom
