#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"

namespace headroom {

/// What was done to cgroups and has to be undone by whoever is left, as files of one directory:
/// named by the cgroup's inode, holding its path, and on further lines what else is to be known.
/// Written before it is done and removed after it was undone.
class CgroupMarks {
 public:
  explicit CgroupMarks(std::string dir) : dir_(std::move(dir)) {}

  /// An error: do not do it, as nobody would know of it.
  [[nodiscard]] Status Set(const CgroupDir& cgroup, std::string_view note = "") const;
  void Clear(const CgroupDir& cgroup) const { Clear(cgroup.inode()); }
  void Clear(std::uint64_t cgroup_inode) const;

  struct Mark {
    CgroupDir cgroup;
    std::string note;
  };
  /// Those whose cgroup is still there; one that cannot be read is left out.
  [[nodiscard]] std::vector<Mark> List(const HostView& host) const;

  /// Undoes it in one cgroup. False, kNotFound (it has no such file) and kGone: there was nothing
  /// to undo any more. Any other error: it may still be there.
  using Undo = std::function<Result<bool>(const CgroupDir& cgroup, std::string_view note)>;
  /// What became of the marks that were there.
  struct Undone {
    std::vector<std::string> paths;  ///< cgroups in which something was undone
    std::vector<Error> errors;       ///< of those that could not be read or undone: they stay
  };
  /// Undoes all, and removes their marks; where the cgroup is gone, another one is at that path or
  /// the mark names none, the mark is removed alone. One that may not be undone stays, so that
  /// whoever comes next tries again.
  [[nodiscard]] Undone UndoAll(const HostView& host, const Undo& undo) const;

 private:
  std::string dir_;
};

}  // namespace headroom
