#include <algorithm>
#include <utility>

#include "supervisor/registry/container.h"

namespace headroom {

/// Where its cgroup is somebody else's too, its own counter tells nothing of it, nor those above;
/// and on cgroup v1 a level's counter has only what still lies below it. One that was gone when the
/// supervisor came joins as well: what is counted above may be its.
void WatchedContainer::JoinSiblings() {
  const bool counts_those_gone = enrolment_->cgroup_version != CgroupVersion::kV1;
  if (enrolment_->cgroup.path.empty() || !enrolment_->own_cgroup || !counts_those_gone) return;
  SiblingKills::Member member{.generation = enrolment_->GenerationKey(),
                              .container = enrolment_->ContainerKey(),
                              .cgroup = enrolment_->cgroup.path,
                              .levels = {},
                              .enrolled = enrolment_->enrolled_boot,
                              .accounted = ledger_.accounted() - BaselineKills(*enrolment_)};
  for (std::size_t i = 0; i < ancestors_.size(); ++i) {
    if (ancestors_[i].level() == nullptr) continue;
    const CgroupBaseline& at = enrolment_->ancestors[i];
    member.levels.push_back({.path = at.path,
                             .inode = at.inode,
                             .enrolled = at.events ? at.events->oom_kill : std::nullopt});
  }
  const std::vector<SiblingKills::LevelAbove> levels = member.levels;
  services_.siblings.Join(std::move(member));
  // What its first reading has shown.
  services_.siblings.Attribute(enrolment_->GenerationKey(), ledger_.seen() - ledger_.accounted(),
                               NowBoot());
  joined_ = true;
  // Where it counts from. A thousand containers have the same levels.
  const bool all_seen = std::ranges::all_of(
      levels, [this](const auto& level) { return services_.siblings.HasSeen(level.path); });
  if (!all_seen) SeeLevels();
}

void WatchedContainer::SeeLevels() {
  for (std::size_t i = 0; i < ancestors_.size(); ++i) {
    if (ancestors_[i].level() == nullptr) continue;
    const std::string& path = enrolment_->ancestors[i].path;
    if (const auto reading = ancestors_[i].level()->Read()) {
      SeeLevel(path, *reading);
    } else if (reading.error().code == ErrorCode::kGone) {
      services_.siblings.OnLevelGone(path);
    }
  }
}

void WatchedContainer::SeeLevel(const std::string& path, const EventReading& reading) {
  if (!reading.subtree || !reading.subtree->oom_kill) return;
  services_.siblings.Seen(path, *reading.subtree->oom_kill, NowBoot());
}

void WatchedContainer::OnCgroupGone() {
  if (!joined_) return;
  gone_at_ = NowBoot();
  services_.siblings.OnGone(enrolment_->GenerationKey(), *gone_at_);
  SeeLevels();
}

/// Until all have told what they counted, and for as long as it takes that what was on its way when
/// the level was read has come.
bool WatchedContainer::MustWaitForSiblings(bool unclaimed) const {
  if (!gone_at_) return false;
  const auto settled = services_.siblings.settled_at();
  if (!settled) return true;
  if (unclaimed && services_.adopting()) return true;
  return unclaimed && NowBoot() < std::max(*gone_at_, *settled) + kLogPatience;
}

std::optional<SiblingKills::Unclaimed> WatchedContainer::UnclaimedAbove() const {
  if (!gone_at_) return std::nullopt;
  return services_.siblings.Find(
      enrolment_->GenerationKey(),
      [this](const std::string& level, BootTime since, const std::set<std::string>& members) {
        return services_.kernel_log.KillsElsewhere(level, since, members);
      });
}

/// Nobody has told whose those are: one incident for all that are gone, with their names.
bool WatchedContainer::CountKillsAbove(const SiblingKills::Unclaimed& unclaimed) {
  if (!Count(ledger_.seen() + unclaimed.kills, unclaimed.candidates)) return false;
  counted_above_ = true;
  open_.candidates = unclaimed.candidates;
  OnKills("parent memory.events", "subtree");
  return true;
}

}  // namespace headroom
