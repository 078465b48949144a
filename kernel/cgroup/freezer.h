#pragma once

#include <chrono>

#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// The freezer of one cgroup v2 (Documentation/admin-guide/cgroup-v2.rst, cgroup.freeze; Linux
/// 5.2): what is wanted of this cgroup, and whether all below it stands still, which is also so
/// where a cgroup above is frozen. One thread, but for Want().
class Freezer {
 public:
  /// kNotFound: the kernel has none, or it is the root.
  [[nodiscard]] static Result<Freezer> Open(const CgroupDir& cgroup);

  /// cgroup.freeze says 1: somebody wants it frozen, whether it is already or not.
  [[nodiscard]] Result<bool> IsWanted() const;
  /// cgroup.events says frozen: every process of it and below stands still.
  [[nodiscard]] Result<bool> IsFrozen() const;
  /// Writes cgroup.freeze. Does not wait for the processes.
  [[nodiscard]] Status Want(bool frozen) const;
  /// Until it is frozen, at most so long. False: it is not yet.
  [[nodiscard]] bool WaitUntilFrozen(std::chrono::milliseconds most) const;

  /// cgroup.freeze, open for reading and writing; stays this object's.
  [[nodiscard]] int descriptor() const { return freeze_.get(); }

 private:
  Freezer(UniqueFd freeze, UniqueFd events)
      : freeze_(std::move(freeze)), events_(std::move(events)) {}

  UniqueFd freeze_;
  UniqueFd events_;
};

/// Through an open cgroup.freeze: writes 0 where it holds 1. True when it did. For those who only
/// have the descriptor.
bool ThawIfFrozen(int freeze_fd);

}  // namespace headroom
