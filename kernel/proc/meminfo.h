#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "kernel/host_view.h"

namespace headroom {

/// The lines of /proc/meminfo that we go by (proc(5)). A line that this kernel does not print is
/// nullopt, not zero.
struct Meminfo {
  std::optional<Bytes> total;
  std::optional<Bytes> free;
  std::optional<Bytes> available;
  std::optional<Bytes> swap_total;
  std::optional<Bytes> swap_free;
  std::optional<Bytes> hugetlb;  ///< all pools of huge pages together (Linux 4.19)
};

/// Pure; unknown lines are skipped. kMalformed: one of ours without "N kB".
[[nodiscard]] Result<Meminfo> ParseMeminfo(std::string_view text);
[[nodiscard]] Result<Meminfo> ReadMeminfo(const HostView& host);

}  // namespace headroom
