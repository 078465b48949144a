#include "explain/study/filling.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "explain/inputs/citation.h"
#include "kernel/kmsg/record.h"

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

Filling FromStat(const MemoryStat& stat) {
  Filling filling;
  filling.anon = stat.anon;
  filling.shmem = stat.shmem;
  filling.kernel = KernelMemory(stat);
  filling.kernel_reclaimable = stat.slab_reclaimable;
  if (stat.file) filling.cache = *stat.file - stat.shmem.value_or(Bytes{});
  if (stat.file_dirty) filling.dirty = *stat.file_dirty + stat.file_writeback.value_or(Bytes{});
  return filling;
}

Bytes KernelPart(const Filling& filling) {
  return filling.kernel.value_or(Bytes{}) - filling.kernel_reclaimable.value_or(Bytes{});
}

/// The memory.stat that a report carries, and the record where it begins.
struct PrintedStat {
  std::string cgroup;
  std::string text;
  std::uint64_t first_record = 0;
};

/// "anon 123", one or many to a record: until 6.4 the kernel prints all in one, which it may have
/// cut at the end, so that the last number there is not believed.
void AppendStatLines(std::string_view record, std::string& text) {
  const bool many = record.find('\n') != std::string_view::npos;
  if (many) record = record.substr(0, record.rfind('\n'));
  text += record;
  text += '\n';
}

std::optional<PrintedStat> FindPrintedStat(std::string_view raw) {
  constexpr std::string_view kHeader = "Memory cgroup stats for ";
  std::optional<PrintedStat> found;
  while (const auto line = TakeLine(raw)) {
    const auto record = ParseKmsgRecord(*line);
    if (!record) continue;
    std::string_view text = record->text;
    if (text.starts_with(kHeader)) {
      text.remove_prefix(kHeader.size());
      if (text.ends_with(':')) text.remove_suffix(1);
      found = PrintedStat{std::string(text), "", record->sequence};
    } else if (found && text.starts_with("Tasks state")) {
      break;
    } else if (found && Words(text.substr(0, text.find('\n'))).size() == 2) {
      AppendStatLines(text, found->text);
    }
  }
  return found;
}

}  // namespace

std::optional<Filling> FillingInReport(const Inputs& inputs, const OomEvent* event,
                                       const LimitLevel& level) {
  const std::string* log = inputs.evidence.File("kernel/oom.log");
  if (event == nullptr || log == nullptr) return std::nullopt;
  const auto printed = FindPrintedStat(event->raw);
  if (!printed || printed->cgroup != level.path) return std::nullopt;
  const auto stat = ParseMemoryStat(printed->text);
  if (!stat || !stat->anon) return std::nullopt;
  Filling filling = FromStat(*stat);
  filling.cgroup = level.path;
  filling.limit = level.limit;
  filling.at_kill = true;
  const std::size_t line = LineOfRecord(*log, printed->first_record);
  filling.evidence = "kernel/oom.log:" + std::to_string(line);
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
  filling.evidence = Cite(inputs.evidence, "before/memory.stat", "anon ");
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
  filling.cgroup = inputs.path();
  filling.evidence =
      Cite(inputs.evidence, "timeline.json", "\"boot_ns\": " + std::to_string(last->at.count()));
  return filling;
}

Bytes NotReclaimable(const Filling& filling) {
  return filling.anon.value_or(Bytes{}) + filling.shmem.value_or(Bytes{}) + KernelPart(filling) +
         filling.dirty.value_or(Bytes{});
}

std::optional<Part> LargestPart(const Filling& filling) {
  if (!filling.anon) return std::nullopt;
  const std::array<std::pair<Bytes, Part>, 4> parts = {
      {{*filling.anon, Part::kAnon},
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
