#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "capture/held_container.h"
#include "capture/process_table.h"
#include "evidence/earlier_map.h"
#include "evidence/store.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"

namespace headroom {

/// A photograph of a container's memory while its processes are alive: the `before/` part of a
/// bundle, and what is needed to judge it. Immutable once taken.
struct Photograph {
  BootTime taken_boot{};
  WallTime taken_wall{};
  std::vector<Section> sections;
  std::vector<ProcessId> processes;
  pid_t largest = 0;                             ///< 0: no process was seen
  std::optional<std::chrono::nanoseconds> held;  ///< nullopt: nothing was held
  std::chrono::nanoseconds took{};        ///< all of it, what was read after the lift included
  std::chrono::nanoseconds smaps_cost{};  ///< of the last full smaps of the largest
  BootTime smaps_at{};                    ///< when that was read
  std::optional<EarlierMap> earlier;      ///< mappings of the largest some time before that
  /// What the container's own counter of kills said when it was begun; nullopt: it was not read.
  std::optional<std::uint64_t> kills;
  /// Its largest process was dying, or that counter rose, while it was read: it shows less than the
  /// container held.
  bool disturbed = false;
};

/// What to photograph and within which bounds.
struct PhotographRequest {
  HostView host;
  std::shared_ptr<const CgroupDir> cgroup;   ///< the cgroup whose limit it is about
  std::shared_ptr<const CgroupDir> counted;  ///< the container's; or nullptr
  ProcessId init;                            ///< for /dev/shm; number 0 when it has ended
  Limit max;
  Bytes high;                          ///< 0: no memory.high of ours, or none at all
  std::optional<Bytes> unreclaimable;  ///< nullopt: nobody computed it
  std::string trigger;  ///< "tripwire", "limit-event", "threshold", "sample", "stall" or "snap"
  std::shared_ptr<HeldContainer> hold;  ///< lifted when the essential part is read; or nullptr
  std::shared_ptr<const Photograph>
      previous;  ///< smaps of it are kept when new ones are too costly
  /// Called once the essential part is read and the container runs on, with that part: what follows
  /// may take long, and its processes may be dead by then. In the worker; or nullptr.
  std::function<void(std::shared_ptr<const Photograph>)> on_essential;
};

/// Takes it. In a worker: blocks on mmap_lock of the container's processes. A hold is lifted as
/// soon as the essential part is there, and by its timer at the deadline in any case; what is read
/// after the lift belongs to it as long as the processes live.
[[nodiscard]] std::shared_ptr<const Photograph> TakePhotograph(const PhotographRequest& request);

}  // namespace headroom
