#include "supervisor/registry/sibling_kills.h"

#include <algorithm>
#include <utility>

#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

void SiblingKills::JoinLevel(const LevelAbove& above, const std::string& generation) {
  Level& level = levels_[above.path];
  if (level.inode != 0 && above.inode != 0 && level.inode != above.inode) {
    // Removed, and made anew: those who were below the one before have nothing to do with it.
    for (const auto& [other, below] : level.members) {
      const auto member = members_.find(other);
      if (member == members_.end()) continue;
      std::erase_if(member->second.levels,
                    [&](const LevelAbove& old) { return old.path == above.path; });
    }
    if (notes_ != nullptr) (void)notes_->Remove(level.inode);
    level = Level{};
  }
  if (above.inode != 0) level.inode = above.inode;
  level.members.insert_or_assign(generation, Below{.enrolled = above.enrolled});
}

void SiblingKills::Join(Member member) {
  for (const LevelAbove& above : member.levels) JoinLevel(above, member.generation);
  const std::string generation = member.generation;
  const auto joined = members_.insert_or_assign(generation, std::move(member)).first;
  if (joined->second.accounted == 0)
    return;  // as of most: who lies inside whom costs a look at all
  for (const LevelAbove& above : joined->second.levels) {
    Level& level = levels_.at(above.path);
    if (IsInsideAnother(joined->second, level)) continue;
    level.members.at(generation).counted = joined->second.accounted;
  }
}

void SiblingKills::Leave(const std::string& generation) {
  const auto found = members_.find(generation);
  if (found == members_.end()) return;
  for (const LevelAbove& above : found->second.levels) {
    const auto level = levels_.find(above.path);
    if (level == levels_.end()) continue;
    level->second.members.erase(generation);
    if (!level->second.members.empty()) continue;
    if (notes_ != nullptr) (void)notes_->Remove(level->second.inode);
    levels_.erase(level);
  }
  gone_.erase(generation);
  members_.erase(found);
}

/// What a note has is later than any enrolment that it covers: all kills that bundles account for
/// are in it, as it is written before them. Without one they are behind the first enrolment.
void SiblingKills::SetBase(Level& level, BootTime now) const {
  level.has_base = true;
  level.base = level.seen;
  level.since = now;
  std::optional<LevelNotes::Note> note;
  if (notes_ != nullptr) note = notes_->Read(level.inode);
  const Member* first = nullptr;
  std::uint64_t accounted = 0;
  for (const auto& [generation, below] : level.members) {
    const auto member = members_.find(generation);
    if (member == members_.end()) continue;
    const bool counts = member->second.accounted > 0 && !IsInsideAnother(member->second, level);
    if (counts) accounted += member->second.accounted;
    const bool is_first = below.enrolled && *below.enrolled <= level.base &&
                          (first == nullptr || *below.enrolled < level.base);
    if (!is_first) continue;
    level.base = *below.enrolled;
    first = &member->second;
  }
  if (note && (first == nullptr || note->kills > level.base)) {
    level.base = std::min(note->kills, level.seen);
    level.since = note->at;
  } else if (first != nullptr) {
    level.since = first->enrolled;
    level.attributed += accounted;
  }
}

void SiblingKills::Level::TakeBackMore(BootTime at) {
  if (at < attributed_at + kOnItsWayUp) return;
  attributed = std::min(attributed, counted());
}

void SiblingKills::Note(Level& level, BootTime now) const {
  const std::uint64_t kills = level.base + level.attributed;
  if (notes_ == nullptr || level.inode == 0 || !level.has_base || level.noted == kills) return;
  // Where it cannot be written there is no room on /run, and the next one finds less than was.
  if (notes_->Write(level.inode, {.kills = kills, .at = now})) level.noted = kills;
}

void SiblingKills::Settle(BootTime now) {
  if (settled_at_) return;
  settled_at_ = now;
  std::set<std::uint64_t> inodes;
  for (auto& [path, level] : levels_) {
    inodes.insert(level.inode);
    if (!level.seen_once) continue;
    SetBase(level, now);
    level.TakeBackMore(now);
    Balance(path, level.seen, now);
    Note(level, now);
  }
  if (notes_ != nullptr) notes_->KeepOnly(inodes);
}

void SiblingKills::Seen(const std::string& path, std::uint64_t count, BootTime now) {
  const auto found = levels_.find(path);
  if (found == levels_.end()) return;
  Level& level = found->second;
  level.gone = false;
  level.seen_once = true;
  if (count > level.seen) risen_at_ = now;
  // By the reading before first: in this one there may be kills that nobody has told yet.
  if (level.has_base) level.TakeBackMore(level.seen_at);
  level.seen = std::max(level.seen, count);
  level.seen_at = now;
  if (!settled_at_) return;
  if (!level.has_base) SetBase(level, now);
  level.TakeBackMore(now);
  Note(level, now);
}

void SiblingKills::OnLevelGone(const std::string& path) {
  const auto found = levels_.find(path);
  if (found != levels_.end()) found->second.gone = true;
}

