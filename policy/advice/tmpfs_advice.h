#pragma once

#include <span>
#include <string>

#include "base/bytes.h"
#include "container/engine/engine.h"

namespace headroom {

/// What to type instead about a container's tmpfs, in the words of its engine. One line each,
/// without a full stop. Destinations are the container's own text; escape before printing.

/// How to give each tmpfs on `destinations` (at least one) the size `size`.
[[nodiscard]] std::string SizeTmpfsAdvice(const EngineIdentity& engine,
                                          std::span<const std::string> destinations, Bytes size);

/// How to give it a /dev/shm of its own instead of the host's.
[[nodiscard]] std::string NoHostShmAdvice(const EngineIdentity& engine);

/// How to give it a /dev/shm of its own instead of one that other containers share.
[[nodiscard]] std::string OwnShmAdvice(const EngineIdentity& engine);

/// "/run", "/run and /tmp", "/run, /tmp and /x"; above four names "... and 3 more".
[[nodiscard]] std::string NameAll(std::span<const std::string> names);

}  // namespace headroom
