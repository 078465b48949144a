#include "explain/study/forked.h"

#include <algorithm>

#include "explain/study/victim_map.h"

namespace headroom {
namespace {

/// A page or two may be shared for other reasons (KSM); an address space that was forked shares
/// more.
constexpr Bytes kShares = Kibibytes(64);

/// Unit of start_ticks: USER_HZ, 100 a second wherever containers run.
constexpr std::chrono::milliseconds kTick{10};

bool AreRelated(const ForkedProcess& left, const ForkedProcess& right) {
  if (left.id == right.id || left.comm != right.comm) return false;
  return left.parent == right.id.pid || right.parent == left.id.pid ||
         (left.parent > 1 && left.parent == right.parent);
}

bool HasRelative(const std::vector<ForkedProcess>& processes, const ForkedProcess& one) {
  return std::ranges::any_of(processes, [&](const ForkedProcess& other) {
    return other.shared_dirty >= kShares && AreRelated(one, other);
  });
}

void NotePair(const std::vector<const ForkedProcess*>& members, std::optional<BootTime> taken,
              Forked& forked) {
  if (members.size() != 2) return;
  const bool first_is_parent = members[1]->parent == members[0]->id.pid;
  if (!first_is_parent && members[0]->parent != members[1]->id.pid) return;
  const ForkedProcess& child = *members[first_is_parent ? 1 : 0];
  forked.parent = members[first_is_parent ? 0 : 1]->id.pid;
  forked.child = child.id.pid;
  constexpr std::uint64_t kLongest = std::uint64_t{1} << 40U;  // ticks; 348 years
  if (!taken || child.id.start_ticks > kLongest) return;
  const BootTime started = kTick * static_cast<std::int64_t>(child.id.start_ticks);
  if (started <= *taken) forked.child_age = *taken - started;
}

Forked FamilyOf(const std::vector<const ForkedProcess*>& members, std::optional<BootTime> taken) {
  Forked forked;
  forked.comm = members.front()->comm;
  forked.processes = members.size();
  Bytes most;
  for (const ForkedProcess* member : members) {
    forked.private_dirty = forked.private_dirty + member->private_dirty;
    forked.shared_dirty = std::max(forked.shared_dirty, member->shared_dirty);
    if (forked.first_pid == 0 || member->private_dirty > most) {
      forked.first_pid = member->id.pid;
      most = member->private_dirty;
    }
  }
  NotePair(members, taken, forked);
  return forked;
}

Bytes PrivateOf(const std::vector<const ForkedProcess*>& members) {
  Bytes sum;
  for (const ForkedProcess* member : members) sum = sum + member->private_dirty;
  return sum;
}

/// A text that was cut would show less than there was.
bool IsComplete(const Case& the_case, const std::string& section) {
  const ManifestRow* row = the_case.evidence().manifest.Find(section);
  return row == nullptr || row->outcome == Outcome::kComplete;
}

}  // namespace

std::optional<Forked> FindForked(const std::vector<ForkedProcess>& processes,
                                 std::optional<BootTime> taken) {
  std::vector<const ForkedProcess*> largest;
  for (const ForkedProcess& first : processes) {
    std::vector<const ForkedProcess*> members;
    for (const ForkedProcess& process : processes) {
      if (process.comm == first.comm && process.shared_dirty >= kShares &&
          HasRelative(processes, process)) {
        members.push_back(&process);
      }
    }
    if (members.size() >= 2 && PrivateOf(members) > PrivateOf(largest)) largest = members;
  }
  return largest.empty() ? std::nullopt : std::optional(FamilyOf(largest, taken));
}

std::vector<ForkedProcess> ProcessesWithMaps(const Case& the_case) {
  constexpr std::size_t kMost = 64;  // the photographer keeps 8; a bundle may come from anywhere
  std::vector<ForkedProcess> processes;
  if (!the_case.inputs.processes) return processes;
  for (const ProcessRow& row : the_case.inputs.processes->processes) {
    if (processes.size() == kMost) break;
    const auto map = FindMap(the_case, row.id.pid);
    if (!map || !map->broken.empty() || !IsComplete(the_case, map->file)) continue;
    ForkedProcess process{.id = row.id,
                          .parent = row.parent,
                          .comm = row.comm,
                          .private_dirty = {},
                          .shared_dirty = {}};
    for (const MappingGroup& group : map->groups) {
      if (!IsPrivateAnonymous(group)) continue;
      process.private_dirty = process.private_dirty + group.private_dirty.value_or(Bytes{});
      process.shared_dirty = process.shared_dirty + group.shared_dirty.value_or(Bytes{});
    }
    processes.push_back(std::move(process));
  }
  return processes;
}

}  // namespace headroom
