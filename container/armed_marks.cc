#include "container/armed_marks.h"

#include <fcntl.h>

#include <utility>

#include "kernel/cgroup/memory_high.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {

Status ArmedMarks::Set(const CgroupDir& cgroup, Bytes high) const {
  return marks_.Set(cgroup, ToCgroupText(Limit(high)));
}

ArmedMarks::Lifted ArmedMarks::LiftAll(const HostView& host) const {
  Lifted lifted;
  auto undone =
      marks_.UndoAll(host, [&](const CgroupDir& cgroup, std::string_view note) -> Result<bool> {
        const auto high = ParseLimit(note);
        if (!high || high->unlimited()) return false;  // not a mark of ours
        const auto file = cgroup.OpenFile("memory.high", O_RDWR | O_NONBLOCK);
        if (!file && file.error().code == ErrorCode::kDenied) return std::unexpected(file.error());
        if (!file || !LiftIfOurs(file->get(), high->bytes())) return false;
        lifted.wires.push_back({.path = cgroup.path(), .high = high->bytes()});
        return true;
      });
  lifted.errors = std::move(undone.errors);
  return lifted;
}

}  // namespace headroom
