#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "kernel/proc/smaps.h"

namespace headroom {

/// What the memory of a mapping is, as far as its line of /proc/PID/smaps and the lines beside it
/// tell.
enum class MappingKind {
  kHeap,            ///< the area that brk(2) grows
  kAnonymous,       ///< private, without a file
  kNamedAnonymous,  ///< the same with a name: prctl(PR_SET_VMA_ANON_NAME), Linux 5.17
  kArena,           ///< a thread's heap of glibc's malloc: starts at a multiple of 64 MiB, and what
                    ///< it has not opened yet reaches to the next one
  kGuarded,         ///< anonymous right above a small inaccessible mapping, as the stacks of
                    ///< threads are; nothing says what else is kept so
  kStack,           ///< of the first thread
  kReserved,        ///< anonymous that may not be accessed: address space, not memory
  kFile,            ///< of a file, also of one that is deleted
  kShmFile,         ///< a file below /dev/shm
  kMemfd,           ///< memfd_create(2)
  kSysV,            ///< a segment of shmget(2)
  kSharedAnonymous,  ///< mmap(MAP_SHARED | MAP_ANONYMOUS), which the kernel calls /dev/zero
  kHugetlb,          ///< pages of hugetlbfs, whatever the name
  kKernel,           ///< "[vdso]" and the like
};
[[nodiscard]] std::string_view MappingKindName(MappingKind kind);  // "heap", "file", ...
[[nodiscard]] std::optional<MappingKind> ParseMappingKind(std::string_view name);

/// Whether what is written is seen by others that map the same.
enum class Sharing { kPrivate, kShared };

/// Mappings of one kind and name, added up. A figure is nullopt when no mapping of the group states
/// it, which is not zero.
struct MappingGroup {
  MappingKind kind = MappingKind::kAnonymous;
  Sharing sharing = Sharing::kPrivate;
  /// For people: "heap", "anonymous", "anonymous [name]", a path, "memfd:x (deleted)", "SysV shared
  /// memory 0x...". Bytes, escape to print.
  std::string name;
  std::uint64_t mappings = 0;
  Bytes size;  ///< address space
  Bytes rss;   ///< resident; pages of hugetlbfs are not in it (the kernel's rule) but below
  std::optional<Bytes> pss;
  std::optional<Bytes> private_dirty;
  std::optional<Bytes> shared_dirty;
  std::optional<Bytes> referenced;
  std::optional<Bytes> anon_huge_pages;  ///< transparent huge pages, within rss
  std::optional<Bytes> hugetlb;          ///< pages of hugetlbfs, shared and private
  std::optional<Bytes> swap;
  std::optional<Bytes> locked;
  std::uint64_t largest_start = 0;  ///< of the mapping with the most resident memory
  std::uint64_t largest_end = 0;
  Bytes largest_rss;

  /// Resident, with pages of hugetlbfs.
  [[nodiscard]] Bytes Held() const { return rss + hugetlb.value_or(Bytes{}); }
};

/// Mappings added up by kind, name and sharing; what holds most first. Pure; as many groups as
/// there are names.
[[nodiscard]] std::vector<MappingGroup> GroupMappings(const Smaps& smaps);

/// The same from the text of /proc/PID/smaps. Errors as ParseSmaps.
[[nodiscard]] Result<std::vector<MappingGroup>> GroupMappings(std::string_view smaps);

}  // namespace headroom
