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

  /// `on_change`: another one came or went that shares a cgroup with this one. Called for others
  /// before Add() and Remove() return, never for this one.
  void Add(Key key, std::string path, std::uint64_t inode, std::function<void()> on_change);
  void Remove(Key key);

  /// Whether `path`, below the root of `key`, is at or below the root of another one inside it.
  [[nodiscard]] bool IsAnothers(Key key, const std::string& path) const;
  /// Whether another one has the same root, and had it first.
  [[nodiscard]] bool IsSecond(Key key) const;

 private:
  struct Root {
    std::string path;
    std::uint64_t inode = 0;
    std::uint64_t order = 0;
    std::function<void()> on_change;
  };
  void TellOthers(Key key, const Root& root) const;

  std::map<Key, Root> roots_;
  std::uint64_t next_ = 0;
};

}  // namespace headroom
