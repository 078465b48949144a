#include "kernel/cgroup/memory_stat_v1.h"

#include <array>

#include "kernel/cgroup/flat_keyed.h"

namespace headroom {

Result<MemoryStatV1> ParseMemoryStatV1(std::string_view text) {
  MemoryStatV1 stat;
  const std::array keys = {
      FlatKey{.name = "total_cache", .bytes = &stat.cache},
      FlatKey{.name = "total_rss", .bytes = &stat.rss},
      FlatKey{.name = "total_shmem", .bytes = &stat.shmem},
      FlatKey{.name = "total_mapped_file", .bytes = &stat.mapped_file},
      FlatKey{.name = "total_dirty", .bytes = &stat.dirty},
      FlatKey{.name = "total_writeback", .bytes = &stat.writeback},
      FlatKey{.name = "total_inactive_file", .bytes = &stat.inactive_file},
  };
  if (auto filled = FillFlatKeys(text, "memory.stat", keys); !filled) {
    return std::unexpected(filled.error());
  }
  return stat;
}

}  // namespace headroom
