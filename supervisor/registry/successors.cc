#include "supervisor/registry/successors.h"

#include <algorithm>
#include <utility>

namespace headroom {

/// What cannot be read is tried again the next time.
void Successors::Refresh() {
  const auto entries = registry_.List();
  if (!entries) return;
  std::map<std::string, Known> present;
  for (const RegistryDir::Entry& entry : *entries) {
    if (auto known = known_.extract(entry.path)) {
      present.insert(std::move(known));
    } else if (auto read = registry_.Read(entry)) {
      present.emplace(entry.path, Known{.cgroup = std::move(read->cgroup.path),
                                        .boot_id = std::move(read->boot_id),
                                        .enrolled = read->enrolled_boot});
    }
  }
  known_ = std::move(present);
}

std::optional<BootTime> Successors::SupersededAt(const Enrolment& enrolment) {
  Refresh();
  std::optional<BootTime> earliest;
  for (const auto& [path, other] : known_) {
    if (other.cgroup != enrolment.cgroup.path || other.boot_id != enrolment.boot_id) continue;
    if (other.enrolled <= enrolment.enrolled_boot) continue;
    earliest = std::min(earliest.value_or(BootTime::max()), other.enrolled);
  }
  return earliest;
}

}  // namespace headroom
