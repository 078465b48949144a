#include "fuzz/fuzz.h"
#include "kernel/proc/mapping_groups.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto smaps = ParseSmaps(text);
  if (!smaps) {
    Require(smaps.error().code == ErrorCode::kMalformed);
    return;
  }
  Bytes grouped;
  std::uint64_t mappings = 0;
  for (const MappingGroup& group : GroupMappings(*smaps)) {
    grouped = grouped + group.rss;
    mappings += group.mappings;
    Require(group.largest_rss <= group.rss || smaps->mappings.size() > 2);  // more may wrap
    Require(group.largest_start <= group.largest_end);
  }
  Require(grouped == smaps->TotalRss());
  Require(mappings == smaps->mappings.size());
  // A text without an error stays one however it is cut.
  for (std::size_t size = 0; size < text.size(); size += 1 + text.size() / 16) {
    Require(ParseSmaps(text.substr(0, size)).has_value());
  }
}
