#include <algorithm>

#include "kernel/cgroup/memory_limits.h"
#include "kernel/proc/meminfo.h"
#include "supervisor/tripwire/wire.h"

namespace headroom {

SwapRoom ReadSwapRoom(const HostView& host, const CgroupDir& cgroup) {
  const auto meminfo = ReadMeminfo(host);
  if (!meminfo) return {};
  Bytes allowed = meminfo->swap_total.value_or(Bytes{});
  Bytes free = meminfo->swap_free.value_or(Bytes{});
  if (allowed.value == 0) return {};  // the common case costs one small read
  const auto narrow = [&](const CgroupDir& level) {
    const auto limits = ReadMemoryLimits(level);
    const auto limit = limits ? limits->swap_max : std::nullopt;
    if (!limit || limit->unlimited()) return;  // or no swap accounting at this level
    const auto used = ReadBytes(level, "memory.swap.current");
    if (!used) return;
    allowed = std::min(allowed, limit->bytes());
    free = std::min(free, limit->bytes() - *used);
  };
  narrow(cgroup);
  for (const std::string& path : AncestorPaths(cgroup.path())) {
    if (const auto level = CgroupDir::Open(host, path)) narrow(*level);
  }
  return {.free = free, .ample = allowed.value > 0 && free.value >= allowed.value / 10};
}

}  // namespace headroom
