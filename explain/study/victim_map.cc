#include "explain/study/victim_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace headroom {

std::optional<VictimMap> FindMap(const Case& the_case, int pid) {
  VictimMap map;
  map.pid = pid;
  map.file = fmt::format("before/smaps/{}", pid);
  const std::string* text = the_case.evidence().File(map.file);
  if (text == nullptr) return std::nullopt;
  auto groups = GroupMappings(std::string_view(*text));
  if (groups) {
    map.groups = std::move(*groups);
  } else {
    map.broken = groups.error().Message();
  }
  return map;
}

std::optional<VictimMap> FindVictimMap(const Case& the_case) {
  if (the_case.victim.pid) return FindMap(the_case, *the_case.victim.pid);
  if (!the_case.inputs.processes) return std::nullopt;
  // Largest first, as the kernel would choose.
  for (const ProcessRow& row : the_case.inputs.processes->processes) {
    if (auto map = FindMap(the_case, row.id.pid)) return map;
  }
  return std::nullopt;
}

bool IsPrivateAnonymous(const MappingGroup& group) {
  switch (group.kind) {
    case MappingKind::kHeap:
    case MappingKind::kAnonymous:
    case MappingKind::kNamedAnonymous:
    case MappingKind::kArena:
    case MappingKind::kGuarded:
    case MappingKind::kStack:
      return group.sharing == Sharing::kPrivate;
    default:
      return false;
  }
}

AddressSpace AddressSpaceOf(const std::vector<MappingGroup>& groups) {
  AddressSpace space;
  for (const MappingGroup& group : groups) {
    space.size = space.size + group.size;
    space.resident = space.resident + group.Held();
    space.locked = space.locked + group.locked.value_or(Bytes{});
  }
  return space;
}

}  // namespace headroom
