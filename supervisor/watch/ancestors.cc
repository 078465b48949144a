#include "supervisor/watch/ancestors.h"

#include <fmt/format.h>

#include <utility>

namespace headroom {

Ancestors::Membership::~Membership() {
  if (level_) level_->listeners_.erase(number_);
}

Result<std::shared_ptr<Ancestors::Level>> Ancestors::Find(const std::string& path) {
  const auto found = levels_.find(path);
  if (found != levels_.end()) {
    if (auto level = found->second.lock(); level && level->cgroup_.IsAlive()) return level;
  }
  // A host makes and removes a level for each pod: what nobody holds any more is forgotten.
  std::erase_if(levels_, [](const auto& entry) { return entry.second.expired(); });
  auto cgroup = CgroupDir::Open(host_, path);
  if (!cgroup) return std::unexpected(cgroup.error());
  std::shared_ptr<Level> level(new Level(std::move(*cgroup)));
  auto events = EventFile::Watch(
      loop_, level->cgroup_, [weak = std::weak_ptr(level)](const EventReading& reading) {
        const auto self = weak.lock();
        if (!self) return;
        const auto kills = reading.subtree->oom_kill;
        const auto hits = reading.local ? reading.local->max : std::nullopt;
        // Both are always remembered, so that one changing does not hide the other.
        const bool same_kills = std::exchange(self->last_kills_, kills) == kills;
        const bool same_hits = std::exchange(self->last_limit_hits_, hits) == hits;
        if (same_kills && same_hits) return;      // pressure of somebody else below this level
        const auto listeners = self->listeners_;  // a listener may leave while it is told
        for (const auto& [number, on_change] : listeners) on_change(reading);
      });
  if (!events) return std::unexpected(events.error());
  level->events_ = std::move(*events);
  levels_.insert_or_assign(path, level);
  return level;
}

Result<Ancestors::Membership> Ancestors::Join(const std::string& path, std::uint64_t inode,
                                              OnChange on_change) {
  auto level = Find(path);
  if (!level) return std::unexpected(level.error());
  if ((*level)->cgroup_.inode() != inode) {
    return MakeError(ErrorCode::kGone, path,
                     fmt::format("is another cgroup now (inode {}, enrolled with {})",
                                 (*level)->cgroup_.inode(), inode));
  }
  const std::uint64_t number = next_number_++;
  (*level)->listeners_.emplace(number, std::move(on_change));
  return Membership(std::move(*level), number);
}

}  // namespace headroom
