#include "explain/study/breakdowns.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "explain/inputs/citation.h"
#include "explain/study/printed_stat.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {
namespace {

/// v2 first: its keys are in no text of v1.
std::optional<Breakdown> FromText(const std::string& text, std::optional<Bytes> current,
                                  std::optional<Bytes> kernel = std::nullopt) {
  const auto stat = ParseMemoryStat(text);
  if (stat && stat->anon) return BreakDown(*stat, current);
  const auto old = ParseMemoryStatV1(text);
  return old ? BreakDown(*old, current, kernel) : std::nullopt;
}

std::optional<RecordedBreakdown> InFolder(const Case& the_case, const std::string& folder) {
  const std::string file = folder + "/memory.stat";
  const std::string* text = the_case.evidence().File(file);
  if (text == nullptr) return std::nullopt;
  const std::string* kernel = the_case.evidence().File(folder + "/" + kKernelUsageV1);
  const auto kernel_bytes = kernel == nullptr ? std::nullopt : ParseUint64(Trimmed(*kernel));
  auto breakdown = FromText(*text, BytesInFile(the_case.evidence(), folder + "/memory.current"),
                            kernel_bytes ? std::optional(Bytes{*kernel_bytes}) : std::nullopt);
  if (!breakdown) return std::nullopt;
  RecordedBreakdown recorded;
  recorded.cgroup = the_case.inputs.path();
  recorded.moment = BreakdownMoment::kClosed;
  recorded.breakdown = std::move(*breakdown);
  recorded.evidence =
      Cite(the_case.evidence(), file, IsMemoryStatV1(*text) ? "total_rss " : "anon ");
  return recorded;
}

void AddSnapshot(const Case& the_case, std::vector<RecordedBreakdown>& all) {
  auto recorded = InFolder(the_case, "before");
  if (!recorded) return;
  recorded->moment = BreakdownMoment::kSnapshot;
  const auto& snapshot = the_case.inputs.snapshot;
  if (snapshot && !snapshot->cgroup.empty()) recorded->cgroup = snapshot->cgroup;
  all.push_back(std::move(*recorded));
}

/// Before Linux 5.3 the statistics are no text of memory.stat.
std::optional<Breakdown> FromFigures(const OomStat& stat, std::optional<Bytes> current) {
  const MemoryStatV1 figures{.cache = stat.file,
                             .rss = stat.anon,
                             .shmem = stat.shmem,
                             .mapped_file = {},
                             .dirty = stat.dirty,
                             .writeback = stat.writeback,
                             .inactive_file = {}};
  return BreakDown(figures, current, stat.kernel);
}

std::optional<RecordedBreakdown> OfReport(const OomEvent& event, const std::string& log) {
  const auto usage_of = [&event](const std::string& cgroup) {
    return event.oom_memcg == cgroup ? event.usage : std::nullopt;
  };
  RecordedBreakdown recorded;
  recorded.moment = BreakdownMoment::kKill;
  std::optional<Breakdown> breakdown;
  std::uint64_t record = 0;
  if (const auto printed = FindPrintedStat(event.raw)) {
    breakdown = FromText(printed->text, usage_of(printed->cgroup));
    recorded.cgroup = printed->cgroup;
    record = printed->first_record;
  }
  if (!breakdown && event.stat) {
    breakdown = FromFigures(*event.stat, usage_of(event.stat->cgroup));
    recorded.cgroup = event.stat->cgroup;
    record = event.stat->sequence;
  }
  if (!breakdown) return std::nullopt;
  recorded.breakdown = std::move(*breakdown);
  recorded.evidence = fmt::format("kernel/oom.log:{}", LineOfRecord(log, record));
  return recorded;
}

void AddKill(const Case& the_case, std::vector<RecordedBreakdown>& all) {
  const OomEvent* event = the_case.event();
  const std::string* log = the_case.evidence().File("kernel/oom.log");
  if (event == nullptr || log == nullptr) return;
  if (auto recorded = OfReport(*event, *log)) all.push_back(std::move(*recorded));
}

/// "cgroup/ancestors/00-web.slice", the folder of the nth cgroup above; empty: not recorded.
std::string AncestorFolder(const Evidence& evidence, std::size_t number) {
  const std::string prefix = fmt::format("cgroup/ancestors/{:02}-", number);
  const auto file = evidence.files.lower_bound(prefix);
  if (file == evidence.files.end() || !file->first.starts_with(prefix)) return "";
  return file->first.substr(0, file->first.find('/', prefix.size()));
}

void AddAncestors(const Case& the_case, std::vector<RecordedBreakdown>& all) {
  std::size_t number = 0;
  for (const std::string& path : AncestorPaths(the_case.inputs.path())) {
    auto recorded = InFolder(the_case, AncestorFolder(the_case.evidence(), number++));
    if (!recorded) continue;
    recorded->cgroup = path;
    all.push_back(std::move(*recorded));
  }
}

}  // namespace

std::string_view BreakdownMomentName(BreakdownMoment moment) {
  switch (moment) {
    case BreakdownMoment::kSnapshot:
      return "snapshot";
    case BreakdownMoment::kKill:
      return "kill";
    case BreakdownMoment::kClosed:
      break;
  }
  return "closed";
}

std::vector<RecordedBreakdown> FindBreakdowns(const Case& the_case) {
  std::vector<RecordedBreakdown> all;
  AddSnapshot(the_case, all);
  AddKill(the_case, all);
  if (auto closed = InFolder(the_case, "cgroup")) all.push_back(std::move(*closed));
  AddAncestors(the_case, all);
  return all;
}

const RecordedBreakdown* FindAt(const std::vector<RecordedBreakdown>& all, BreakdownMoment moment) {
  const auto found = std::ranges::find(all, moment, &RecordedBreakdown::moment);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace headroom
