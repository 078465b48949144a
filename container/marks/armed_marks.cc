#include "container/marks/armed_marks.h"

#include <fcntl.h>

#include <optional>
#include <string_view>
#include <utility>

#include "kernel/cgroup/memory_high.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {
namespace {

/// nullopt: not a mark of ours.
std::optional<Bytes> HighOfMark(std::string_view note) {
  const auto high = ParseLimit(note);
  return high && !high->unlimited() ? std::optional(high->bytes()) : std::nullopt;
}

}  // namespace

Status ArmedMarks::Set(const CgroupDir& cgroup, Bytes high) const {
  return marks_.Set(cgroup, ToCgroupText(Limit(high)));
}

std::vector<ArmedMarks::Wire> ArmedMarks::Standing(const HostView& host) const {
  std::vector<Wire> wires;
  for (const CgroupMarks::Mark& mark : marks_.List(host)) {
    const auto high = HighOfMark(mark.note);
    const auto limits = ReadMemoryLimits(mark.cgroup);
    if (!high || !limits || limits->high != Limit(*high)) continue;
    wires.push_back({.path = mark.cgroup.path(), .high = *high});
  }
  return wires;
}

ArmedMarks::Lifted ArmedMarks::LiftAll(const HostView& host) const {
  Lifted lifted;
  auto undone =
      marks_.UndoAll(host, [&](const CgroupDir& cgroup, std::string_view note) -> Result<bool> {
        const auto high = HighOfMark(note);
        if (!high) return false;
        const auto file = cgroup.OpenFile("memory.high", O_RDWR | O_NONBLOCK);
        if (!file) return std::unexpected(file.error());
        const auto done = TryToLift(file->get(), *high);
        if (!done || !*done) return done;
        lifted.wires.push_back({.path = cgroup.path(), .high = *high});
        return true;
      });
  lifted.errors = std::move(undone.errors);
  return lifted;
}

}  // namespace headroom
