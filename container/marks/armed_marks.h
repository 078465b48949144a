#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "container/marks/cgroup_marks.h"

namespace headroom {

/// In which cgroups memory.high may be ours, and which number: files of /run/headroom/armed. For
/// whoever comes after a headroomd and a guardian that were both killed or hang. By the number, and
/// not by what would be written now: the limit may have changed, and the program.
class ArmedMarks {
 public:
  explicit ArmedMarks(const std::string& run_dir) : marks_(run_dir + "/armed") {}

  /// Before `high` is written. An error: do not write it.
  [[nodiscard]] Status Set(const CgroupDir& cgroup, Bytes high) const;
  /// Nothing of ours stands there any more, and no write of ours is under way.
  void Clear(const CgroupDir& cgroup) const { marks_.Clear(cgroup); }

  struct Wire {
    std::string path;
    Bytes high;  ///< of the mark
  };
  /// Those in whose cgroup memory.high is the number of the mark now.
  [[nodiscard]] std::vector<Wire> Standing(const HostView& host) const;

  struct Lifted {
    std::vector<Wire> wires;
    std::vector<Error> errors;  ///< of those that could not be read or lifted: their marks stay
  };
  /// memory.high=max where it still holds the number of the mark; any other one is somebody else's.
  /// Never waits.
  [[nodiscard]] Lifted LiftAll(const HostView& host) const;

 private:
  CgroupMarks marks_;
};

}  // namespace headroom
