#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"

namespace headroom {

/// Which cgroups stand still because of us, as files of /run/headroom/frozen: named by the cgroup's
/// inode, holding its path. Written before a cgroup is frozen and removed after it was thawed, so
/// that whoever comes after a headroomd and a guardian that were both killed thaws it.
class FrozenMarks {
 public:
  explicit FrozenMarks(const std::string& run_dir) : dir_(run_dir + "/frozen") {}

  /// An error: do not freeze, as nobody would know of it.
  [[nodiscard]] Status Set(const CgroupDir& cgroup) const;
  void Clear(const CgroupDir& cgroup) const;

  /// What became of the marks that were there.
  struct Thawed {
    std::vector<std::string> paths;  ///< cgroups that stood still and run on
    std::vector<Error> errors;       ///< of those that could not be read or thawed: they stay
  };
  /// Thaws all, and removes their marks; a cgroup that is gone, another one at that path, or one
  /// that nobody wants frozen any more has its mark removed alone.
  [[nodiscard]] Thawed ThawAll(const HostView& host) const;

 private:
  std::string dir_;
};

}  // namespace headroom
