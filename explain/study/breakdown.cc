#include "explain/study/breakdown.h"

#include <algorithm>
#include <array>

namespace headroom {
namespace {

struct StatedPart {
  ChargedPart part;
  std::optional<Bytes> bytes;
};

/// Puts parts on a list. Amounts of one text need not fit into one another, as the kernel counts
/// each for itself: what does not fit is cut.
class Divider {
 public:
  explicit Divider(Breakdown& breakdown) : breakdown_(breakdown) {}

  void Add(ChargedPart part, std::optional<Bytes> bytes) {
    if (!bytes) return;
    breakdown_.parts.push_back({part, *bytes});
    breakdown_.total = breakdown_.total + *bytes;
  }

  /// `whole` into what is stated of it, and `rest`.
  template <std::size_t count>
  void Divide(Bytes whole, const std::array<StatedPart, count>& parts, ChargedPart rest) {
    for (const StatedPart& stated : parts) {
      if (!stated.bytes) continue;
      const Bytes fits = std::min(*stated.bytes, whole);
      Add(stated.part, fits);
      whole = whole - fits;
    }
    Add(rest, whole);
  }

  /// What is charged beyond all of them.
  void Close(std::optional<Bytes> current) {
    breakdown_.current = current;
    if (current) Add(ChargedPart::kUnaccounted, *current - breakdown_.total);
  }

 private:
  Breakdown& breakdown_;
};

/// Cache without shmem. Whether it is clean is only known where both others are stated.
void AddCache(Divider& divider, Bytes cache, std::optional<Bytes> dirty,
              std::optional<Bytes> writeback) {
  if (!dirty || !writeback) return divider.Add(ChargedPart::kCache, cache);
  divider.Divide(cache,
                 std::array{StatedPart{ChargedPart::kDirty, dirty},
                            StatedPart{ChargedPart::kWriteback, writeback}},
                 ChargedPart::kCleanCache);
}

/// Without a figure for shmem nobody knows how much of `file` is cache: then it is all called so.
void AddFile(Divider& divider, std::optional<Bytes> file, std::optional<Bytes> shmem,
             std::optional<Bytes> dirty, std::optional<Bytes> writeback) {
  if (!file) return divider.Add(ChargedPart::kShmem, shmem);
  if (!shmem) return divider.Add(ChargedPart::kCache, file);
  const Bytes fits = std::min(*shmem, *file);
  divider.Add(ChargedPart::kShmem, fits);
  AddCache(divider, *file - fits, dirty, writeback);
}

std::array<StatedPart, 7> KernelParts(const MemoryStat& stat) {
  return {{{ChargedPart::kSlabReclaimable, stat.slab_reclaimable},
           {ChargedPart::kSlabUnreclaimable, stat.slab_unreclaimable},
           {ChargedPart::kKernelStacks, stat.kernel_stack},
           {ChargedPart::kPageTables, stat.pagetables},
           {ChargedPart::kPercpu, stat.percpu},
           {ChargedPart::kVmalloc, stat.vmalloc},
           {ChargedPart::kZswap, stat.zswap}}};
}

void AddKernel(Divider& divider, const MemoryStat& stat) {
  const auto parts = KernelParts(stat);
  if (stat.kernel) return divider.Divide(*stat.kernel, parts, ChargedPart::kOtherKernel);
  for (const StatedPart& stated : parts) divider.Add(stated.part, stated.bytes);
}

}  // namespace

std::string_view ChargedPartName(ChargedPart part) {
  switch (part) {
    case ChargedPart::kAnon:
      return "anon";
    case ChargedPart::kShmem:
      return "shmem";
    case ChargedPart::kDirty:
      return "dirty_cache";
    case ChargedPart::kWriteback:
      return "writeback_cache";
    case ChargedPart::kCleanCache:
      return "clean_cache";
    case ChargedPart::kCache:
      return "cache";
    case ChargedPart::kSlabReclaimable:
      return "slab_reclaimable";
    case ChargedPart::kSlabUnreclaimable:
      return "slab_unreclaimable";
    case ChargedPart::kKernelStacks:
      return "kernel_stacks";
    case ChargedPart::kPageTables:
      return "page_tables";
    case ChargedPart::kPercpu:
      return "percpu";
    case ChargedPart::kVmalloc:
      return "vmalloc";
    case ChargedPart::kZswap:
      return "zswap";
    case ChargedPart::kOtherKernel:
      return "other_kernel";
    case ChargedPart::kSock:
      return "sock";
    case ChargedPart::kHugetlb:
      return "hugetlb";
    case ChargedPart::kUnaccounted:
      break;
  }
  return "unaccounted";
}

std::optional<Bytes> Breakdown::Of(ChargedPart part) const {
  const auto found = std::ranges::find(parts, part, &PartAmount::part);
  return found == parts.end() ? std::nullopt : std::optional(found->bytes);
}

std::string_view UnaccountedReason(const Breakdown& breakdown) {
  return breakdown.kernel_stated
             ? "pages that the kernel keeps ready for each processor, and statistics that lag"
             : "kernel memory that this kernel does not state, and statistics that lag";
}

std::optional<Breakdown> BreakDown(const MemoryStat& stat, std::optional<Bytes> current) {
  if (!stat.anon) return std::nullopt;
  Breakdown breakdown;
  breakdown.mapped = stat.file_mapped;
  breakdown.kernel_stated = stat.kernel.has_value();
  Divider divider(breakdown);
  divider.Add(ChargedPart::kAnon, stat.anon);
  AddFile(divider, stat.file, stat.shmem, stat.file_dirty, stat.file_writeback);
  AddKernel(divider, stat);
  divider.Add(ChargedPart::kSock, stat.sock);
  divider.Add(ChargedPart::kHugetlb, stat.hugetlb);
  divider.Close(current);
  return breakdown;
}

std::optional<Breakdown> BreakDown(const MemoryStatV1& stat, std::optional<Bytes> current,
                                   std::optional<Bytes> kernel) {
  if (!stat.rss) return std::nullopt;
  Breakdown breakdown;
  breakdown.mapped = stat.mapped_file;
  breakdown.kernel_stated = kernel.has_value();
  Divider divider(breakdown);
  divider.Add(ChargedPart::kAnon, stat.rss);
  AddFile(divider, stat.cache, stat.shmem, stat.dirty, stat.writeback);
  divider.Add(ChargedPart::kOtherKernel, kernel);
  divider.Close(current);
  return breakdown;
}

std::optional<Breakdown> BreakDown(const Sample& sample) {
  MemoryStat stat;
  stat.anon = sample.anon;
  stat.file = sample.file;
  stat.shmem = sample.shmem;
  stat.kernel = sample.kernel;
  return BreakDown(stat, sample.current);
}

}  // namespace headroom
