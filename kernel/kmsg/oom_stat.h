#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace headroom {

/// What a report prints of the memory that a cgroup was charged for, those below it included. What
/// its text does not state is nullopt. shmem, dirty and writeback lie within `file`.
struct OomStat {
  std::string cgroup;         ///< bytes; escape to print
  std::optional<Bytes> anon;  ///< with its swap cache; "rss" before Linux 5.3
  std::optional<Bytes> file;  ///< shared memory and page cache; "cache" before Linux 5.3
  std::optional<Bytes> shmem;
  std::optional<Bytes> dirty;
  std::optional<Bytes> writeback;
  std::optional<Bytes> kernel;
  std::optional<Bytes> slab_reclaimable;  ///< of `kernel`
  std::optional<Bytes> zswap;             ///< of `kernel`: swapped pages, compressed (5.19)
  std::uint64_t sequence = 0;             ///< of the record where it begins

  /// Page cache that has to be written before it can be given back, and is no more than `file`.
  [[nodiscard]] std::optional<Bytes> Unwritten() const;
  bool operator==(const OomStat&) const = default;
};

/// Puts together the statistics of one report, from its records in order. Pure; takes hostile text:
/// paths in it were chosen by containers.
///
/// Linux 3.9 to 5.2 print "Memory cgroup stats for PATH: cache:0KB rss:4KB ..." for the cgroup
/// whose limit it is and one for each below, each without those below it
/// (mem_cgroup_print_oom_meminfo, mm/memcontrol.c): they are added up, and a figure that one of
/// them does not state is not stated. Since 5.3 it is memory.stat, "KEY BYTES" in lines, of the
/// whole below; until 6.4 in one record, which may be cut, so that the last line of it is not
/// believed.
class OomStatReader {
 public:
  void Take(std::string_view text, std::uint64_t sequence);
  /// nullopt: nothing was stated, or not of one cgroup.
  [[nodiscard]] std::optional<OomStat> Result() const;

 private:
  void TakeHeader(std::string_view path, std::uint64_t sequence);
  void TakeKilobytes(std::string_view path, std::string_view figures, std::uint64_t sequence);
  void TakeLines(std::string_view text);

  std::optional<OomStat> stat_;
  bool lines_follow_ = false;  ///< a header without figures was the last
  bool unclear_ = false;       ///< of two trees, or not to be told from what a path pretends
};

/// Whether `text` is one line of memory.stat: "KEY NUMBER".
[[nodiscard]] bool IsStatLine(std::string_view text);

}  // namespace headroom
