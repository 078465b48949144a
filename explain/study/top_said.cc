#include "explain/study/top_said.h"

#include "explain/study/breakdown.h"

namespace headroom {
namespace {

/// Whose figure leaves inactive_file out: the docker client's on cgroup v2, and the working set of
/// the kubelet. Others show memory.current, or differ by version.
std::string EngineTool(const Case& the_case) {
  if (the_case.inputs.path().find("kubepods") != std::string::npos) return "kubectl top";
  return the_case.container().engine == "docker" ? "docker stats" : "";
}

/// The figures are of the cgroup of the snapshot, which may be one inside the container.
bool IsOfContainer(const Case& the_case) {
  const auto& snapshot = the_case.inputs.snapshot;
  return !snapshot || snapshot->cgroup.empty() || snapshot->cgroup == the_case.inputs.path();
}

Bytes SumOf(const Breakdown& breakdown, std::initializer_list<ChargedPart> parts) {
  Bytes sum;
  for (const ChargedPart part : parts) sum = sum + breakdown.Of(part).value_or(Bytes{});
  return sum;
}

void AddParts(const Breakdown& breakdown, TopSaid& said) {
  using enum ChargedPart;
  said.shmem = SumOf(breakdown, {kShmem});
  said.cache = SumOf(breakdown, {kDirty, kWriteback, kCleanCache, kCache});
  said.kernel = SumOf(breakdown, {kSlabReclaimable, kSlabUnreclaimable, kKernelStacks, kPageTables,
                                  kPercpu, kVmalloc, kZswap, kOtherKernel, kSock});
}

void AddEngine(const Case& the_case, TopSaid& said) {
  const auto inactive = the_case.inputs.stat->inactive_file;
  said.engine_tool = EngineTool(the_case);
  if (said.engine_tool.empty() || !inactive || !IsOfContainer(the_case)) return;
  said.inactive_cache = *inactive;
  said.engine = said.charged - *inactive;
}

}  // namespace

std::optional<Bytes> SumOfRss(const ProcessTable& table) {
  if (table.truncated || table.total != table.processes.size()) return std::nullopt;
  Bytes sum;
  for (const ProcessRow& row : table.processes) {
    const bool dead = row.state == "Z" || row.state == "X";
    if (!row.rss && !dead) return std::nullopt;
    sum = sum + row.rss.value_or(Bytes{});
  }
  return sum;
}

std::optional<TopSaid> FindTopSaid(const Case& the_case) {
  const auto current = BytesInFile(the_case.evidence(), "before/memory.current");
  const auto& stat = the_case.inputs.stat;
  if (!current || !stat) return std::nullopt;
  const auto breakdown = BreakDown(*stat, current);
  if (!breakdown) return std::nullopt;
  TopSaid said;
  said.charged = *current;
  if (the_case.inputs.processes) said.in_processes = SumOfRss(*the_case.inputs.processes);
  AddParts(*breakdown, said);
  AddEngine(the_case, said);
  return said;
}

}  // namespace headroom
