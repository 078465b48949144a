#pragma once

#include <optional>

#include "capture/photograph.h"
#include "evidence/earlier_map.h"

namespace headroom {

/// The mappings of `process` as `previous` has them, for a photograph whose own were read at
/// `read_at`: its map where that is at least 1 s older, else what it kept itself of one before.
/// nullopt: its largest was another process, or no whole map was read. Costs the parsing of that
/// map (up to 4 MiB): not while anything is held.
[[nodiscard]] std::optional<EarlierMap> EarlierMapOf(const Photograph* previous,
                                                     const ProcessId& process, BootTime read_at);

}  // namespace headroom
