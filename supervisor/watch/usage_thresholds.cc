#include "supervisor/watch/usage_thresholds.h"

#include <cstdint>
#include <string>
#include <utility>

#include "kernel/cgroup/memory_v1.h"
#include "supervisor/loop/drain.h"

namespace headroom {
namespace {

constexpr std::uint64_t kPerCent[] = {90, 95, 98};

}  // namespace

std::vector<Bytes> ThresholdsOf(Bytes limit) {
  std::vector<Bytes> thresholds;
  // Divided first, as a limit may be any number; a per cent of it is more than a page here.
  for (const std::uint64_t share : kPerCent) thresholds.push_back({limit.value / 100 * share});
  return thresholds;
}

UsageThresholds UsageThresholds::Watch(EventLoop& loop, const CgroupDir& cgroup,
                                       const MemoryLimits& limits,
                                       const std::function<void()>& on_cross) {
  UsageThresholds thresholds;
  thresholds.limits_ = limits;
  if (!IsMemoryV1(cgroup)) return thresholds;
  const auto watch = [&](const std::string& file, Bytes limit) {
    for (const Bytes threshold : ThresholdsOf(limit)) {
      auto event = RegisterEventV1(cgroup, file, threshold);
      if (!event) return;
      auto source = loop.OnReady(event->get(), EPOLLIN, [fd = event->get(), on_cross](auto) {
        DrainEvent(fd);
        on_cross();
      });
      if (!source) return;
      thresholds.crossings_.push_back({std::move(*event), std::move(*source)});
    }
  };
  if (!limits.max || limits.max->unlimited()) return thresholds;
  const Bytes memory = limits.max->bytes();
  watch("memory.usage_in_bytes", memory);
  // Where both are the same, the second would say what the first has said.
  const bool has_swap = limits.swap_max && !limits.swap_max->unlimited();
  if (has_swap && limits.swap_max->bytes().value > 0) {
    watch("memory.memsw.usage_in_bytes", memory + limits.swap_max->bytes());
  }
  return thresholds;
}

}  // namespace headroom
