#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "explain/inputs/citation.h"
#include "explain/study/map_growth.h"
#include "explain/study/victim_map.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"
#include "explain/words/worth.h"

namespace headroom {
namespace {

constexpr const char* kLabel = "held by";
constexpr std::size_t kMostGroups = 3;

/// Where the largest mapping of a group begins in the recorded text.
std::string CiteGroup(const Case& the_case, const std::string& file, const MappingGroup& group) {
  return Cite(the_case.evidence(), file,
              fmt::format("{:08x}-{:08x} ", group.largest_start, group.largest_end));
}

/// What else the group's figures say, where it is much of it.
std::string DetailText(const Case& the_case, const MappingGroup& group) {
  constexpr double kMuch = 0.5;
  std::string text;
  const Bytes huge = group.anon_huge_pages.value_or(Bytes{});
  if (Share(huge, group.Held()) >= kMuch) text += ", " + ToText(huge) + " in huge pages";
  const Bytes swapped = group.swap.value_or(Bytes{});
  if (IsWorthNaming(the_case, swapped)) text += ", " + ToText(swapped) + " more in swap";
  return text;
}

std::string GrowthText(const Case& the_case, const MappingGroup& group) {
  const auto apart = TimeBetweenMaps(the_case, *the_case.victim.pid);
  if (!apart) return "";
  const auto growth = GrowthOf(group, *the_case.inputs.earlier, *apart);
  return growth ? fmt::format(", +{}/s", ToText(*growth)) : "";
}

Statement AboutGroup(const Case& the_case, const std::string& file, const MappingGroup& group) {
  return {
      .label = kLabel,
      .text = fmt::format("{} of {}: {} in {}{}{}{}", Shown(group.name),
                          the_case.victim.comm.empty() ? "the victim" : Shown(the_case.victim.comm),
                          ToText(group.Held()), CountText(group.mappings, "mapping", "mappings"),
                          GrowthText(the_case, group), DetailText(the_case, group),
                          OldAgeText(SectionAge(the_case, file))),
      .evidence = CiteGroup(the_case, file, group)};
}

}  // namespace

std::vector<Statement> MappingStatements(const Case& the_case) {
  if (!the_case.victim.pid) return {};
  const auto map = FindMap(the_case, *the_case.victim.pid);
  if (!map) return {};
  if (!map->broken.empty()) {
    return {{.label = "note",
             .text = "the memory map of the victim could not be understood: " + Shown(map->broken),
             .evidence = map->file}};
  }
  std::vector<Statement> statements;
  for (std::size_t i = 0; i < std::min(map->groups.size(), kMostGroups); ++i) {
    if (!IsWorthNaming(the_case, map->groups[i].Held())) break;
    statements.push_back(AboutGroup(the_case, map->file, map->groups[i]));
  }
  return statements;
}

}  // namespace headroom
