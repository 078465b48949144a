#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "evidence/recorder.h"
#include "kernel/cgroup/memory_stat.h"
#include "kernel/cgroup/memory_stat_v1.h"

namespace headroom {

/// Parts of the memory that a cgroup is charged for, none of which lies within another.
///
/// `file` of memory.stat is shmem and cache. The cache is dirty, under writeback, or clean; where
/// the kernel does not state that, it is kCache as a whole. file_mapped is no part: it lies across
/// cache and shmem. A page that is dirty again while it is written is in both figures of the
/// kernel, and pages on their way to swap are in its file_writeback: of what is left of the cache,
/// dirty comes first, then writeback. `kernel` is slab and what follows; where it is not stated, so
/// is kOtherKernel not.
enum class ChargedPart {
  kAnon,
  kShmem,
  kDirty,
  kWriteback,
  kCleanCache,
  kCache,
  kSlabReclaimable,
  kSlabUnreclaimable,
  kKernelStacks,
  kPageTables,
  kPercpu,
  kVmalloc,
  kZswap,
  kOtherKernel,  ///< of what the kernel states as a whole
  kSock,
  kHugetlb,
  kUnaccounted,  ///< charged, and in no figure: see UnaccountedReason
};
[[nodiscard]] std::string_view ChargedPartName(
    ChargedPart part);  // "anon", "slab_reclaimable", ...

struct PartAmount {
  ChargedPart part = ChargedPart::kAnon;
  Bytes bytes;

  bool operator==(const PartAmount&) const = default;
};

/// What a cgroup was charged for. `parts` add up to `total`, always; one that is not stated is not
/// there, one that is stated as nothing is there with 0.
struct Breakdown {
  std::vector<PartAmount> parts;  ///< in the order of ChargedPart
  /// memory.current, or what the parts add up to where that is more (the two are read one after the
  /// other, and statistics lag) or where it is not known.
  Bytes total;
  std::optional<Bytes> current;  ///< as read
  std::optional<Bytes> mapped;   ///< pages of files that processes map: within cache and shmem
  bool kernel_stated = false;    ///< all of the kernel's memory is in the parts

  /// nullopt: not stated.
  [[nodiscard]] std::optional<Bytes> Of(ChargedPart part) const;
};

/// Why memory.current may be more than all that memory.stat states.
[[nodiscard]] std::string_view UnaccountedReason(const Breakdown& breakdown);

/// Pure. nullopt where the text is no statistics at all: `anon` (v1: rss) is not stated. `current`:
/// memory.current; on v1 memory.usage_in_bytes, with memory.kmem.usage_in_bytes as `kernel`.
[[nodiscard]] std::optional<Breakdown> BreakDown(const MemoryStat& stat,
                                                 std::optional<Bytes> current);
[[nodiscard]] std::optional<Breakdown> BreakDown(const MemoryStatV1& stat,
                                                 std::optional<Bytes> current,
                                                 std::optional<Bytes> kernel);
/// A sample of the timeline has the four large parts: its cache and its kernel are whole, and
/// sockets are in what is unaccounted.
[[nodiscard]] std::optional<Breakdown> BreakDown(const Sample& sample);

}  // namespace headroom
