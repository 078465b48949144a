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
      present.emplace(entry.path, Known{.entry = entry,
                                        .cgroup = std::move(read->cgroup.path),
                                        .boot_id = std::move(read->boot_id),
                                        .enrolled = read->enrolled_boot,
                                        .noted = registry_.Superseded(entry)});
    }
  }
  known_ = std::move(present);
}

std::optional<BootTime> Successors::NextAfter(const Known& known) const {
  std::optional<BootTime> earliest = known.noted;
  for (const auto& [path, other] : known_) {
    if (other.cgroup != known.cgroup || other.boot_id != known.boot_id) continue;
    if (other.enrolled <= known.enrolled) continue;
    earliest = std::min(earliest.value_or(BootTime::max()), other.enrolled);
  }
  return earliest;
}

std::optional<BootTime> Successors::SupersededAt(const Enrolment& enrolment) {
  Refresh();
  const auto own = known_.find(registry_.EntryOf(enrolment).path);
  return NextAfter({.entry = {},
                    .cgroup = enrolment.cgroup.path,
                    .boot_id = enrolment.boot_id,
                    .enrolled = enrolment.enrolled_boot,
                    .noted = own == known_.end() ? std::nullopt : own->second.noted});
}

Status Successors::BeforeRemoval(const Enrolment& enrolment) {
  Refresh();
  Status all;
  for (auto& [path, other] : known_) {
    if (other.cgroup != enrolment.cgroup.path || other.boot_id != enrolment.boot_id) continue;
    if (other.enrolled >= enrolment.enrolled_boot) continue;
    if (NextAfter(other) != enrolment.enrolled_boot || other.noted == enrolment.enrolled_boot) {
      continue;  // one that came before it is the next
    }
    if (auto noted = registry_.NoteSuperseded(other.entry, enrolment.enrolled_boot); noted) {
      other.noted = enrolment.enrolled_boot;
    } else {
      all = std::move(noted);
    }
  }
  return all;
}

}  // namespace headroom
