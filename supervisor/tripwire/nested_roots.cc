#include "supervisor/tripwire/nested_roots.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

void NestedRoots::TellOthers(Key key, const std::string& path) const {
  std::vector<std::function<void()>> told;  // what they do may come back here
  for (const auto& [other, theirs] : roots_) {
    if (other != key && IsSameOrBelow(path, theirs.root.path)) {
      told.push_back(theirs.root.on_change);
    }
  }
  for (const auto& tell : told) tell();
}

void NestedRoots::Add(Key key, Root root) {
  const std::string path = root.path;
  roots_[key] = {.root = std::move(root), .order = next_++};
  TellOthers(key, path);
}

void NestedRoots::Remove(Key key) {
  const auto found = roots_.find(key);
  if (found == roots_.end()) return;
  const std::string path = found->second.root.path;
  roots_.erase(found);
  TellOthers(key, path);
}

bool NestedRoots::IsAnothers(Key key, const std::string& path) const {
  const auto own = roots_.find(key);
  if (own == roots_.end()) return false;
  const std::string& outer = own->second.root.path;
  return std::ranges::any_of(roots_, [&](const auto& entry) {
    const std::string& inner = entry.second.root.path;
    return inner != outer && IsSameOrBelow(inner, outer) && IsSameOrBelow(path, inner);
  });
}

bool NestedRoots::IsSecond(Key key) const {
  const auto own = roots_.find(key);
  if (own == roots_.end()) return false;
  return std::ranges::any_of(roots_, [&](const auto& entry) {
    const Ordered& other = entry.second;
    return other.root.inode == own->second.root.inode && other.root.may_hold &&
           other.order < own->second.order;
  });
}

}  // namespace headroom
