#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace headroom {

/// Single lines of the Mem-Info block that the kernel prints when the host itself, or the memory
/// nodes that a process may use, ran out (lib/show_mem.c, mm/page_alloc.c before 6.4). A report at
/// the limit of a cgroup has none. Each parser is pure, anchored at the start of the record, and
/// nullopt for any other text.

/// "Node 0 DMA32 free:1234kB ... min:44kB ...": a zone and what is left of it. What the line does
/// not state is nullopt.
struct OomZone {
  std::uint64_t node = 0;
  std::string name;
  std::optional<Bytes> free;
  std::optional<Bytes> min;  ///< kept for allocations that may not fail
};
[[nodiscard]] std::optional<OomZone> ParseZoneLine(std::string_view text);

/// "Node 0 DMA32: 5*4kB (UE) 3*8kB (M) ... = 44kB": free memory of a zone by the size of its
/// pieces, smallest first.
struct OomPieces {
  struct Size {
    std::uint64_t count = 0;
    Bytes each;
  };
  std::uint64_t node = 0;
  std::string name;
  std::vector<Size> sizes;  ///< at most 32
};
[[nodiscard]] std::optional<OomPieces> ParsePiecesLine(std::string_view text);

/// "Free swap  = 0kB" and "Total swap = 2097148kB"; `what` is "Free" or "Total".
[[nodiscard]] std::optional<Bytes> ParseSwapLine(std::string_view text, std::string_view what);

/// "Node 0 hugepages_total=8 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB".
struct OomHugePages {
  std::uint64_t node = 0;
  std::uint64_t total = 0;  ///< pages
  std::uint64_t free = 0;
  Bytes each;
};
[[nodiscard]] std::optional<OomHugePages> ParseHugePagesLine(std::string_view text);

/// The nodes that an allocation was bound to: "oom-kill:constraint=C,nodemask=M,cpuset=NAME,
/// mems_allowed=A,global_oom,...". Lists as the kernel prints them ("0-1,4"); empty: not stated, or
/// the name of the cpuset makes it unclear.
struct OomNodes {
  std::string policy;  ///< nodemask
  std::string cpuset;  ///< mems_allowed
};
[[nodiscard]] std::optional<OomNodes> ParseNodes(std::string_view text);

}  // namespace headroom
