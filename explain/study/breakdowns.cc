#include "explain/study/breakdowns.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "explain/inputs/citation.h"
#include "explain/study/printed_stat.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {
namespace {

/// v2 first: its keys are in no text of v1.
std::optional<Breakdown> FromText(const std::string& text, std::optional<Bytes> current) {
  const auto stat = ParseMemoryStat(text);
  if (stat && stat->anon) return BreakDown(*stat, current);
  const auto old = ParseMemoryStatV1(text);
  return old ? BreakDown(*old, current, std::nullopt) : std::nullopt;
}

std::optional<RecordedBreakdown> InFolder(const Case& the_case, const std::string& folder) {
  const std::string file = folder + "/memory.stat";
  const std::string* text = the_case.evidence().File(file);
  if (text == nullptr) return std::nullopt;
  auto breakdown = FromText(*text, BytesInFile(the_case.evidence(), folder + "/memory.current"));
  if (!breakdown) return std::nullopt;
  RecordedBreakdown recorded;
  recorded.cgroup = the_case.inputs.path();
  recorded.moment = BreakdownMoment::kClosed;
  recorded.breakdown = std::move(*breakdown);
  recorded.evidence = Cite(the_case.evidence(), file, "anon ");
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

void AddKill(const Case& the_case, std::vector<RecordedBreakdown>& all) {
  const OomEvent* event = the_case.event();
  const std::string* log = the_case.evidence().File("kernel/oom.log");
  if (event == nullptr || log == nullptr) return;
  const auto printed = FindPrintedStat(event->raw);
  if (!printed) return;
  const bool of_limit = event->oom_memcg == printed->cgroup;
  auto breakdown = FromText(printed->text, of_limit ? event->usage : std::nullopt);
  if (!breakdown) return;
  RecordedBreakdown recorded;
  recorded.cgroup = printed->cgroup;
  recorded.moment = BreakdownMoment::kKill;
  recorded.breakdown = std::move(*breakdown);
  recorded.evidence = fmt::format("kernel/oom.log:{}", LineOfRecord(*log, printed->first_record));
  all.push_back(std::move(recorded));
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
