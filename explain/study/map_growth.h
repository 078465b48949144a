#pragma once

#include <chrono>
#include <optional>

#include "evidence/earlier_map.h"
#include "explain/study/case.h"

namespace headroom {

/// How fast a group of mappings grew between two maps of one process, that long apart. Bytes a
/// second, rounded down. nullopt: it did not grow by 1 MiB or more, was not there before (it may
/// have had another name then), or the two are less than a second apart.
[[nodiscard]] std::optional<Bytes> GrowthOf(const MappingGroup& now, const EarlierMap& earlier,
                                            std::chrono::nanoseconds apart);

/// Between the earlier map and the recorded one of that process; nullopt: there are no two of it.
[[nodiscard]] std::optional<std::chrono::nanoseconds> TimeBetweenMaps(const Case& the_case,
                                                                      int pid);

}  // namespace headroom
