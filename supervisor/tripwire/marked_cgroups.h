#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace headroom {

/// Whose mark a cgroup carries (container/marks/armed_marks.h), of the wires of this host: the next
/// one of a cgroup may be put up while the last one's write is still under way. Event thread only.
class MarkedCgroups {
 public:
  void Set(std::uint64_t cgroup_inode, std::uint64_t wire) { marks_[cgroup_inode] = wire; }
  /// Whether it was this wire's, and is nobody's now: then the mark is to be removed.
  [[nodiscard]] bool Clear(std::uint64_t cgroup_inode, std::uint64_t wire) {
    const auto found = marks_.find(cgroup_inode);
    if (found == marks_.end() || found->second != wire) return false;
    marks_.erase(found);
    return true;
  }

  /// A number may still land in that cgroup though its wire has ended.
  void AddLate(std::uint64_t cgroup_inode, Bytes high) { late_.emplace_back(cgroup_inode, high); }
  void RemoveLate(std::uint64_t cgroup_inode, Bytes high) {
    const auto found = std::ranges::find(late_, std::pair(cgroup_inode, high));
    if (found != late_.end()) late_.erase(found);
  }
  [[nodiscard]] bool IsLate(std::uint64_t cgroup_inode, Bytes high) const {
    return std::ranges::find(late_, std::pair(cgroup_inode, high)) != late_.end();
  }

 private:
  std::map<std::uint64_t, std::uint64_t> marks_;
  std::vector<std::pair<std::uint64_t, Bytes>> late_;
};

}  // namespace headroom
