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

bool IsMemoryStatV1(std::string_view text) {
  return text.starts_with("total_rss ") || text.find("\ntotal_rss ") != std::string_view::npos;
}

Result<MemoryStat> ParseMemoryStatOfAny(std::string_view text) {
  if (!IsMemoryStatV1(text)) return ParseMemoryStat(text);
  MemoryStat stat;
  const std::array keys = {
      FlatKey{.name = "total_rss", .bytes = &stat.anon},
      FlatKey{.name = "total_cache", .bytes = &stat.file},
      FlatKey{.name = "total_shmem", .bytes = &stat.shmem},
      FlatKey{.name = "total_mapped_file", .bytes = &stat.file_mapped},
      FlatKey{.name = "total_dirty", .bytes = &stat.file_dirty},
      FlatKey{.name = "total_writeback", .bytes = &stat.file_writeback},
      FlatKey{.name = "total_rss_huge", .bytes = &stat.anon_thp},
      FlatKey{.name = "total_inactive_anon", .bytes = &stat.inactive_anon},
      FlatKey{.name = "total_active_anon", .bytes = &stat.active_anon},
      FlatKey{.name = "total_inactive_file", .bytes = &stat.inactive_file},
      FlatKey{.name = "total_unevictable", .bytes = &stat.unevictable},
      FlatKey{.name = "total_workingset_refault_file", .number = &stat.workingset_refault_file},
      FlatKey{.name = "total_pgmajfault", .number = &stat.pgmajfault},
  };
  if (auto filled = FillFlatKeys(text, "memory.stat", keys); !filled) {
    return std::unexpected(filled.error());
  }
  return stat;
}

}  // namespace headroom
