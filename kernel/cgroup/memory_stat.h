#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// One reading of a cgroup v2 `memory.stat` (mm/memcontrol.c, memory_stats[]).
///
/// Bytes, hierarchical. A key that this kernel does not print is nullopt, not zero. The kernel
/// keeps up to 64 pages a CPU out of these figures, and flushes them at most every 2 s when little
/// changed. shmem, file_* lie within file; kernel_stack to slab_* within kernel.
struct MemoryStat {
  std::optional<Bytes> anon;
  std::optional<Bytes> file;
  std::optional<Bytes> kernel;  ///< Linux 5.18 and later
  std::optional<Bytes> kernel_stack;
  std::optional<Bytes> pagetables;
  std::optional<Bytes> percpu;
  std::optional<Bytes> sock;
  std::optional<Bytes> vmalloc;
  std::optional<Bytes> zswap;    ///< compressed pages; within kernel (5.19 and later)
  std::optional<Bytes> hugetlb;  ///< printed where hugetlbfs is charged (6.14 and later)
  std::optional<Bytes> shmem;
  std::optional<Bytes> file_mapped;
  std::optional<Bytes> file_dirty;
  std::optional<Bytes> file_writeback;
  std::optional<Bytes> swapcached;
  std::optional<Bytes> anon_thp;
  std::optional<Bytes> inactive_anon;  ///< on the LRU lists: anon and shmem that reclaim looks at,
  std::optional<Bytes> active_anon;    ///< with swap cache; never to be added to anon or file
  std::optional<Bytes> inactive_file;  ///< the cache that nobody used lately, on its LRU list
  std::optional<Bytes> unevictable;    ///< locked pages of every kind: anon, shmem and file
  std::optional<Bytes> slab_reclaimable;
  std::optional<Bytes> slab_unreclaimable;
  std::optional<std::uint64_t> workingset_refault_file;  ///< pages
  std::optional<std::uint64_t> pgmajfault;               ///< faults
};

/// Pure; unknown keys are skipped, order does not matter. kMalformed: bad number, repeated key.
[[nodiscard]] Result<MemoryStat> ParseMemoryStat(std::string_view text);

[[nodiscard]] Result<MemoryStat> ReadMemoryStat(const CgroupDir& cgroup);

/// What reclaim could not free: anon and shmem less what `free_swap` could take of them, locked
/// file pages, sockets, and the kernel's memory but for slab that can be freed and zswap. Where the
/// kernel does not state its sum, what is counted of it is unreclaimable slab, stacks, page tables,
/// percpu and vmalloc. Absent figures count as nothing.
///
/// A lower bound: page cache is never taken for unreclaimable. `unevictable` does not say how much
/// of it is anon or shmem (which cannot be swapped, but is in `anon` and `shmem` already) and how
/// much is file. As much is taken for anon or shmem as the LRU lists leave room for, which is all
/// of it where `inactive_anon` and `active_anon` are absent; see the proof beside the code.
[[nodiscard]] Bytes Unreclaimable(const MemoryStat& stat, Bytes free_swap);

/// What is charged to the cgroup and stands in none of the figures: pages that a CPU has charged
/// ahead, kernel memory that an older kernel has no figure for, and all that the figures lag
/// behind by. The last may be much (docs/decisions/039-figures-that-lag.md). Of what it is made
/// is not known. `current`: its usage (memory.current), read before `stat`.
[[nodiscard]] Bytes InNoFigure(const MemoryStat& stat, Bytes current);

}  // namespace headroom
