#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "kernel/cgroup/memory_stat.h"

namespace headroom {

/// One reading of a cgroup v1 `memory.stat` (mm/memcontrol-v1.c), of the whole hierarchy below the
/// cgroup: the keys that begin with "total_".
///
/// Bytes; a key that this kernel does not print is nullopt, not zero. shmem, mapped_file, dirty and
/// writeback lie within cache. Kernel memory is in none of them: memory.kmem.usage_in_bytes has it,
/// and memory.usage_in_bytes counts it.
struct MemoryStatV1 {
  std::optional<Bytes> cache;
  std::optional<Bytes> rss;  ///< anonymous memory with its swap cache, not the RSS of processes
  std::optional<Bytes> shmem;
  std::optional<Bytes> mapped_file;
  std::optional<Bytes> dirty;
  std::optional<Bytes> writeback;
  std::optional<Bytes> inactive_file;
};

/// Pure; unknown keys are skipped. kMalformed: bad number, repeated key.
[[nodiscard]] Result<MemoryStatV1> ParseMemoryStatV1(std::string_view text);

/// The file beside it that says how much of memory.usage_in_bytes is the kernel's.
inline constexpr const char* kKernelUsageV1 = "memory.kmem.usage_in_bytes";

/// Whether it is a memory.stat of v1: no key of v2 begins with "total_". Pure.
[[nodiscard]] bool IsMemoryStatV1(std::string_view text);

/// A memory.stat of either version, as v2 names what is in it: rss of v1 is anon there, cache is
/// file. Of v1 `kernel` is left absent, for kKernelUsageV1. Pure; errors as above.
[[nodiscard]] Result<MemoryStat> ParseMemoryStatOfAny(std::string_view text);

}  // namespace headroom
