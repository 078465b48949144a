#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// One mapping of /proc/PID/smaps (fs/proc/task_mmu.c). Absent lines are nullopt.
struct Mapping {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::string permissions;  ///< "rw-p"
  std::uint64_t inode = 0;  ///< of what is mapped; 0: nothing that has one
  std::string name;  ///< file, "[heap]", "[stack]", "[anon:...]", or empty; bytes, escape to print
  std::optional<Bytes> size;
  std::optional<Bytes> rss;
  std::optional<Bytes> pss;
  std::optional<Bytes> shared_clean;
  std::optional<Bytes> shared_dirty;
  std::optional<Bytes> private_clean;
  std::optional<Bytes> private_dirty;
  std::optional<Bytes> referenced;
  std::optional<Bytes> anonymous;
  std::optional<Bytes> anon_huge_pages;
  std::optional<Bytes> shared_hugetlb;   ///< pages of hugetlbfs are in no other figure: their Rss
  std::optional<Bytes> private_hugetlb;  ///< is 0
  std::optional<Bytes> swap;
  std::optional<Bytes> swap_pss;
  std::optional<Bytes> locked;
  bool is_hugetlb = false;  ///< VmFlags say so ("ht"); false where they are not stated

  /// Between its ends: what it takes of the address space.
  [[nodiscard]] Bytes Span() const { return Bytes{end} - Bytes{start}; }
};

/// What a text of /proc/PID/smaps said.
struct Smaps {
  std::vector<Mapping> mappings;
  /// The text ends inside a mapping, which lacks the "VmFlags:" line that ends every one. A process
  /// that dies while it is read mostly leaves a text that ends between two mappings, which no text
  /// can tell: look whether the process was still there after the read.
  bool truncated = false;

  [[nodiscard]] Bytes TotalRss() const;
};

/// Pure, linear, never throws. A cut at the end is not an error (`truncated`); a line in the middle
/// that is neither a mapping nor a "Key: N kB" is kMalformed. Unknown keys are skipped.
[[nodiscard]] Result<Smaps> ParseSmaps(std::string_view text);

/// The totals of /proc/PID/smaps_rollup, the same keys without mappings.
[[nodiscard]] Result<Mapping> ParseSmapsRollup(std::string_view text);

}  // namespace headroom
