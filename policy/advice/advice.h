#pragma once

#include <string>

#include "base/bytes.h"
#include "container/engine/engine.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// What to type instead, in the words of the engine that started the container. One line each,
/// without a full stop. Sizes are rounded down to what the engine's notation can say.

/// How to give it a memory limit of `size`.
/// LXC's key for it is another on cgroup v1.
[[nodiscard]] std::string SetMemoryMaxAdvice(const EngineIdentity& engine, Bytes size,
                                             CgroupVersion version = CgroupVersion::kV2);
/// The same of a limit above the one that it has.
[[nodiscard]] std::string RaiseMemoryMaxAdvice(const EngineIdentity& engine, Bytes size,
                                               CgroupVersion version = CgroupVersion::kV2);
/// How to give it a memory.high of `size`, where the engine has a way at all.
[[nodiscard]] std::string SetMemoryHighAdvice(const EngineIdentity& engine, Bytes size);
/// How to give it a /dev/shm of its own of `size`.
[[nodiscard]] std::string SizeShmAdvice(const EngineIdentity& engine, Bytes size);

}  // namespace headroom
