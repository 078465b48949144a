#include "explain/print/held_json.h"

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

using nlohmann::json;

json AmountOrNull(const std::optional<Bytes>& bytes) {
  return bytes ? json(bytes->value) : json(nullptr);
}

json BreakdownToJson(const BreakdownFigures& figures) {
  json parts = json::object();
  for (const PartAmount& part : figures.breakdown.parts) {
    parts[std::string(ChargedPartName(part.part))] = part.bytes.value;
  }
  return {{"cgroup", figures.cgroup},
          {"when", figures.when},
          {"total", figures.breakdown.total.value},
          {"current", AmountOrNull(figures.breakdown.current)},
          {"mapped", AmountOrNull(figures.breakdown.mapped)},
          {"parts", std::move(parts)},
          {"evidence", figures.evidence}};
}

json GroupToJson(const MappingGroup& group) {
  return {{"kind", MappingKindName(group.kind)},
          {"name", group.name},
          {"shared", group.sharing == Sharing::kShared},
          {"mappings", group.mappings},
          {"size", group.size.value},
          {"rss", group.rss.value},
          {"pss", AmountOrNull(group.pss)},
          {"private_dirty", AmountOrNull(group.private_dirty)},
          {"swap", AmountOrNull(group.swap)},
          {"anon_huge_pages", AmountOrNull(group.anon_huge_pages)},
          {"hugetlb", AmountOrNull(group.hugetlb)},
          {"locked", AmountOrNull(group.locked)}};
}

}  // namespace

json BreakdownsToJson(const std::vector<BreakdownFigures>& breakdowns) {
  json rows = json::array();
  for (const BreakdownFigures& figures : breakdowns) rows.push_back(BreakdownToJson(figures));
  return rows;
}

json MappingsToJson(const std::optional<MappingFigures>& mappings) {
  if (!mappings) return nullptr;
  json groups = json::array();
  for (const MappingGroup& group : mappings->groups) groups.push_back(GroupToJson(group));
  return {{"pid", mappings->pid},
          {"evidence", mappings->evidence},
          {"total", mappings->total},
          {"groups", std::move(groups)}};
}

}  // namespace headroom