bool SiblingKills::HasSeen(const std::string& path) const {
  const auto found = levels_.find(path);
  return found != levels_.end() && found->second.seen_once;
}

std::uint64_t SiblingKills::SeenAt(const std::string& path) const {
  const auto found = levels_.find(path);
  return found == levels_.end() ? 0 : found->second.seen;
}

bool SiblingKills::HasMore(const std::string& path) const {
  const auto found = levels_.find(path);
  if (found == levels_.end() || !found->second.has_base) return false;
  return found->second.counted() > found->second.attributed;
}

/// The counter of a container that another one lies in counts the other's as well, so that a level
/// above both has it once and both of them have it.
bool SiblingKills::IsInsideAnother(const Member& member, const Level& level) const {
  return std::ranges::any_of(level.members, [&](const auto& other) {
    const auto found = members_.find(other.first);
    if (found == members_.end()) return false;
    const std::string& cgroup = found->second.cgroup;
    return cgroup != member.cgroup && IsSameOrBelow(member.cgroup, cgroup);
  });
}

void SiblingKills::Attribute(const std::string& generation, std::uint64_t kills, BootTime now) {
  const auto member = members_.find(generation);
  if (member == members_.end() || kills == 0) return;
  for (const LevelAbove& above : member->second.levels) {
    Level& level = levels_.at(above.path);
    if (IsInsideAnother(member->second, level)) continue;
    level.attributed += kills;
    level.members.at(generation).counted += kills;
    if (settled_at_) level.attributed_at = now;
    Note(level, now);
  }
}

void SiblingKills::OnGone(const std::string& generation, BootTime now) {
  if (members_.contains(generation)) gone_.emplace(generation, now);
}

bool SiblingKills::AnyGone(const Level& level) const {
  // Those that are gone are few, and the members may be a thousand.
  return std::ranges::any_of(gone_,
                             [&](const auto& gone) { return level.members.contains(gone.first); });
}

void SiblingKills::Balance(const std::string& path, std::uint64_t seen, BootTime now) {
  const auto found = levels_.find(path);
  if (found == levels_.end() || !found->second.has_base) return;
  Level& level = found->second;
  std::erase_if(gone_, [&](const auto& entry) { return now - entry.second > kLongest; });
  // It may have counted more since then, which its members have not been asked for.
  const std::uint64_t told = level.base + level.attributed;
  if (AnyGone(level) || seen <= told) return;
  // Only what is left over: a member may have counted a kill that the level was not read for yet.
  level.base = seen - level.attributed;
  level.since = now;
  Note(level, now);
}

std::set<std::string> SiblingKills::CgroupsOf(const Level& level) const {
  std::set<std::string> cgroups;
  for (const auto& [generation, below] : level.members) {
    cgroups.insert(members_.at(generation).cgroup);
  }
  return cgroups;
}

std::uint64_t SiblingKills::Left(const Level& level, const std::string& generation) {
  if (level.counted() <= level.attributed) return 0;
  const std::uint64_t left = level.counted() - level.attributed;
  const auto& enrolled = level.members.at(generation).enrolled;
  if (!enrolled || level.seen <= *enrolled) return enrolled ? 0 : left;
  // What those that were enrolled no earlier have counted came since it was enrolled, too.
  std::uint64_t since = level.seen - *enrolled;
  for (const auto& [other, below] : level.members) {
    if (below.enrolled >= enrolled) since -= std::min(since, below.counted);
  }
  return std::min(left, since);
}

bool SiblingKills::MayHaveHad(const Member& member, const std::string& path) const {
  for (const LevelAbove& above : member.levels) {
    const Level& level = levels_.at(above.path);
    const bool tells = level.has_base && !level.gone;
    if (tells && Left(level, member.generation) == 0) return false;
    if (above.path == path) return true;
  }
  return false;
}

std::vector<std::string> SiblingKills::CandidatesAt(const std::string& path) const {
  std::set<std::string> keys;
  for (const auto& [generation, since] : gone_) {
    const Member& member = members_.at(generation);
    if (MayHaveHad(member, path)) keys.insert(member.container);
  }
  return {keys.begin(), keys.end()};
}

std::optional<SiblingKills::Unclaimed> SiblingKills::Find(
    const std::string& generation, const LoggedElsewhere& logged_elsewhere) const {
  const auto member = members_.find(generation);
  if (member == members_.end() || !gone_.contains(generation)) return std::nullopt;
  for (const LevelAbove& above : member->second.levels) {
    const Level& level = levels_.at(above.path);
    if (!level.has_base || level.gone) continue;
    const std::uint64_t left = Left(level, generation);
    if (left == 0) return std::nullopt;
    const std::uint64_t elsewhere = logged_elsewhere(above.path, level.since, CgroupsOf(level));
    const std::uint64_t unclaimed = level.counted() - level.attributed;
    if (unclaimed <= elsewhere) return std::nullopt;
    return Unclaimed{.level = above.path,
                     .kills = std::min(left, unclaimed - elsewhere),
                     .candidates = CandidatesAt(above.path)};
  }
  return std::nullopt;
}

}  // namespace headroom
