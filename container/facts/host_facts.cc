#include "container/facts/host_facts.h"

#include "kernel/proc/dirty_sysctls.h"
#include "kernel/proc/meminfo.h"

namespace headroom {

HostFacts CollectHost(const HostView& host) {
  const Meminfo meminfo = ReadMeminfo(host).value_or(Meminfo{});
  const DirtySysctls dirty = ReadDirtySysctls(host);
  return {.memory_total = meminfo.total,
          .swap_total = meminfo.swap_total,
          .hugetlb_total = meminfo.hugetlb,
          .dirty_bytes = dirty.hard.bytes,
          .dirty_background_bytes = dirty.background.bytes,
          .dirty_ratio = dirty.hard.ratio,
          .dirty_background_ratio = dirty.background.ratio};
}

}  // namespace headroom
