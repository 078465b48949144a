#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace headroom {

/// The cgroups of all containers that are watched. One may lie in another (a container that runs
/// containers, a unit that is watched and whose container is too), or two be the same: one wire
/// stands in a cgroup, that of the innermost container, and of two that are the same of the first.
/// Two would lift each other. Event thread only.
class NestedRoots {
 public:
  using Key = const void*;  ///< whoever watches; only its address is used

  struct Root {
    std::string path;
    std::uint64_t inode = 0;
    bool may_hold = false;  ///< a wire of its own may stand there
    /// Another one came or went that shares a cgroup with this one. Called for others before Add()
    /// and Remove() return, never for this one.
    std::function<void()> on_change;
  };
  void Add(Key key, Root root);
  void Remove(Key key);

  /// Whether `path`, below the root of `key`, is at or below the root of another one inside it.
  [[nodiscard]] bool IsAnothers(Key key, const std::string& path) const;
  /// Whether another one has the same root, had it first, and may hold it.
  [[nodiscard]] bool IsSecond(Key key) const;

 private:
  struct Ordered {
    Root root;
    std::uint64_t order = 0;
  };
  void TellOthers(Key key, const std::string& path) const;

  std::map<Key, Ordered> roots_;
  std::uint64_t next_ = 0;
};

}  // namespace headroom
