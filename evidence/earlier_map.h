#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kernel/proc/mapping_groups.h"
#include "kernel/proc/process.h"

namespace headroom {

/// before/earlier.json, schema "headroom.earlier-map/1": the mappings of the largest process, added
/// up, as they were some time before the map that lies whole in before/smaps. What grew between the
/// two is where the memory went.
struct EarlierMap {
  ProcessId id;
  BootTime taken{};
  std::vector<MappingGroup> groups;  ///< kind, sharing, name, mappings, size, rss and private_dirty
};

/// At most 64 groups, what holds most first.
[[nodiscard]] std::string SerializeEarlierMap(const EarlierMap& map);
/// Pure. kMalformed names `where` and the key. A kind that is not known is refused: it is ours.
[[nodiscard]] Result<EarlierMap> ParseEarlierMap(std::string_view text, std::string_view where);

}  // namespace headroom
