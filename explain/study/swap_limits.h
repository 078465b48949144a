#pragma once

#include <optional>
#include <vector>

#include "evidence/recorder.h"
#include "explain/study/case.h"

namespace headroom {

/// What of its memory the container may have in swap: memory.swap.max as it was read last, else as
/// it was at the start; where the limit of memory and swap together was met, what that leaves
/// beside memory's. nullopt: nobody recorded it.
[[nodiscard]] std::optional<Limit> SwapAllowed(const Case& the_case);

/// The limit of memory alone: the one that was met, but where that is of memory and swap together
/// the one beside it. nullopt: not known.
[[nodiscard]] std::optional<Limit> MemoryLimit(const Case& the_case);

/// Whether the limit that was met counts swap as well, of which there may be some.
[[nodiscard]] bool IsLimitOfBoth(const Case& the_case);

/// How much memory and swap together the container was killed at, or may have until it is killed.
/// nullopt: not known, or the host's own swap is used up sooner.
[[nodiscard]] std::optional<Bytes> LimitOfBoth(const Case& the_case);

/// Whether what is resident is not all that the container holds: some is in swap, or it was counted
/// with swap. At the limit what grows goes to swap, so that what is resident looks level.
[[nodiscard]] bool HoldsSwap(const Case& the_case, const std::vector<Sample>& samples);

}  // namespace headroom
