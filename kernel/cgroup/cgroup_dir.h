#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/directory.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/host_view.h"

namespace headroom {

/// One cgroup, held by directory descriptor: what is read through it belongs to this cgroup and
/// never to a later one of the same name.
///
/// After removal every read is kGone: an open file gives ENODEV, opening one gives ENOENT while
/// cgroup.controllers (v1: tasks) is missing too. ENOENT alone means that the file is absent in a
/// living cgroup (kNotFound). Sole owner of its descriptor; movable; reads may come from any
/// thread.
class CgroupDir {
 public:
  /// `path` is the cgroup's path below the mount, "/system.slice/x.scope"; "/" is the root.
  /// Components ".." are refused (kMalformed), symbolic links too.
  [[nodiscard]] static Result<CgroupDir> Open(const HostView& host, const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t inode() const { return inode_; }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool IsAlive() const;

  /// The cgroup above, by the directory itself: no path is walked. kNotFound for the root.
  [[nodiscard]] Result<CgroupDir> Parent() const;

  /// The cgroup `name` right below it, by the directory itself. Errors as for Open, and kGone.
  [[nodiscard]] Result<CgroupDir> Child(const std::string& name) const;

  /// Whole text of one of its files. kGone, kNotFound, kDenied as above.
  [[nodiscard]] Result<std::string> Read(const std::string& file) const;
  /// The same by one read(2), for the files that hold a value or a fixed set of keys: all but
  /// cgroup.procs and cgroup.threads, which the kernel makes row by row.
  [[nodiscard]] Result<std::string> ReadValue(const std::string& file) const;
  /// An open file of it, for poll or repeated reads; `flags` as for open(2).
  [[nodiscard]] Result<UniqueFd> OpenFile(const std::string& file, int flags) const;
  /// One value into one file. Blocks while the kernel does (memory.high reclaims in the writer).
  [[nodiscard]] Status Write(const std::string& file, std::string_view value) const;
  /// Names of the cgroups directly below, at most `most` of them, sorted. Which ones, where there
  /// are more, is the kernel's order. Reads no further than it has to: whoever may make cgroups
  /// there may make them without end, and whoever has to list them all says kAll.
  [[nodiscard]] Result<SomeNames> Children(std::size_t most) const;
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

 private:
  CgroupDir(std::string path, std::uint64_t inode, UniqueFd fd);
  [[nodiscard]] Error Refine(Error error) const;

  std::string path_;
  std::uint64_t inode_ = 0;
  UniqueFd fd_;
};

/// Paths of the ancestors of `path`, nearest first, without the root: "/a/b/c" has "/a/b", "/a".
[[nodiscard]] std::vector<std::string> AncestorPaths(std::string_view path);

/// Whether `path` is `ancestor` or lies below it, by components.
[[nodiscard]] bool IsSameOrBelow(std::string_view path, std::string_view ancestor);

/// How the memory controller is mounted on this host.
enum class CgroupVersion {
  kV2,      ///< memory is a controller of the unified hierarchy
  kV1,      ///< memory has a hierarchy of its own (hybrid mounts included)
  kMissing  ///< no memory controller at all
};
[[nodiscard]] CgroupVersion DetectCgroupVersion(const HostView& host);

/// Process numbers in cgroup.procs text; kMalformed on anything else.
[[nodiscard]] Result<std::vector<int>> ParseCgroupProcs(std::string_view text);

}  // namespace headroom
