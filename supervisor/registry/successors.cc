#include "supervisor/registry/successors.h"

#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <utility>

#include "container/enrolment/generation_notes.h"

namespace headroom {
namespace {

/// Longer than the clock that file systems stamp with needs for a step (a jiffy, at most 10 ms).
constexpr std::chrono::nanoseconds kClockGrain = std::chrono::milliseconds(50);

std::string FolderOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::optional<WallTime> ChangedAt(const std::string& dir) {
  struct stat info{};
  if (stat(dir.c_str(), &info) != 0) return std::nullopt;
  return std::chrono::seconds(info.st_mtim.tv_sec) + std::chrono::nanoseconds(info.st_mtim.tv_nsec);
}

}  // namespace

/// What cannot be read is tried again the next time.
void Successors::Refresh() {
  const WallTime settled = NowWall() - kClockGrain;
  unchanged_since_.clear();
  const auto entries = registry_.List();
  if (!entries) return;
  const auto note = [&](const std::string& dir) {
    const auto changed = ChangedAt(dir);
    if (changed && *changed < settled) unchanged_since_.emplace(dir, *changed);
  };
  note(registry_.containers_dir());
  for (const RegistryDir::Entry& entry : *entries) note(FolderOf(entry.path));
  std::map<std::string, Known> present;
  for (const RegistryDir::Entry& entry : *entries) {
    if (auto known = known_.extract(entry.path)) {
      present.insert(std::move(known));
    } else if (auto read = registry_.Read(entry)) {
      present.emplace(entry.path,
                      Known{.entry = entry,
                            .cgroup = std::move(read->cgroup.path),
                            .boot_id = std::move(read->boot_id),
                            .enrolled = read->enrolled_boot,
                            .noted = GenerationNotes(registry_, entry).ReadSuperseded()});
    } else {
      unchanged_since_.clear();
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

bool Successors::IsCurrent(const Enrolment& enrolment) const {
  std::set<std::string> dirs{registry_.containers_dir(),
                             FolderOf(registry_.EntryOf(enrolment).path)};
  for (const auto& [path, other] : known_) {
    if (other.cgroup == enrolment.cgroup.path) dirs.insert(FolderOf(path));
  }
  return std::ranges::all_of(dirs, [&](const std::string& dir) {
    const auto seen = unchanged_since_.find(dir);
    return seen != unchanged_since_.end() && ChangedAt(dir) == seen->second;
  });
}

void Successors::RefreshFor(const Enrolment& enrolment) {
  const BootTime now = NowBoot();
  if (refreshed_at_ && now - *refreshed_at_ < may_lag_) return;
  if (IsCurrent(enrolment)) return;
  refreshed_at_ = now;
  Refresh();
}

std::optional<BootTime> Successors::SupersededAt(const Enrolment& enrolment) {
  RefreshFor(enrolment);
  const auto own = known_.find(registry_.EntryOf(enrolment).path);
  return NextAfter({.entry = {},
                    .cgroup = enrolment.cgroup.path,
                    .boot_id = enrolment.boot_id,
                    .enrolled = enrolment.enrolled_boot,
                    .noted = own == known_.end() ? std::nullopt : own->second.noted});
}

Status Successors::BeforeRemoval(const Enrolment& enrolment) {
  RefreshFor(enrolment);
  Status all;
  for (auto& [path, other] : known_) {
    if (other.cgroup != enrolment.cgroup.path || other.boot_id != enrolment.boot_id) continue;
    if (other.enrolled >= enrolment.enrolled_boot) continue;
    if (NextAfter(other) != enrolment.enrolled_boot || other.noted == enrolment.enrolled_boot) {
      continue;  // one that came before it is the next
    }
    if (auto noted =
            GenerationNotes(registry_, other.entry).NoteSuperseded(enrolment.enrolled_boot);
        noted) {
      other.noted = enrolment.enrolled_boot;
    } else if (noted.error().code != ErrorCode::kNotFound) {  // gone itself meanwhile
      all = std::move(noted);
    }
  }
  return all;
}

}  // namespace headroom
