#include "capture/process_details.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "capture/section.h"
#include "kernel/proc/limits.h"
#include "kernel/proc/numa_maps.h"
#include "kernel/proc/process.h"
#include "kernel/proc/smaps.h"

namespace headroom {
namespace {

constexpr std::size_t kMostDetailed = 32;
constexpr std::size_t kMostWaiting = 32;
constexpr std::size_t kSmallFile = 65536;
constexpr std::size_t kLargestNumaMaps = 1U << 20U;
constexpr std::size_t kLongestWchan = 128;

void AddScore(const HostView& host, ProcessRow& row) {
  const auto text = ReadProcessValue(host, row.id.pid, "oom_score", kSmallFile);
  if (text) row.oom_score = ParseUint64(Trimmed(*text));
}

void AddLimits(const HostView& host, ProcessRow& row) {
  const auto text = ReadProcessValue(host, row.id.pid, "limits", kSmallFile);
  if (!text) return;
  const ProcessLimits limits = ParseProcessLimits(*text);
  row.limit_as = limits.address_space;
  row.limit_data = limits.data;
  row.limit_memlock = limits.memlock;
  row.limit_nofile = limits.files;
}

/// Only where it still waits: what it waited for before is over.
void AddWait(const HostView& host, ProcessRow& row) {
  const auto text = ReadProcessValue(host, row.id.pid, "wchan", kSmallFile);
  const auto now = ReadProcessStat(host, row.id.pid);
  if (!text || !now || now->id != row.id || now->state != 'D') return;
  const std::string_view name = Trimmed(*text);
  // "0": it runs again, or the kernel does not tell.
  if (name != "0") row.wchan = name.substr(0, kLongestWchan);
}

void AddNodes(const HostView& host, const LiveProcess& process, ProcessRow& row) {
  if (!HasManyNodes(process.status_text)) return;
  const auto text = ReadProcessFile(host, row.id.pid, "numa_maps", kLargestNumaMaps);
  if (!text) return;
  for (const auto& [node, bytes] : SumNumaMaps(*text)) {
    row.numa.push_back({.node = node, .bytes = bytes});
  }
}

}  // namespace

bool HasManyNodes(std::string_view status) {
  constexpr std::string_view kKey = "Mems_allowed_list:";
  while (const auto line = TakeLine(status)) {
    if (line->starts_with(kKey)) return line->find_first_of(",-") != std::string_view::npos;
  }
  return false;
}

void AddDetails(const HostView& host, LiveProcesses& live, SharedCensus& census, Nodes nodes,
                BootTime deadline) {
  std::size_t waiting = 0;
  for (std::size_t i = 0; i < live.processes.size() && NowBoot() <= deadline; ++i) {
    LiveProcess& process = live.processes[i];
    ProcessRow row = process.row;
    AddScore(host, row);
    if (i < kMostDetailed) {
      AddLimits(host, row);
      if (!row.fds) census.AddDescriptors(row, deadline);
    }
    if (i == 0 && nodes == Nodes::kOfLargest) AddNodes(host, process, row);
    if (row.state == "D" && ++waiting <= kMostWaiting) AddWait(host, row);
    if (IsNobodyElse(host, row.id)) process.row = std::move(row);
  }
}

void AddSmapsTotals(const std::string& smaps, bool complete, ProcessRow& row,
                    SharedCensus& census) {
  const auto parsed = ParseSmaps(smaps);
  if (!parsed) return;
  census.AddMappings(row, *parsed);
  if (!complete || parsed->truncated || parsed->mappings.empty()) return;
  Bytes pss;
  Bytes uss;
  Bytes swap_pss;
  for (const Mapping& mapping : parsed->mappings) {
    pss = pss + mapping.pss.value_or(Bytes{});
    uss = uss + mapping.private_clean.value_or(Bytes{}) + mapping.private_dirty.value_or(Bytes{});
    swap_pss = swap_pss + mapping.swap_pss.value_or(Bytes{});
  }
  const Mapping& first = parsed->mappings.front();
  if (first.pss) row.pss = pss;
  if (first.private_clean && first.private_dirty) row.uss = uss;
  if (first.swap_pss) row.swap_pss = swap_pss;
}

void AddRollupTotals(const std::string& rollup, ProcessRow& row) {
  const auto total = ParseSmapsRollup(rollup);
  if (!total) return;
  row.pss = total->pss;
  row.swap_pss = total->swap_pss;
  if (total->private_clean && total->private_dirty) {
    row.uss = *total->private_clean + *total->private_dirty;
  }
}

}  // namespace headroom
