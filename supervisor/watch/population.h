#pragma once

#include <functional>
#include <memory>

#include "base/unique_fd.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// Whether processes are left in a cgroup and those below it: cgroup.events of v2, which tells when
/// that changes; on v1, which has no such file, a look at cgroup.procs each time that it is asked.
/// With more than 256 cgroups below, processes count as left. One thread.
class Population {
 public:
  /// `on_change` is called when the last one has left, or a first one has come, where `tells`.
  void Watch(EventLoop& loop, std::shared_ptr<const CgroupDir> cgroup,
             std::function<void()> on_change);

  /// Whether it is watched at all: then `populated` is an answer.
  [[nodiscard]] bool known() const { return events_.valid() || by_list_ != nullptr; }
  [[nodiscard]] bool tells() const { return events_.valid(); }
  [[nodiscard]] bool populated() const;

 private:
  UniqueFd events_;
  EventLoop::Source source_;
  std::shared_ptr<const CgroupDir> by_list_;
};

}  // namespace headroom
