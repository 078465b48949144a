#pragma once

#include <cstdint>
#include <string>

#include "container/marks/cgroup_marks.h"

namespace headroom {

/// Which cgroups stand still because of us, as files of /run/headroom/frozen. Written before a
/// cgroup is frozen and removed after it was thawed, so that whoever comes after a headroomd and a
/// guardian that were both killed or hang thaws it.
class FrozenMarks {
 public:
  explicit FrozenMarks(const std::string& run_dir) : marks_(run_dir + "/frozen") {}

  /// An error: do not freeze, as nobody would know of it.
  [[nodiscard]] Status Set(const CgroupDir& cgroup) const { return marks_.Set(cgroup); }
  void Clear(const CgroupDir& cgroup) const { marks_.Clear(cgroup); }
  /// For the guardian, which cannot open cgroups. Opens nothing.
  void Clear(std::uint64_t cgroup_inode) const { marks_.Clear(cgroup_inode); }

  using Thawed = CgroupMarks::Undone;
  /// Thaws all, and removes their marks; one that nobody wants frozen any more has its mark removed
  /// alone.
  [[nodiscard]] Thawed ThawAll(const HostView& host) const;

 private:
  CgroupMarks marks_;
};

}  // namespace headroom
