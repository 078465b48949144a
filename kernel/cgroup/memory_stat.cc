#include "kernel/cgroup/memory_stat.h"

#include <algorithm>
#include <array>

#include "kernel/cgroup/flat_keyed.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/cgroup/memory_stat_v1.h"

namespace headroom {
namespace {

Bytes OrNothing(std::optional<Bytes> bytes) { return bytes.value_or(Bytes{}); }

/// The most of `unevictable` that can be anon or shmem.
///
/// A page of those is on the anon lists or on the unevictable one; pages in the swap cache that
/// nobody maps are on the anon lists without being anon, so that many of the lists do not count.
Bytes MostLockedAnon(const MemoryStat& stat, Bytes anon_and_shmem) {
  Bytes room = anon_and_shmem;
  if (stat.inactive_anon && stat.active_anon) {
    room = anon_and_shmem - (*stat.inactive_anon + *stat.active_anon - OrNothing(stat.swapcached));
  }
  return std::min(room, OrNothing(stat.unevictable));
}

/// Of what has a figure of its own, what reclaim cannot free.
Bytes NamedOfTheKernel(const MemoryStat& stat) {
  return OrNothing(stat.slab_unreclaimable) + OrNothing(stat.kernel_stack) +
         OrNothing(stat.pagetables) + OrNothing(stat.percpu) + OrNothing(stat.vmalloc);
}

/// All of it but slab that reclaim can free and what zswap can write to the disk. Pages of pipes,
/// say, are in the sum alone; before Linux 5.18, which does not state it, in nothing.
Bytes HeldByTheKernel(const MemoryStat& stat) {
  const Bytes of_sum =
      OrNothing(stat.kernel) - OrNothing(stat.slab_reclaimable) - OrNothing(stat.zswap);
  return std::max(NamedOfTheKernel(stat), of_sum);
}

}  // namespace

Result<MemoryStat> ParseMemoryStat(std::string_view text) {
  MemoryStat stat;
  const std::array keys = {
      FlatKey{.name = "anon", .bytes = &stat.anon},
      FlatKey{.name = "file", .bytes = &stat.file},
      FlatKey{.name = "kernel", .bytes = &stat.kernel},
      FlatKey{.name = "kernel_stack", .bytes = &stat.kernel_stack},
      FlatKey{.name = "pagetables", .bytes = &stat.pagetables},
      FlatKey{.name = "percpu", .bytes = &stat.percpu},
      FlatKey{.name = "sock", .bytes = &stat.sock},
      FlatKey{.name = "vmalloc", .bytes = &stat.vmalloc},
      FlatKey{.name = "zswap", .bytes = &stat.zswap},
      FlatKey{.name = "hugetlb", .bytes = &stat.hugetlb},
      FlatKey{.name = "shmem", .bytes = &stat.shmem},
      FlatKey{.name = "file_mapped", .bytes = &stat.file_mapped},
      FlatKey{.name = "file_dirty", .bytes = &stat.file_dirty},
      FlatKey{.name = "file_writeback", .bytes = &stat.file_writeback},
      FlatKey{.name = "swapcached", .bytes = &stat.swapcached},
      FlatKey{.name = "anon_thp", .bytes = &stat.anon_thp},
      FlatKey{.name = "inactive_anon", .bytes = &stat.inactive_anon},
      FlatKey{.name = "active_anon", .bytes = &stat.active_anon},
      FlatKey{.name = "inactive_file", .bytes = &stat.inactive_file},
      FlatKey{.name = "unevictable", .bytes = &stat.unevictable},
      FlatKey{.name = "slab_reclaimable", .bytes = &stat.slab_reclaimable},
      FlatKey{.name = "slab_unreclaimable", .bytes = &stat.slab_unreclaimable},
      FlatKey{.name = "workingset_refault_file", .number = &stat.workingset_refault_file},
      FlatKey{.name = "pgmajfault", .number = &stat.pgmajfault},
  };
  if (auto filled = FillFlatKeys(text, "memory.stat", keys); !filled) {
    return std::unexpected(filled.error());
  }
  return stat;
}

Result<MemoryStat> ReadMemoryStat(const CgroupDir& cgroup) {
  const auto text = cgroup.Read("memory.stat");
  if (!text) return std::unexpected(text.error());
  auto stat = ParseMemoryStatOfAny(*text);
  if (stat && IsMemoryStatV1(*text)) {
    if (const auto kernel = ReadBytes(cgroup, kKernelUsageV1)) stat->kernel = *kernel;
  }
  return stat;
}

Bytes Unreclaimable(const MemoryStat& stat, Bytes free_swap) {
  // With A of anon and shmem, S of free swap, and U unevictable of which L are anon or shmem:
  // swap takes min(S, A - L), so max(A - S, L) of A stay, and U - L are locked file pages.
  // max(A - S, L) + U - L never grows with L, so the largest possible L gives the lower bound.
  const Bytes anon_and_shmem = OrNothing(stat.anon) + OrNothing(stat.shmem);
  const Bytes locked_anon = MostLockedAnon(stat, anon_and_shmem);
  const Bytes kept = std::max(anon_and_shmem - free_swap, locked_anon);
  const Bytes locked_file = OrNothing(stat.unevictable) - locked_anon;
  return kept + locked_file + HeldByTheKernel(stat) + OrNothing(stat.sock);
}

Bytes InNoFigure(const MemoryStat& stat, Bytes current) {
  // Pages in the swap cache are in no sum while nobody maps them, and in anon while somebody does.
  const Bytes of_kernel =
      std::max(OrNothing(stat.kernel), NamedOfTheKernel(stat) + OrNothing(stat.slab_reclaimable));
  return current - (OrNothing(stat.anon) + OrNothing(stat.file) + of_kernel + OrNothing(stat.sock) +
                    OrNothing(stat.hugetlb) + OrNothing(stat.swapcached));
}

}  // namespace headroom
