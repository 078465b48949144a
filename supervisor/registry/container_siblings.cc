#include <algorithm>
#include <utility>

#include "supervisor/registry/container.h"

namespace headroom {

/// Where its cgroup is somebody else's too, its own counter tells nothing of it, nor those above;
/// and on cgroup v1 a level's counter has only what still lies below it.
void WatchedContainer::JoinSiblings() {
  const bool counts_those_gone = enrolment_->cgroup_version != CgroupVersion::kV1;
  if (!cgroup_ || !enrolment_->own_cgroup || !counts_those_gone) return;
  SiblingKills::Member member{.generation = enrolment_->GenerationKey(),
                              .container = enrolment_->ContainerKey(),
                              .cgroup = enrolment_->cgroup.path,
                              .levels = {}};
  for (const Ancestors::Membership& level : ancestors_) {
    if (level.level() != nullptr) member.levels.push_back(level.level()->cgroup().path());
  }
  const std::vector<std::string> levels = member.levels;
  services_.siblings.Join(std::move(member));
  // Where it counts from. A thousand containers have the same levels.
  const bool all_seen = std::ranges::all_of(
      levels, [this](const std::string& level) { return services_.siblings.HasSeen(level); });
  if (!all_seen) SeeLevels();
}

void WatchedContainer::SeeLevels() {
  for (const Ancestors::Membership& member : ancestors_) {
    if (member.level() == nullptr) continue;
    const auto reading = member.level()->Read();
    if (reading) SeeLevel(member.level()->cgroup().path(), *reading);
  }
}

void WatchedContainer::SeeLevel(const std::string& path, const EventReading& reading) {
  if (!reading.subtree || !reading.subtree->oom_kill) return;
  services_.siblings.Seen(path, *reading.subtree->oom_kill, NowBoot());
}

/// A level above has counted: once all below it have looked at their own counters, it is even.
void WatchedContainer::BalanceSiblings(const std::string& level) {
  services_.wires.loop.Post([weak = weak_from_this(), level] {
    if (const auto self = weak.lock()) self->services_.siblings.Balance(level, NowBoot());
  });
}

/// Kills that were not seen before; those of before this object watched are in no level's count.
bool WatchedContainer::Count(std::uint64_t counter) {
  const bool was_open = ledger_.open();
  const std::uint64_t before = ledger_.seen();
  const bool rose = ledger_.Observe(counter, NowBoot());
  if (rose && live_)
    services_.siblings.Attribute(enrolment_->GenerationKey(), ledger_.seen() - before);
  if (rose && !was_open) ledger_.HoldOpenUntil(pace_.Earliest());
  return rose;
}

void WatchedContainer::OnCgroupGone() {
  if (!live_ || enrolment_->cgroup_version == CgroupVersion::kV1) return;
  gone_at_ = NowBoot();
  services_.siblings.OnGone(enrolment_->GenerationKey(), *gone_at_);
  SeeLevels();
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
  if (!Count(ledger_.seen() + unclaimed.kills)) return false;
  candidates_ = unclaimed.candidates;
  OnKills("parent memory.events", "subtree");
  return true;
}

}  // namespace headroom
