#include "container/marks/frozen_marks.h"

#include "kernel/cgroup/freezer.h"

namespace headroom {

FrozenMarks::Thawed FrozenMarks::ThawAll(const HostView& host) const {
  return marks_.UndoAll(host, [](const CgroupDir& cgroup, std::string_view) -> Result<bool> {
    const auto freezer = Freezer::Open(cgroup);
    if (!freezer) return std::unexpected(freezer.error());
    const auto wanted = freezer->IsWanted();
    if (!wanted || !*wanted) return wanted;
    if (auto thawed = freezer->Want(false); !thawed) return std::unexpected(thawed.error());
    return true;
  });
}

}  // namespace headroom
