#include "cli/run/kill_counters.h"

#include <fcntl.h>

#include "base/file.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_v1.h"

namespace headroom {
namespace {

UniqueFd OpenEvents(const HostView& host, const CgroupBaseline& at) {
  if (at.path.empty()) return {};
  const auto cgroup = CgroupDir::Open(host, at.path);
  if (!cgroup || cgroup->inode() != at.inode) return {};
  auto file = cgroup->OpenFile("memory.events", O_RDONLY);
  return file ? std::move(*file) : UniqueFd();
}

std::optional<CgroupDir> OpenV1(const HostView& host, const CgroupBaseline& at) {
  if (at.path.empty()) return std::nullopt;
  auto cgroup = CgroupDir::Open(host, at.path);
  if (!cgroup || cgroup->inode() != at.inode || !IsMemoryV1(*cgroup)) return std::nullopt;
  return std::move(*cgroup);
}

std::optional<MemoryEvents> ReadEvents(const UniqueFd& file) {
  constexpr std::size_t kLargest = 4096;
  if (!file.valid()) return std::nullopt;
  const auto text = ReadOpenFile(file.get(), "memory.events", kLargest);
  const auto events = text ? ParseMemoryEvents(*text) : std::unexpected(text.error());
  return events ? std::optional(*events) : std::nullopt;
}

}  // namespace

KillCounters KillCounters::Open(const HostView& host, const Enrolment& command) {
  KillCounters counters;
  counters.own_ = OpenEvents(host, command.cgroup);
  counters.own_v1_ = OpenV1(host, command.cgroup);
  counters.own_before_ = command.cgroup.events.value_or(MemoryEvents{});
  counters.counted_.last = counters.own_before_;
  if (!command.ancestors.empty()) {
    counters.above_ = OpenEvents(host, command.ancestors.front());
    counters.above_before_ = command.ancestors.front().events.value_or(MemoryEvents{});
  }
  counters.Read();
  return counters;
}

std::optional<MemoryEvents> KillCounters::ReadOwn() const {
  if (!own_v1_) return ReadEvents(own_);
  const auto events = ReadMemoryEventsV1(*own_v1_, EventScope::kSubtree);
  return events ? std::optional(*events) : std::nullopt;
}

void KillCounters::Read() {
  const auto own = ReadOwn();
  counted_.is_final = own.has_value();
  if (own) {
    counted_.last = *own;
    counted_.kills = CounterDelta(own_before_.oom_kill, own->oom_kill).value_or(counted_.kills);
  } else {
    own_.Reset();  // a removed cgroup's polls ready for ever
  }
  if (const auto above = ReadEvents(above_)) {
    counted_.above = CounterDelta(above_before_.oom_kill, above->oom_kill);
  }
}

}  // namespace headroom
