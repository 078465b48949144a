#include "explain/study/filling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "explain/inputs/citation.h"
#include "explain/study/printed_stat.h"
#include "kernel/cgroup/memory_stat_v1.h"

namespace headroom {
namespace {

/// Kernels before 5.18 do not state the sum.
std::optional<Bytes> KernelMemory(const MemoryStat& stat) {
  if (stat.kernel) return *stat.kernel + stat.sock.value_or(Bytes{});
  std::optional<Bytes> sum;
  for (const auto& part : {stat.kernel_stack, stat.pagetables, stat.percpu, stat.vmalloc,
                           stat.slab_reclaimable, stat.slab_unreclaimable, stat.sock}) {
    if (part) sum = sum.value_or(Bytes{}) + *part;
  }
  return sum;
}

/// The line that says how much of it is anonymous.
std::string_view AnonKey(const Inputs& inputs) {
  const std::string* text = inputs.evidence.File("before/memory.stat");
  return text != nullptr && IsMemoryStatV1(*text) ? "total_rss " : "anon ";
}

/// Out of the kernel's memory, of which it is no more than `sum` states.
void TakeOutZswap(Filling& filling, std::optional<Bytes> zswap, std::optional<Bytes> sum) {
  if (!zswap || !sum || !filling.kernel) return;
  filling.zswap = std::min(*zswap, *sum);
  filling.kernel = *filling.kernel - *filling.zswap;
}

Filling FromStat(const MemoryStat& stat) {
  Filling filling;
  filling.anon = stat.anon;
  filling.shmem = stat.shmem;
  filling.kernel = KernelMemory(stat);
  TakeOutZswap(filling, stat.zswap, stat.kernel);
  filling.kernel_reclaimable = stat.slab_reclaimable;
  if (stat.file) filling.cache = *stat.file - stat.shmem.value_or(Bytes{});
  if (stat.file_dirty) filling.dirty = *stat.file_dirty + stat.file_writeback.value_or(Bytes{});
  return filling;
}

/// Before Linux 5.3 the statistics are no text of memory.stat; then the report's own figures.
std::optional<Filling> PrintedFilling(const std::string& log, const OomEvent& event,
                                      const std::string& cgroup) {
  const auto printed = FindPrintedStat(event.raw);
  const auto stat = ParseMemoryStat(printed ? printed->text : "");
  if (printed && stat && stat->anon) {
    if (printed->cgroup != cgroup) return std::nullopt;
    Filling filling = FromStat(*stat);
    filling.evidence = fmt::format("kernel/oom.log:{}", LineOfRecord(log, printed->first_record));
    return filling;
  }
  if (!event.stat || event.stat->cgroup != cgroup) return std::nullopt;
  Filling filling = FillingOf(*event.stat);
  filling.evidence = fmt::format("kernel/oom.log:{}", LineOfRecord(log, event.stat->sequence));
  return filling;
}

Bytes KernelPart(const Filling& filling) {
  return filling.kernel.value_or(Bytes{}) - filling.kernel_reclaimable.value_or(Bytes{});
}

/// Compressed pages are no more than what is in swap, whose slots they have. cgroup v1 does not
/// charge them.
bool MayBeOfZswap(const Inputs& inputs, const Sample& sample, Filling filling) {
  if (inputs.evidence.container.cgroup_version == CgroupVersion::kV1) return false;
  if (!filling.kernel || LargestPart(filling) != Part::kKernel) return false;
  filling.kernel = *filling.kernel - sample.swap.value_or(*filling.kernel);
  return LargestPart(filling) != Part::kKernel;
}

}  // namespace

Filling FillingOf(const OomStat& stat) {
  Filling filling;
  filling.anon = stat.anon;
  filling.shmem = stat.shmem;
  // What of kernel memory could be given back is needed to say what it held.
  if (stat.slab_reclaimable) {
    filling.kernel = stat.kernel;
    filling.kernel_reclaimable = stat.slab_reclaimable;
    TakeOutZswap(filling, stat.zswap, stat.kernel);
  }
  if (stat.file) filling.cache = *stat.file - stat.shmem.value_or(Bytes{});
  filling.dirty = stat.Unwritten();
  return filling;
}

std::optional<Filling> FillingInReport(const Inputs& inputs, const OomEvent* event,
                                       const LimitLevel& level) {
  const std::string* log = inputs.evidence.File("kernel/oom.log");
  if (event == nullptr || log == nullptr) return std::nullopt;
  auto filling = PrintedFilling(*log, *event, level.path);
  if (!filling) return std::nullopt;
  filling->cgroup = level.path;
  filling->limit = level.limit;
  filling->at_kill = true;
  return filling;
}

std::optional<Filling> FindFilling(const Inputs& inputs, const OomEvent* event,
                                   const LimitLevel& level) {
  if (!inputs.stat) return FillingInReport(inputs, event, level);
  Filling filling = FromStat(*inputs.stat);
  filling.cgroup = inputs.path();
  filling.limit = OwnLimit(inputs);
  if (inputs.snapshot && !inputs.snapshot->cgroup.empty()) {
    filling.cgroup = inputs.snapshot->cgroup;
    if (inputs.snapshot->memory_max) filling.limit = inputs.snapshot->memory_max;
  }
  filling.evidence = Cite(inputs.evidence, "before/memory.stat", AnonKey(inputs));
  return filling;
}

std::optional<Filling> FillingInTimeline(const Inputs& inputs) {
  if (!inputs.timeline) return std::nullopt;
  const auto& samples = inputs.timeline->samples;
  const auto last = std::find_if(samples.rbegin(), samples.rend(),
                                 [](const Sample& sample) { return sample.anon && sample.shmem; });
  if (last == samples.rend()) return std::nullopt;
  Filling filling;
  filling.anon = last->anon;
  filling.shmem = last->shmem;
  filling.kernel = last->kernel;
  if (MayBeOfZswap(inputs, *last, filling)) return std::nullopt;
  filling.cgroup = inputs.path();
  filling.evidence =
      Cite(inputs.evidence, "timeline.json", "\"boot_ns\": " + std::to_string(last->at.count()));
  return filling;
}

Bytes NotReclaimable(const Filling& filling) {
  return filling.anon.value_or(Bytes{}) + filling.zswap.value_or(Bytes{}) +
         filling.shmem.value_or(Bytes{}) + KernelPart(filling) + filling.dirty.value_or(Bytes{});
}

std::optional<Part> LargestPart(const Filling& filling) {
  if (!filling.anon) return std::nullopt;
  const std::array<std::pair<Bytes, Part>, 4> parts = {
      {{*filling.anon + filling.zswap.value_or(Bytes{}), Part::kAnon},
       {filling.shmem.value_or(Bytes{}), Part::kShmem},
       {KernelPart(filling), Part::kKernel},
       {filling.dirty.value_or(Bytes{}), Part::kDirty}}};
  const auto largest = std::max_element(
      parts.begin(), parts.end(),
      [](const auto& left, const auto& right) { return left.first < right.first; });
  if (largest->first.value == 0) return std::nullopt;
  return largest->second;
}

}  // namespace headroom
