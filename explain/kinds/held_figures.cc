#include <algorithm>
#include <utility>

#include "base/text.h"
#include "explain/kinds/parts.h"
#include "explain/study/breakdowns.h"
#include "explain/study/victim_map.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr std::size_t kMostGroups = 16;

std::vector<BreakdownFigures> BreakdownsOf(const Case& the_case) {
  std::vector<BreakdownFigures> all;
  for (RecordedBreakdown& recorded : FindBreakdowns(the_case)) {
    all.push_back({.cgroup = EscapedForPeople(recorded.cgroup),
                   .when = std::string(BreakdownMomentName(recorded.moment)),
                   .breakdown = std::move(recorded.breakdown),
                   .evidence = std::move(recorded.evidence)});
  }
  return all;
}

std::optional<MappingFigures> MappingsOf(const Case& the_case) {
  auto map = FindVictimMap(the_case);
  if (!map || !map->broken.empty()) return std::nullopt;
  MappingFigures figures;
  figures.pid = map->pid;
  figures.evidence = map->file;
  figures.total = map->groups.size();
  map->groups.resize(std::min(map->groups.size(), kMostGroups));
  figures.groups = std::move(map->groups);
  for (MappingGroup& group : figures.groups) group.name = Shown(group.name);
  return figures;
}

}  // namespace

void AddHeldFigures(const Case& the_case, Verdict& verdict) {
  verdict.breakdown = BreakdownsOf(the_case);
  verdict.mappings = MappingsOf(the_case);
}

}  // namespace headroom
