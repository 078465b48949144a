#include "supervisor/tripwire/nested_roots.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

void NestedRoots::TellOthers(Key key, const Root& root) const {
  std::vector<std::function<void()>> told;  // what they do may come back here
  for (const auto& [other, theirs] : roots_) {
    if (other != key && IsSameOrBelow(root.path, theirs.path)) told.push_back(theirs.on_change);
  }
  for (const auto& tell : told) tell();
}

void NestedRoots::Add(Key key, std::string path, std::uint64_t inode,
                      std::function<void()> on_change) {
  roots_[key] = {
      .path = std::move(path), .inode = inode, .order = next_++, .on_change = std::move(on_change)};
  TellOthers(key, roots_[key]);
}

void NestedRoots::Remove(Key key) {
  const auto found = roots_.find(key);
  if (found == roots_.end()) return;
  const Root root = std::move(found->second);
  roots_.erase(found);
  TellOthers(key, root);
}

bool NestedRoots::IsAnothers(Key key, const std::string& path) const {
  const auto own = roots_.find(key);
  if (own == roots_.end()) return false;
  return std::ranges::any_of(roots_, [&](const auto& entry) {
    const std::string& inner = entry.second.path;
    return inner != own->second.path && IsSameOrBelow(inner, own->second.path) &&
           IsSameOrBelow(path, inner);
  });
}

bool NestedRoots::IsSecond(Key key) const {
  const auto own = roots_.find(key);
  if (own == roots_.end()) return false;
  return std::ranges::any_of(roots_, [&](const auto& entry) {
    return entry.second.inode == own->second.inode && entry.second.order < own->second.order;
  });
}

}  // namespace headroom
