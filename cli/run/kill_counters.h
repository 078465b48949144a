#pragma once

#include <cstdint>
#include <optional>

#include "base/unique_fd.h"
#include "container/enrolment/enrolment.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_events.h"
#include "kernel/host_view.h"

namespace headroom {

/// What the kernel has counted of a command since its baseline.
struct CountedKills {
  std::uint64_t kills = 0;  ///< as it was last read
  /// Its counter could be read after it had ended; false: its cgroup was gone first.
  bool is_final = false;
  /// What the cgroup above has counted, all below it included; nullopt: not known.
  std::optional<std::uint64_t> above;
  MemoryEvents last;  ///< of its own cgroup, as they were last read; since the cgroup was made

  /// Whether a kill may have been missed.
  [[nodiscard]] bool certain() const { return is_final || (above && *above <= kills); }
};

/// memory.events of a command's cgroup and of the one above (on v1 memory.oom_control, which counts
/// nothing of what lies below and cannot be polled, so of its own cgroup alone), held open from
/// before it ran: whoever removes the cgroup when its last process has ended (systemd) removes the
/// counter, and what the one above says is left then.
class KillCounters {
 public:
  /// What is not there is not read.
  [[nodiscard]] static KillCounters Open(const HostView& host, const Enrolment& command);

  /// To be polled for POLLPRI; -1: there is nothing to poll, or not any more.
  [[nodiscard]] int fd() const { return own_.get(); }
  /// Reads them again; what cannot be read stays what it was.
  void Read();
  /// `is_final` is whether the last Read() could read the command's own.
  [[nodiscard]] const CountedKills& counted() const { return counted_; }

 private:
  [[nodiscard]] std::optional<MemoryEvents> ReadOwn() const;

  UniqueFd own_;
  std::optional<CgroupDir> own_v1_;
  UniqueFd above_;
  MemoryEvents own_before_;
  MemoryEvents above_before_;
  CountedKills counted_;
};

}  // namespace headroom
