#include "supervisor/registry/sibling_kills.h"

#include <algorithm>
#include <utility>

#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

void SiblingKills::Join(Member member) {
  for (const std::string& level : member.levels) levels_[level].members.insert(member.generation);
  const std::string generation = member.generation;
  members_.insert_or_assign(generation, std::move(member));
}

void SiblingKills::Leave(const std::string& generation) {
  const auto found = members_.find(generation);
  if (found == members_.end()) return;
  for (const std::string& path : found->second.levels) {
    const auto level = levels_.find(path);
    if (level == levels_.end()) continue;
    level->second.members.erase(generation);
    if (level->second.members.empty()) levels_.erase(level);
  }
  gone_.erase(generation);
  members_.erase(found);
}

void SiblingKills::Seen(const std::string& path, std::uint64_t count, BootTime now) {
  const auto found = levels_.find(path);
  if (found == levels_.end()) return;
  Level& level = found->second;
  if (level.since == BootTime{}) {
    level.base = level.seen = count;
    level.since = now;
  }
  level.seen = std::max(level.seen, count);
}

bool SiblingKills::HasSeen(const std::string& path) const {
  const auto found = levels_.find(path);
  return found != levels_.end() && found->second.since != BootTime{};
}

/// The counter of a container that another one lies in counts the other's as well, so that a level
/// above both has it once and both of them have it.
bool SiblingKills::IsInsideAnother(const Member& member, const Level& level) const {
  return std::ranges::any_of(level.members, [&](const std::string& generation) {
    const std::string& other = members_.at(generation).cgroup;
    return other != member.cgroup && IsSameOrBelow(member.cgroup, other);
  });
}

void SiblingKills::Attribute(const std::string& generation, std::uint64_t kills) {
  const auto member = members_.find(generation);
  if (member == members_.end()) return;
  for (const std::string& path : member->second.levels) {
    Level& level = levels_.at(path);
    if (!IsInsideAnother(member->second, level)) level.attributed += kills;
  }
}

void SiblingKills::OnGone(const std::string& generation, BootTime now) {
  if (members_.contains(generation)) gone_.emplace(generation, now);
}

bool SiblingKills::AnyGone(const Level& level) const {
  return std::ranges::any_of(
      level.members, [&](const std::string& generation) { return gone_.contains(generation); });
}

void SiblingKills::Balance(const std::string& path, BootTime now) {
  const auto found = levels_.find(path);
  if (found == levels_.end() || found->second.since == BootTime{}) return;
  Level& level = found->second;
  std::erase_if(gone_, [&](const auto& entry) { return now - entry.second > kLongest; });
  if (AnyGone(level) || level.seen - level.base <= level.attributed) return;
  // Only what is left over: a member may have counted a kill that the level was not read for yet.
  level.base = level.seen - level.attributed;
  level.since = now;
}

std::set<std::string> SiblingKills::CgroupsOf(const Level& level) const {
  std::set<std::string> cgroups;
  for (const std::string& generation : level.members) {
    cgroups.insert(members_.at(generation).cgroup);
  }
  return cgroups;
}

std::vector<std::string> SiblingKills::GoneOf(const Level& level) const {
  std::set<std::string> keys;
  for (const std::string& generation : level.members) {
    if (gone_.contains(generation)) keys.insert(members_.at(generation).container);
  }
  return {keys.begin(), keys.end()};
}

std::optional<SiblingKills::Unclaimed> SiblingKills::Find(
    const std::string& generation, const LoggedElsewhere& logged_elsewhere) const {
  const auto member = members_.find(generation);
  if (member == members_.end() || !gone_.contains(generation)) return std::nullopt;
  for (const std::string& path : member->second.levels) {
    const Level& level = levels_.at(path);
    const std::uint64_t counted = level.seen - level.base;
    if (counted <= level.attributed) continue;
    const std::uint64_t elsewhere = logged_elsewhere(path, level.since, CgroupsOf(level));
    const std::uint64_t left = counted - level.attributed;
    if (left <= elsewhere) continue;
    return Unclaimed{.level = path, .kills = left - elsewhere, .candidates = GoneOf(level)};
  }
  return std::nullopt;
}

}  // namespace headroom
