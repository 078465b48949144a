#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explain/study/case.h"
#include "kernel/proc/mapping_groups.h"

namespace headroom {

/// The memory map of a process, as it was recorded while it lived.
struct VictimMap {
  int pid = 0;
  std::string file;  ///< "before/smaps/4321"
  std::vector<MappingGroup> groups;
  std::string
      broken;  ///< why it could not be understood: then there are no groups; escape to print
};

/// That of the victim; where no report names one, that of the largest process whose map was
/// recorded. nullopt: none was.
[[nodiscard]] std::optional<VictimMap> FindVictimMap(const Case& the_case);
/// The same of any process.
[[nodiscard]] std::optional<VictimMap> FindMap(const Case& the_case, int pid);

/// Resident and private memory that no file is behind: what a fork copies when it is written.
[[nodiscard]] bool IsPrivateAnonymous(const MappingGroup& group);

/// What lies in the address space and what of it is memory.
struct AddressSpace {
  Bytes size;
  Bytes resident;
  Bytes locked;  ///< by mlock(2) and the like: can neither be swapped nor dropped
};
[[nodiscard]] AddressSpace AddressSpaceOf(const std::vector<MappingGroup>& groups);

}  // namespace headroom
