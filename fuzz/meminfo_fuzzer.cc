#include "kernel/proc/meminfo.h"

#include "fuzz/fuzz.h"
#include "kernel/proc/kilobytes.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  constexpr Bytes kMost{std::uint64_t{1} << 62U};
  if (const auto amount = ParseKilobytes(text)) {
    Require(*amount <= kMost && amount->value % 1024 == 0);
  }
  const auto meminfo = ParseMeminfo(text);
  if (!meminfo) {
    Require(meminfo.error().code == ErrorCode::kMalformed);
    Require(meminfo.error().Message().find('\n') == std::string::npos);
    return;
  }
  for (const auto& amount : {meminfo->total, meminfo->free, meminfo->available, meminfo->swap_total,
                             meminfo->swap_free, meminfo->hugetlb}) {
    Require(!amount || (*amount <= kMost && amount->value % 1024 == 0));
  }
  // A line that is not there is no zero.
  Require(!meminfo->total || text.find("MemTotal:") != std::string_view::npos);
  Require(!meminfo->hugetlb || text.find("Hugetlb:") != std::string_view::npos);
}
